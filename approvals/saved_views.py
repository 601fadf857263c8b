"""Keeping filters of the inbox under a name."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from approvals.filters import Filters
from approvals.models import SavedView
from common.errors import BadInput

MOST_VIEWS = 30


@transaction.atomic
def save_view(user: User, name: str, filters: Filters) -> SavedView:
    """Keep *filters* under *name*; the person's view of that name is replaced. Raises BadInput."""
    name = _name(name)
    others = SavedView.objects.select_for_update().filter(owner=user).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise BadInput(
            _("You keep %(count)s views already. Delete one that you no longer need.") % {"count": MOST_VIEWS}
        )
    view, _created = SavedView.objects.update_or_create(
        owner=user, name=name, defaults={"query": filters.query}
    )
    return view


@transaction.atomic
def rename_view(view: SavedView, name: str) -> SavedView:
    """Give *view* another name. Raises BadInput when it is empty or the person's other view has it."""
    name = _name(name)
    if SavedView.objects.filter(owner=view.owner, name=name).exclude(pk=view.pk).exists():
        raise BadInput(_("You have a view called %(name)s already. Choose another name.") % {"name": name})
    view.name = name
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def choose_default(view: SavedView, *, chosen: bool) -> SavedView:
    """Let the inbox open with *view*, or no longer; a person has at most one such view."""
    SavedView.objects.filter(owner=view.owner, is_default=True).update(is_default=False)
    view.is_default = chosen
    view.save(update_fields=["is_default"])
    return view


def delete_view(view: SavedView) -> None:
    """Forget *view*; links to it lead to the whole inbox from then on."""
    view.delete()


def _name(text: str) -> str:
    name = " ".join(text.split())
    longest = SavedView._meta.get_field("name").max_length or 0
    if not 0 < len(name) <= longest:
        raise BadInput(_("Give the view a name of at most %(count)s characters.") % {"count": longest})
    return name

"""May something be asked, changed, answered?"""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import school_roles_of
from accounts.roles import MANAGERS
from common.verdict import ALLOWED, Verdict, refused
from privacy.models import DataRequest, RequestKind
from wechat.queries import binding_of

_TAKING_AWAY = frozenset({RequestKind.DELETION, RequestKind.WITHDRAWAL})


def open_key(user: User, kind: str, about: str) -> str:
    """What two open requests may not share (flows X12)."""
    return f"{user.pk.hex}:{kind}:{about}"


def can_ask(user: User, kind: str, about: str) -> Verdict:
    """Once at a time; not what somebody can do at once without asking anybody."""
    if kind == RequestKind.CORRECTION and about == "destinations":
        words = _("A destination is corrected by filing it again; it goes the way of every filing.")
        return refused(words, link=reverse("destinations:me"))
    if kind in _TAKING_AWAY and about == "wechat" and binding_of(user):
        words = _("You can unbind WeChat yourself, at once; the binding is deleted then.")
        return refused(words, link=reverse("wechat:own"))
    key = open_key(user, kind, about)
    found = DataRequest.objects.filter(open_key=key).values_list("pk", flat=True).first()
    if found:
        words = _("You asked for this already, and the answer is still to come.")
        return refused(words, link=reverse("privacy:request", args=[found]))
    return ALLOWED


def can_use_again(user: User, request: DataRequest) -> Verdict:
    """The officers who answer requests lift what set somebody else aside."""
    if request.person_id == user.pk or school_roles_of(user).isdisjoint(MANAGERS):
        return refused(_("Only the career center lifts this, and nobody for themselves."))
    if not request.sets_aside:
        return refused(_("Nothing is kept without use because of this request any more."))
    return ALLOWED


def can_change(user: User, request: DataRequest) -> Verdict:
    """The person writes it while it lies with them."""
    if request.person_id == user.pk and request.is_with_person:
        return ALLOWED
    return refused(_("This request is not with you at the moment, so it cannot be changed."))

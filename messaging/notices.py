"""What people hear of the organisation: who stands in for whom, what a second person has to confirm."""

import datetime
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rights.second_person import words_of
from accounts.roles import Role
from messaging.actions import notify
from messaging.kinds import NoticeKind, kind_of, register


def _stand_in(params: dict[str, Any]) -> dict[str, Any]:
    """Posts and days in the reader's language."""
    held = [{"role": Role(role).label, "unit": unit} for role, unit in params["posts"]]
    posts = _(", ").join(_("%(role)s (%(unit)s)") % each for each in held)
    days = {name: _day(params[name]) for name in ("first", "last")}
    shown = _("%(first)s – %(last)s") if days["last"] else _("from %(first)s on")
    said = days["first"] if days["first"] == days["last"] else shown % days
    return params | {"posts": posts, "whom": params["name"] or posts, "days": said}


def _day(written: str) -> str:
    return date_format(datetime.date.fromisoformat(written), "DATE_FORMAT") if written else ""


register(
    NoticeKind(
        "stand_in_person",
        icon="user-plus",
        title=gettext_lazy("You stand in for %(whom)s"),
        body=gettext_lazy("You see and decide what waits for them, %(days)s. Their posts: %(posts)s."),
        said=_stand_in,
    )
)
register(
    NoticeKind(
        "stand_in_role",
        icon="user-plus",
        title=gettext_lazy("You stand in for %(whom)s"),
        body=gettext_lazy(
            "You see and decide what waits there while nobody who holds the role is at work, "
            "%(days)s. %(reason)s"
        ),
        said=_stand_in,
    )
)
register(
    NoticeKind(
        "stand_in_ended",
        icon="arrow-back-up",
        title=gettext_lazy("You no longer stand in for %(whom)s"),
        body=gettext_lazy("It was to be: %(days)s. Others decide what waits there."),
        said=_stand_in,
    )
)


def _operation(params: dict[str, Any]) -> dict[str, Any]:
    """What a second person confirms, in the reader's language."""
    return params | {"what": words_of(params["operation"], params["terms"], params["subject"])}


for _key, _icon, _title, _body in (
    (
        "confirmation_asked",
        "shield-check",
        gettext_lazy("%(person)s asks you to confirm: %(what)s"),
        gettext_lazy("“%(reason)s” Nothing changes before a second person has confirmed it."),
    ),
    (
        "confirmation_given",
        "circle-check",
        gettext_lazy("%(person)s has confirmed what you asked for: %(what)s"),
        gettext_lazy("It is done."),
    ),
    (
        "confirmation_refused",
        "ban",
        gettext_lazy("%(person)s has not confirmed what you asked for: %(what)s"),
        gettext_lazy("“%(reason)s” Nothing changes."),
    ),
    (
        "confirmation_withdrawn",
        "arrow-back-up",
        gettext_lazy("%(person)s has withdrawn it: %(what)s"),
        gettext_lazy("There is nothing left to confirm."),
    ),
):
    register(NoticeKind(_key, icon=_icon, title=_title, body=_body, said=_operation))


def from_accounts(people: Iterable[UUID], kind: str, path: str, said: dict[str, Any]) -> None:
    """What `accounts.telling` has to say, as a notice to each."""
    known = kind_of(kind)
    if known is not None:
        notify(people, known, path, **said)

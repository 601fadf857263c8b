"""A line of the record of rights in the reader's language."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.rights.catalogue import Right
from accounts.rights.models import RightsChange
from accounts.roles import Role


def said_rights(rights: Iterable[str]) -> str:
    """Rights in words, one after the other."""
    return _(", ").join(str(Right(right).label) for right in rights if right in Right)


def said_change(change: RightsChange) -> str:
    """What was done, in one sentence."""
    name = change.subject.name if change.subject else ""
    say = _SENTENCES.get(change.action)
    return say(change.detail | {"name": name}) if say else change.action


def _role(detail: dict[str, Any]) -> dict[str, Any]:
    role = detail.get("role", "")
    return detail | {"role": Role(role).label if role in Role else role}


def _changed(detail: dict[str, Any]) -> str:
    parts = [_("%(group)s was changed") % detail]
    for key, words in (("added", _("gained: %(rights)s")), ("removed", _("lost: %(rights)s"))):
        if detail.get(key):
            parts.append(words % {"rights": said_rights(detail[key])})
    if "is_active" in detail:
        parts.append(_("put back into use") if detail["is_active"] else _("put out of use"))
    return _(", ").join(parts)


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "asked": lambda detail: _("Asked for a sensitive operation: %(reason)s") % detail,
    "declined": lambda detail: _("Declined a sensitive operation: %(reason)s") % detail,
    "withdrawn": lambda detail: _("Withdrew a sensitive operation") % detail,
    "seated": lambda detail: _("%(name)s became %(role)s") % _role(detail),
    "unseated": lambda detail: _("%(name)s gave up the seat of %(role)s") % _role(detail),
    "group_made": lambda detail: _("The group %(group)s was made") % detail,
    "group_changed": _changed,
    "group_deleted": lambda detail: _("The group %(group)s was deleted") % detail,
    "placed": lambda detail: _("%(name)s came into %(group)s for %(unit)s") % detail,
    "taken_out": lambda detail: _("%(name)s left %(group)s for %(unit)s") % detail,
}

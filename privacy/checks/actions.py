"""Noting, ticking and signing off the list of a year."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access.actions import log_access
from accounts.access.models import Verb
from accounts.models import User
from common.errors import Refused
from privacy.checks.items import found_at, items
from privacy.checks.models import YearCheck

LONGEST_NOTE = 500


@transaction.atomic
def keep(sent: Mapping[str, str], by: User) -> None:
    """Keep the notes and ticks of this year. Raises Refused when the year is signed off."""
    check = _open()
    check.lines = {item.key: _line(sent, item.key) for item in items()}
    check.save(update_fields=["lines"])
    log_access(by, Verb.CHANGE, check, detail="lines")


@transaction.atomic
def sign_off(by: User) -> None:
    """Keep the list of this year for good, with what the machine finds now.

    Raises Refused when an item was not ticked, one that is not well has no note, or the year is signed off.
    """
    check, now = _open(), timezone.now()
    for item in items():
        if not check.lines.get(item.key, {}).get("ticked"):
            raise Refused(_("Tick every item first. Missing: %(title)s") % {"title": item.title})
    findings = found_at(now)
    for item in items():
        line, found = check.lines[item.key], findings[item.key]
        if not found.good and not line["note"]:
            raise Refused(_("Note what is done about: %(title)s") % {"title": item.title})
        line |= {"good": found.good, "number": found.number}
    check.signed_by, check.signed_at = by, now
    check.save()
    log_access(by, Verb.CHANGE, check, detail="signed_at")


def _open() -> YearCheck:
    YearCheck.objects.get_or_create(year=timezone.localdate().year)
    check = YearCheck.objects.select_for_update().get(year=timezone.localdate().year)
    if check.signed_at:
        raise Refused(_("This year is signed off already and stays as it is."))
    return check


def _line(sent: Mapping[str, str], key: str) -> dict[str, Any]:
    note = sent.get(f"note-{key}", "").replace("\x00", "").strip()[:LONGEST_NOTE]
    return {"note": note, "ticked": bool(sent.get(f"tick-{key}"))}

"""What may be done to the calendar, and if not, why."""

import datetime
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from common.moments import spoken_moment
from common.verdict import ALLOWED, Verdict, refused
from processes.calendar.models import CalendarChange, ChangeKind
from processes.calendar.queries import changes_touching, days_between

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_DAYS = 366


def can_change(first: datetime.date, last: datetime.date) -> Verdict:
    """May the days from *first* to *last* be changed together?"""
    if last < first:
        return refused(_("The last day comes before the first."))
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        return refused(_("The calendar goes from %(first)s to %(last)s. Choose days within it.") % years)
    if (last - first).days >= MOST_DAYS:
        most = {"most": MOST_DAYS}
        return refused(_("At most %(most)s days can be changed at once. Change them in parts.") % most)
    return ALLOWED


def can_undo(change: CalendarChange) -> Verdict:
    """May the days of *change* go back to what they were before? Only while they are as it left them."""
    if change.kind == ChangeKind.LOAD:
        return refused(_("Loaded holidays are not undone; change the days instead."))
    if change.pk in undoable([change]):
        return ALLOWED
    later = changes_touching(change.first_day, change.last_day).filter(pk__gt=change.pk).order_by("id")
    since = later.first()
    if since is None:
        return refused(_("These days are not as this change left them any more. Reload the page."))
    who = {"who": since.by.name if since.by else _("a command"), "when": spoken_moment(since.at)}
    if since.undoes_id == change.pk:
        return refused(_("%(who)s has undone this already (%(when)s).") % who)
    return refused(_("These days were changed again since, by %(who)s (%(when)s). Undo that first.") % who)


def undoable(changes: Iterable[CalendarChange]) -> set[UUID]:
    """The keys of those of *changes* whose days are still as they left them (one query)."""
    by_people = [change for change in changes if change.kind != ChangeKind.LOAD]
    if not by_people:
        return set()
    first = min(change.first_day for change in by_people)
    last = max(change.last_day for change in by_people)
    now = {row.date: row.state for row in days_between(first, last)}
    return {
        change.pk
        for change in by_people
        if all(now.get(day) == after for day, (_before, after) in change.states.items())
    }

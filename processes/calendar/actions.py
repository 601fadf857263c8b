"""Every write about the calendar: change days, reset them, undo a change, load public holidays."""

import datetime
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from accounts.models import User
from common.errors import BadInput
from processes.calendar import library, queries, rules
from processes.calendar.models import CalendarChange, CalendarDay, ChangeKind, DayState
from processes.engine import workdays

_DAY = datetime.timedelta(days=1)
_AT_ONCE = 500

States = Mapping[datetime.date, DayState | None]


class LoadCounts(NamedTuple):
    """What a load did; *kept* are the days that the school has changed, *unknown* years without holidays."""

    days: int
    added: int
    changed: int
    removed: int
    kept: int
    unknown: tuple[int, ...]


@transaction.atomic
def change_days(
    first: datetime.date, last: datetime.date, *, is_workday: bool, name: str, note: str = "", by: User
) -> CalendarChange | None:
    """Make every day from *first* to *last* a workday, or a day off, under a *name*.

    A public holiday that is off anyway keeps its own name, and so does a moved workday that is worked. None
    when all days were just so before. Raises BadInput when the span is none.
    """
    span = _span(first, last)
    state = DayState(is_workday, name, "", note, is_local=True)
    kind = ChangeKind.WORK if is_workday else ChangeKind.OFF
    _lock()
    official = queries.days_between(first, last).filter(is_local=False, is_workday=is_workday)
    so_already = set(official.values_list("date", flat=True))
    wanted = dict.fromkeys([day for day in span if day not in so_already], state)
    return _write(kind, wanted, by=by, name=name, note=note)


@transaction.atomic
def reset_days(
    first: datetime.date, last: datetime.date, *, note: str = "", by: User
) -> CalendarChange | None:
    """Forget what the school changed from *first* to *last*: the public holidays hold there again.

    None when there was nothing to forget. Raises BadInput when the span is none.
    """
    span = _span(first, last)
    official = library.days_of({day.year for day in span})
    return _write(ChangeKind.RESET, {day: official.get(day) for day in span}, by=by, note=note)


@transaction.atomic
def undo(change: CalendarChange, *, by: User) -> CalendarChange | None:
    """Make the days of *change* what they were before it. Raises Refused with the reason."""
    _lock()
    rules.can_undo(change).require()
    before = {day: state for day, (state, _after) in change.states.items()}
    return _write(ChangeKind.UNDO, before, by=by, name=change.name, undoes=change)


@transaction.atomic
def load_holidays(years: Iterable[int] | None = None) -> LoadCounts:
    """Bring the public holidays of *years* (default: all known) to what the library says; safe to repeat.

    What the school has changed stays. A holiday that the library has dropped is dropped.
    """
    wanted = sorted(set(library.known_years() if years is None else years))
    official = library.days_of(wanted)
    _lock()
    rows = {row.date: row for row in CalendarDay.objects.filter(date__year__in=wanted)}
    own = {day for day, row in rows.items() if row.is_local}
    following: dict[datetime.date, DayState | None] = dict.fromkeys(rows.keys() - own)
    following |= {day: state for day, state in official.items() if day not in own}
    change = _write(ChangeKind.LOAD, following, name=library.SOURCE)
    states = list(change.states.values()) if change else []
    return LoadCounts(
        days=len(official),
        added=sum(before is None for before, _after in states),
        changed=sum(before is not None and after is not None for before, after in states),
        removed=sum(after is None for _before, after in states),
        kept=len(own),
        unknown=tuple(year for year in wanted if year not in library.known_years()),
    )


def _span(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """The days from *first* to *last*. Raises BadInput with what is wrong with them."""
    verdict = rules.can_change(first, last)
    if not verdict:
        raise BadInput(verdict.reason)
    return [first + number * _DAY for number in range((last - first).days + 1)]


def _lock() -> None:
    """Let nobody else write the calendar until this transaction ends.

    The name of its model stands for all of it: that is a row even while the calendar has none.
    """
    ContentType.objects.select_for_update().get(app_label="processes", model="calendarchange")


def _write(
    kind: ChangeKind,
    wanted: States,
    *,
    by: User | None = None,
    name: str = "",
    note: str = "",
    undoes: CalendarChange | None = None,
) -> CalendarChange | None:
    """Make the days say what is wanted and put that down; None, and no line, when they did before."""
    _lock()
    rows = _stored(wanted)
    changes = [
        (day, before, after)
        for day, after in sorted(wanted.items())
        if (before := rows[day].state if day in rows else None) != after
    ]
    if not changes:
        return None
    gone = [rows[day].pk for day, before, _after in changes if before is not None]
    CalendarDay.objects.filter(pk__in=gone).delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(date=day, **after._asdict()) for day, _before, after in changes if after is not None],
        batch_size=_AT_ONCE,
    )
    change = CalendarChange.of(changes)
    change.kind, change.by, change.name, change.note, change.undoes = kind, by, name, note, undoes
    change.save()
    transaction.on_commit(workdays.invalidate)
    return change


def _stored(wanted: States) -> dict[datetime.date, CalendarDay]:
    if not wanted:
        return {}
    span = CalendarDay.objects.filter(date__range=(min(wanted), max(wanted)))
    return {row.date: row for row in span if row.date in wanted}

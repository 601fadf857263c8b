"""Counting school workdays: Monday to Friday, but for what the school's calendar says otherwise.

The calendar is kept in memory with running totals, so that counting over ten years costs what counting over
a day does. An edit in this process shows at once (`invalidate`), an edit by another process within a minute.
"""

import datetime
import time
from collections.abc import Mapping
from itertools import accumulate

from django.utils import timezone

from processes.calendar.models import CalendarChange, CalendarDay

RECHECK_SECONDS = 60.0
_DAY = datetime.timedelta(days=1)
_SATURDAY = 5


class WorkdayTable:
    """Which days are workdays, and how many came before each; days are ordinals, day 1 is a Monday.

    *days* says which ordinals are workdays or not; all others are, from Monday to Friday.
    """

    def __init__(self, days: Mapping[int, bool]) -> None:
        self._start, self._end = min(days, default=1), max(days, default=0) + 1
        span = range(self._start, self._end)
        works = [days.get(day, (day - 1) % 7 < _SATURDAY) for day in span]
        self._before = list(accumulate(works, initial=_weekdays_before(self._start)))
        self._workdays = [day for day, is_workday in zip(span, works, strict=True) if is_workday]
        self._more = self._before[-1] - _weekdays_before(self._end)

    def before(self, day: int) -> int:
        """How many workdays come before *day*, since day 1."""
        if day < self._start:
            return _weekdays_before(day)
        if day >= self._end:
            return _weekdays_before(day) + self._more
        return self._before[day - self._start]

    def is_workday(self, day: int) -> bool:
        """Whether *day* is a workday."""
        return self.before(day) < self.before(day + 1)

    def workday(self, number: int) -> int:
        """The workday before which *number* others come."""
        if number < self._before[0]:
            return _weekday(number)
        if number >= self._before[-1]:
            return _weekday(number - self._more)
        return self._workdays[number - self._before[0]]


def _weekdays_before(day: int) -> int:
    """Days from Monday to Friday before *day*, since day 1."""
    weeks, weekday = divmod(day - 1, 7)
    return weeks * 5 + min(weekday, _SATURDAY)


def _weekday(number: int) -> int:
    """The day from Monday to Friday before which *number* others come."""
    weeks, rest = divmod(number, 5)
    return weeks * 7 + rest + 1


class _Cache:
    table: WorkdayTable | None = None
    stamp: int | None = None
    checked_at = 0.0


def workday_table() -> WorkdayTable:
    """The current calendar; asks the database at most once a minute whether it is still current."""
    table, now = _Cache.table, time.monotonic()
    if table is None or now - _Cache.checked_at > RECHECK_SECONDS:
        stamp = CalendarChange.objects.count()
        if table is None or stamp != _Cache.stamp:
            rows = CalendarDay.objects.values_list("date", "is_workday")
            table = WorkdayTable({day.toordinal(): is_workday for day, is_workday in rows})
        _Cache.table, _Cache.stamp, _Cache.checked_at = table, stamp, now
    return table


def invalidate() -> None:
    """Forget the calendar in memory; the next count reads it again."""
    _Cache.table = None


def add_workdays(start: datetime.datetime, days: int) -> datetime.datetime:
    """The same time of day *days* workdays after *start* (before it, if negative), in the school's time zone.

    What starts on a day off counts from the beginning of the next workday. The answer always lies on a
    workday, and `working_time` from *start* to it is *days* times 24 hours.
    """
    local, table = _school_time(start), workday_table()
    today = local.toordinal()
    if not table.is_workday(today):
        local = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return local + (table.workday(table.before(today) + days) - today) * _DAY


def working_time(start: datetime.datetime, end: datetime.datetime) -> datetime.timedelta:
    """The time from *start* to *end* without days off; a whole workday is 24 hours.

    Negative when *end* comes first.
    """
    table = workday_table()
    return _worked(end, table) - _worked(start, table)


def _worked(moment: datetime.datetime, table: WorkdayTable) -> datetime.timedelta:
    """Working time since day 1."""
    local = _school_time(moment)
    today = local.toordinal()
    whole = table.before(today) * _DAY
    if not table.is_workday(today):
        return whole
    return whole + datetime.timedelta(
        hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )


def _school_time(moment: datetime.datetime) -> datetime.datetime:
    return timezone.localtime(moment, timezone.get_default_timezone())

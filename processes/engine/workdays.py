"""Counting school workdays: Monday to Friday."""

import datetime

from django.utils import timezone

_SATURDAY = 5
_DAY = datetime.timedelta(days=1)


def add_workdays(start: datetime.datetime, days: int) -> datetime.datetime:
    """The same time of day *days* workdays after *start*, in the school's time zone.

    What starts on a weekend counts as started on the Friday before.
    """
    local = timezone.localtime(start)
    local -= max(0, local.weekday() - _SATURDAY + 1) * _DAY
    weeks, rest = divmod(days, 5)
    local += datetime.timedelta(weeks=weeks)
    while rest:
        local += _DAY
        rest -= local.weekday() < _SATURDAY
    return local


def working_time(start: datetime.datetime, end: datetime.datetime) -> datetime.timedelta:
    """The time from *start* to *end* without Saturdays and Sundays; a whole workday is 24 hours.

    Negative when *end* comes first.
    """
    return _since_first_monday(end) - _since_first_monday(start)


def _since_first_monday(moment: datetime.datetime) -> datetime.timedelta:
    """Working time since Monday, 1 January of the year 1."""
    local = timezone.localtime(moment)
    weeks, weekday = divmod(local.toordinal() - 1, 7)
    today = datetime.timedelta()
    if weekday < _SATURDAY:
        today = datetime.timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    return (weeks * 5 + min(weekday, _SATURDAY)) * _DAY + today

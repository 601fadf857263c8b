"""Public holidays and moved workdays as `chinesecalendar` knows them.

The package follows what the State Council announces each November for the year after. A year it does not
know yet is no error here: it simply has no days.
"""

import datetime
from collections.abc import Iterable, Mapping
from functools import cache

import chinese_calendar
from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays

from processes.calendar.models import DayState

#: The package and its version, as the log names it.
SOURCE = f"chinesecalendar {chinese_calendar.__version__}"


def known_years() -> range:
    """The years with announced holidays, first to last."""
    return range(min(holidays).year, max(holidays).year + 1)


def days_of(years: Iterable[int]) -> dict[datetime.date, DayState]:
    """Every public holiday and every weekend day that is worked in *years*."""
    wanted = frozenset(years)
    return {day: state for day, state in _all_days().items() if day.year in wanted}


@cache
def _all_days() -> Mapping[datetime.date, DayState]:
    days = {day: _named(name, is_workday=False) for day, name in holidays.items()}
    days |= {day: _named(name, is_workday=True) for day, name in workdays.items()}
    return dict(sorted(days.items()))


def _named(english: str, *, is_workday: bool) -> DayState:
    return DayState(is_workday, Holiday(english).chinese, english, note="", is_local=False)

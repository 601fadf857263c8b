"""A year of the calendar as the page shows it: twelve months of weeks, and below each what is special."""

import calendar
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from processes.calendar.models import CalendarDay
from processes.calendar.words import spoken_date, work_word

_DAY = datetime.timedelta(days=1)
_SATURDAY = 5


class Look(StrEnum):
    """How a day is coloured."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MOVED = "moved"
    OWN = "own"


@dataclass(frozen=True)
class Cell:
    """A day of the page."""

    date: datetime.date
    look: Look
    is_workday: bool
    is_today: bool = False
    row: CalendarDay | None = None

    @property
    def mark(self) -> str:
        """The word under the number of a day that differs: off or work."""
        return work_word(is_workday=self.is_workday) if self.row else ""

    @property
    def name(self) -> str:
        """What the day is called."""
        return self.row.label if self.row else ""

    @property
    def said(self) -> str:
        """What the day is, in words."""
        return _("%(day)s: %(what)s") % {"day": spoken_date(self.date), "what": self.what}

    @property
    def what(self) -> str:
        """Whether it is a workday, and why."""
        words = {"name": self.name}
        match self.look:
            case Look.WORKDAY:
                return _("workday")
            case Look.WEEKEND:
                return _("weekend")
            case Look.HOLIDAY:
                return _("public holiday, %(name)s") % words
            case Look.MOVED:
                return _("workday moved for %(name)s") % words
        if self.is_workday:
            return _("the school's own workday, %(name)s") % words
        return _("the school's own day off, %(name)s") % words


@dataclass(frozen=True)
class Stretch:
    """Days in a row that are special for the same reason; *first* and *last* as far as the month goes."""

    first: Cell
    last: Cell
    whole: tuple[datetime.date, datetime.date]

    @property
    def cell(self) -> Cell:
        """A day of it; all are alike."""
        return self.first

    @property
    def numbers(self) -> str:
        """Days of the month."""
        first, last = self.first.date.day, self.last.date.day
        return f"{first}" if first == last else f"{first}–{last}"


@dataclass(frozen=True)
class Month:
    """A month: its weeks (None where another month has the day), what is special, and its workdays."""

    number: int
    weeks: Sequence[Sequence[Cell | None]]
    stretches: Sequence[Stretch]
    workdays: int
    is_now: bool

    @property
    def name(self) -> str | Promise:
        """The month in the reader's language."""
        return MONTHS[self.number]

    @property
    def short(self) -> str | Promise:
        """The month in three letters."""
        return MONTHS_3[self.number]


class Year:
    """A year of the calendar, from the rows of its days."""

    def __init__(self, number: int, rows: Sequence[CalendarDay], today: datetime.date) -> None:
        self.number = number
        self._rows = {row.date: row for row in rows}
        self._today = today

    @cached_property
    def cells(self) -> Mapping[datetime.date, Cell]:
        """Every day of the year."""
        first = datetime.date(self.number, 1, 1)
        days = [first + number * _DAY for number in range(365 + calendar.isleap(self.number))]
        return {day: cell_of(day, self._rows.get(day), self._today) for day in days}

    @cached_property
    def months(self) -> list[Month]:
        """January to December."""
        return [self._month(number) for number in range(1, 13)]

    @property
    def workdays(self) -> int:
        """How many workdays it has."""
        return sum(cell.is_workday for cell in self.cells.values())

    def count(self, look: Look) -> int:
        """How many days look so."""
        return sum(cell.look == look for cell in self.cells.values())

    @property
    def legend(self) -> list[tuple[Look, int]]:
        """Every special look with its number of days."""
        return [(look, self.count(look)) for look in (Look.HOLIDAY, Look.MOVED, Look.OWN)]

    @property
    def has_holidays(self) -> bool:
        """Whether the public holidays of the year are there."""
        return any(not row.is_local for row in self._rows.values())

    def _month(self, number: int) -> Month:
        cells = [cell for cell in self.cells.values() if cell.date.month == number]
        weeks = [
            [self.cells[day] if day.month == number else None for day in week]
            for week in calendar.Calendar().monthdatescalendar(self.number, number)
        ]
        workdays = sum(cell.is_workday for cell in cells)
        is_now = any(cell.is_today for cell in cells)
        return Month(number, weeks, self._stretches(cells), workdays, is_now)

    def _stretches(self, cells: Sequence[Cell]) -> list[Stretch]:
        special = [cell for cell in cells if cell.row]
        starts = [
            cell
            for before, cell in pairwise([None, *special])
            if cell and (before is None or not _go_together(before, cell))
        ]
        return [self._stretch(start, special) for start in starts]

    def _stretch(self, start: Cell, special: Sequence[Cell]) -> Stretch:
        last = start
        for cell in special[special.index(start) + 1 :]:
            if not _go_together(last, cell):
                break
            last = cell
        return Stretch(start, last, (self._end(start, -_DAY), self._end(last, _DAY)))

    def _end(self, cell: Cell, step: datetime.timedelta) -> datetime.date:
        """How far the same goes on, into the months beside."""
        while (following := self.cells.get(cell.date + step)) and _go_together(cell, following):
            cell = following
        return cell.date


@dataclass(frozen=True)
class Span:
    """Days in a row as they are before somebody changes them."""

    cells: Sequence[Cell]

    @property
    def first(self) -> Cell:
        """The day it begins with."""
        return self.cells[0]

    @property
    def workdays(self) -> int:
        """How many of the days are workdays."""
        return sum(cell.is_workday for cell in self.cells)


def span_of(first: datetime.date, last: datetime.date, rows: Iterable[CalendarDay]) -> Span:
    """The days from *first* to *last*, *rows* being what the calendar says about them."""
    said = {row.date: row for row in rows}
    days = [first + number * _DAY for number in range((last - first).days + 1)]
    return Span([cell_of(day, said.get(day)) for day in days])


def cell_of(day: datetime.date, row: CalendarDay | None, today: datetime.date | None = None) -> Cell:
    """A day and what the calendar says about it."""
    if row is None:
        is_workday = day.weekday() < _SATURDAY
        return Cell(day, Look.WORKDAY if is_workday else Look.WEEKEND, is_workday, day == today)
    look = Look.OWN if row.is_local else Look.MOVED if row.is_workday else Look.HOLIDAY
    return Cell(day, look, row.is_workday, day == today, row)


def _go_together(one: Cell, other: Cell) -> bool:
    """Whether two days next to each other are special for the same reason."""
    if one.row is None or other.row is None or abs((one.date - other.date).days) != 1:
        return False
    return one.row.state == other.row.state

"""Can the talk be held when the employer wishes? Rules over several fields, the day and other talks.

An employer hears of a clash before it hands in (flows 6, F060); the officer is told again what has changed
since (`hints.py`).
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from forms.findings import Finding
from talks.board import Board
from talks.models import Talk
from talks.queries import earlier_talks
from talks.rules import FIRST_DAY, LAST_DAY, MOST_A_MONTH
from talks.slots import MOST_WISHES, Slot, wishes_in

#: How long one talk lasts at least and at most, in minutes.
SHORTEST, LONGEST = 30, 300


@dataclass(frozen=True)
class Application:
    """A draft as the rules see it: the talk, clean values, the day."""

    talk: Talk
    values: Mapping[str, Any]
    today: datetime.date

    @cached_property
    def wishes(self) -> list[tuple[int, Slot]]:
        """The times that are written in full and make sense."""
        return list(wishes_in(self.values))

    @cached_property
    def others(self) -> list[Talk]:
        """The employer's other talks in the months that are wished for."""
        return earlier_talks(self.talk, [slot.day for _number, slot in self.wishes])


def findings(talk: Talk, values: Mapping[str, Any], today: datetime.date) -> list[Finding]:
    """Every fault and warning over several fields, in the order of the form."""
    application = Application(talk, values, today)
    return [*_incomplete(application), *_spans(application), *_days(application), *_others(application)]


def _keys(number: int) -> tuple[str, str, str]:
    return f"slot{number}_date", f"slot{number}_start", f"slot{number}_end"


def _incomplete(application: Application) -> Iterator[Finding]:
    """Of the second and third wish nothing or everything is written."""
    for number in range(2, MOST_WISHES + 1):
        missing = [key for key in _keys(number) if not application.values.get(key)]
        if 0 < len(missing) < 3:
            words = _("Write day, beginning and end of this time, or none of them.")
            yield Finding(tuple(missing), "T-WHOLE", words)


def _spans(application: Application) -> Iterator[Finding]:
    for number in range(1, MOST_WISHES + 1):
        _day, start, end = (application.values.get(key) for key in _keys(number))
        if not start or not end:
            continue
        minutes = _minutes(str(end)) - _minutes(str(start))
        if minutes <= 0:
            yield Finding((f"slot{number}_end",), "T-ORDER", _("It has to end after it begins."))
        elif not SHORTEST <= minutes <= LONGEST:
            words = _("A talk lasts between half an hour and five hours.")
            yield Finding((f"slot{number}_end",), "T-LENGTH", words)


def _minutes(text: str) -> int:
    time = datetime.time.fromisoformat(text)
    return time.hour * 60 + time.minute


def _days(application: Application) -> Iterator[Finding]:
    """Days in reach, not closed for everybody, no time named twice (flows 6, forms 8)."""
    wishes = application.wishes
    if not wishes:
        return
    days = [slot.day for _number, slot in wishes]
    board = Board(min(days), max(days), timezone.now(), [])
    for place, (number, slot) in enumerate(wishes):
        field = (f"slot{number}_date",)
        ahead, closed = (slot.day - application.today).days, board.closed_on(slot.day)
        if not FIRST_DAY <= ahead <= LAST_DAY:
            words = _("Choose a day between %(first)s and %(last)s days ahead.")
            yield Finding(field, "T-REACH", words % {"first": FIRST_DAY, "last": LAST_DAY})
        if closed is not None:
            words = _("No talks on this day: %(reason)s.") % {"reason": closed.reason}
            yield Finding(field, "T-CLOSED", words)
        if any(slot.overlaps(other) for _number, other in wishes[:place]):
            yield Finding(field, "T-TWICE", _("This time overlaps one that you named before."))


def _others(application: Application) -> Iterator[Finding]:
    """Two talks a month, and never two at once (flows 6)."""
    for number, slot in application.wishes:
        field = (f"slot{number}_date",)
        month = [talk for talk in application.others if _month_of(talk) == (slot.day.year, slot.day.month)]
        if len(month) >= MOST_A_MONTH:
            words = _(
                "You have %(count)s talks in that month already, which is as many as the school allows."
            )
            yield Finding(field, "T-LIMIT", words % {"count": len(month)})
        if clashing := own_clash(slot, application.others):
            words = _("Your own talk “%(talk)s” is at the same time.") % {"talk": str(clashing)}
            yield Finding(field, "T-OWN", words)


def _month_of(talk: Talk) -> tuple[int, int] | None:
    day = talk.slot.day if talk.booking and talk.slot else talk.wanted_on
    return (day.year, day.month) if day else None


def own_clash(slot: Slot, others: list[Talk]) -> Talk | None:
    """Another talk of the same employer at the same time."""
    booked = ((talk, talk.slot) for talk in others if talk.booking)
    return next((talk for talk, other in booked if other is not None and slot.overlaps(other)), None)

"""A week of all venues: what is booked, held and closed, day by day."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from talks.board import Board
from talks.models import Blackout, Talk, Venue
from talks.slots import Slot

DAYS = 7
_STEP = datetime.timedelta(days=DAYS)
#: So many venues are proposed for one wanted time.
MOST_OFFERS = 6


@dataclass(frozen=True)
class Cell:
    """One venue on one day."""

    day: datetime.date
    talks: list[Talk]
    closed: Blackout | None


@dataclass(frozen=True)
class Row:
    """One venue over the week."""

    venue: Venue
    cells: list[Cell]


@dataclass(frozen=True)
class Offer:
    """A venue at a wanted time: free, or why not; *is_small* when the students expected do not fit."""

    venue: Venue
    slot: Slot
    problem: str
    is_small: bool

    @property
    def value(self) -> str:
        """What the button of the offer sends; `OfferForm.offered` reads it."""
        slot = self.slot
        return f"{self.venue.pk} {slot.day.isoformat()} {slot.start:%H:%M} {slot.end:%H:%M}"


class Week:
    """The calendar of the week in which a day lies."""

    def __init__(self, day: datetime.date, venues: list[Venue], now: datetime.datetime) -> None:
        self.first = day - datetime.timedelta(days=day.weekday())
        self.last = self.first + datetime.timedelta(days=DAYS - 1)
        self.venues, self.today = venues, timezone.localdate(now)
        self._board = Board(self.first, self.last, now)

    @property
    def days(self) -> list[datetime.date]:
        """Monday to Sunday."""
        return [self.first + datetime.timedelta(days=number) for number in range(DAYS)]

    @property
    def previous(self) -> datetime.date:
        """The Monday before."""
        return self.first - _STEP

    @property
    def following(self) -> datetime.date:
        """The Monday after."""
        return self.first + _STEP

    @property
    def rows(self) -> list[Row]:
        """What every venue has on every day."""
        return [Row(venue, [self._cell(venue, day) for day in self.days]) for venue in self.venues]

    def _cell(self, venue: Venue, day: datetime.date) -> Cell:
        return Cell(day, self._board.talks_on(venue, day), self._board.closed_on(day, venue))


def offers_for(
    talk: Talk, venues: list[Venue], now: datetime.datetime
) -> list[tuple[int, Slot, list[Offer], int]]:
    """(number, time, the best venues for it, how many more are free) of every wanted time, read at once."""
    wanted = talk.wanted
    if not wanted:
        return []
    days = [slot.day for slot in wanted]
    board = Board(min(days), max(days), now)
    return [(number, slot, *_best(talk, slot, venues, board)) for number, slot in enumerate(wanted, 1)]


def _best(talk: Talk, slot: Slot, venues: list[Venue], board: Board) -> tuple[list[Offer], int]:
    """Free and large enough first, then those of the kind that is wanted, then the smallest."""
    offers = [
        Offer(venue, slot, board.problem(venue, slot, talk.pk), venue.capacity < talk.expected)
        for venue in venues
    ]

    def place(offer: Offer) -> tuple[bool, bool, bool]:
        return bool(offer.problem), offer.is_small, offer.venue.kind != talk.venue_kind

    offers.sort(key=place)  # the venues come by size, and that order stays among equals
    return offers[:MOST_OFFERS], sum(1 for each in offers[MOST_OFFERS:] if not each.problem)

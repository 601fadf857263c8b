"""Which venue is free when: one place that knows it, for a single decision and for a whole calendar."""

import datetime
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from talks import queries
from talks.models import Blackout, Talk, Venue
from talks.slots import Slot

_DAY = datetime.timedelta(days=1)


class Board:
    """What is booked and closed in some venues over a span of days, read once (two queries)."""

    def __init__(
        self,
        first: datetime.date,
        last: datetime.date,
        now: datetime.datetime,
        venues: Iterable[UUID] | None = None,
    ) -> None:
        span = Slot.on(first, datetime.time.min, datetime.time.max)
        # A talk of the day before or after may still reach into the minutes between two.
        until = span.ends_at + (last - first) + _DAY
        found = queries.booked_between(span.starts_at - _DAY, until, now, venues)
        self.booked = [(talk, slot) for talk in found if (slot := talk.slot) is not None]
        self.closed = queries.blackouts_between(first, last)
        self.now = now

    def problem(self, venue: Venue, slot: Slot, without: UUID | None = None) -> str:
        """Why *venue* cannot be had in *slot*; empty when it can. *without* is not in its own way."""
        if not venue.is_active:
            return _("This venue is not in use.")
        if slot.starts_at >= slot.ends_at or not slot.is_one_day:
            return _("A talk ends after it begins, on the same day.")
        if slot.starts_at <= self.now:
            return _("This time is over.")
        if slot.start < venue.opens_at or slot.end > venue.closes_at:
            hours = {"opens": f"{venue.opens_at:%H:%M}", "closes": f"{venue.closes_at:%H:%M}"}
            return _("Open from %(opens)s to %(closes)s only.") % hours
        closed = self.closed_on(slot.day, venue)
        if closed is not None:
            return _("Closed: %(reason)s.") % {"reason": closed.reason}
        taken = self.in_the_way(venue, slot, without)
        return _taken(venue, *taken) if taken is not None else ""

    def closed_on(self, day: datetime.date, venue: Venue | None = None) -> Blackout | None:
        """What closes *venue* (None: every venue) on *day*."""
        key = venue.pk if venue else None
        for each in self.closed:
            if each.first_day <= day <= each.last_day and each.venue_id in (None, key):
                return each
        return None

    def in_the_way(self, venue: Venue, slot: Slot, without: UUID | None = None) -> tuple[Talk, Slot] | None:
        """The first talk that keeps *venue* within *slot* or too near to it (flows 6), and when it is."""
        for talk, other in self.booked:
            if talk.venue_id == venue.pk and talk.pk != without and slot.overlaps(other, venue.buffer):
                return talk, other
        return None

    def talks_on(self, venue: Venue, day: datetime.date) -> list[Talk]:
        """What is booked in *venue* on *day*."""
        return [talk for talk, slot in self.booked if talk.venue_id == venue.pk and slot.day == day]


def _taken(venue: Venue, other: Talk, slot: Slot) -> str:
    words = {
        "talk": str(other),
        "start": f"{slot.start:%H:%M}",
        "end": f"{slot.end:%H:%M}",
        "minutes": venue.buffer_minutes,
    }
    return _("Taken by “%(talk)s”, %(start)s–%(end)s, with %(minutes)s minutes between.") % words

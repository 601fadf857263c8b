"""Spans of time on one day, as employers wish for them and officers allocate them."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

#: How many times an employer may name (flows 6).
MOST_WISHES = 3


@dataclass(frozen=True)
class Slot:
    """From when to when; both aware."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime

    @classmethod
    def on(cls, day: datetime.date, start: datetime.time, end: datetime.time) -> "Slot":
        """The slot of a local day between two times of it."""
        return cls(_local(day, start), _local(day, end))

    @property
    def day(self) -> datetime.date:
        """The local day on which it begins."""
        return timezone.localdate(self.starts_at)

    @property
    def start(self) -> datetime.time:
        """The local time at which it begins."""
        return timezone.localtime(self.starts_at).time()

    @property
    def end(self) -> datetime.time:
        """The local time at which it ends."""
        return timezone.localtime(self.ends_at).time()

    @property
    def is_one_day(self) -> bool:
        """Whether it ends on the day on which it begins."""
        return timezone.localdate(self.ends_at) == self.day

    def overlaps(self, other: "Slot", buffer: datetime.timedelta = datetime.timedelta()) -> bool:
        """Whether less than *buffer* lies between the two."""
        return self.starts_at < other.ends_at + buffer and other.starts_at < self.ends_at + buffer

    def __str__(self) -> str:
        day = date_format(self.day, "DATE_FORMAT")
        return f"{day} {self.start:%H:%M}–{self.end:%H:%M}"


def _local(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, time))


def wishes_in(values: Mapping[str, Any]) -> Iterator[tuple[int, Slot]]:
    """(number, slot) of every time that is written in full in the answers of the form and makes sense."""
    for number in range(1, MOST_WISHES + 1):
        parts = [values.get(f"slot{number}_{part}") for part in ("date", "start", "end")]
        if all(parts):
            slot = read_wish([str(part) for part in parts])
            if slot.starts_at < slot.ends_at:
                yield number, slot


def read_wish(parts: Sequence[str]) -> Slot:
    """A wish as it is stored on the talk: day, start and end in ISO text."""
    day, start, end = parts
    return Slot.on(
        datetime.date.fromisoformat(day),
        datetime.time.fromisoformat(start),
        datetime.time.fromisoformat(end),
    )


def stored_wish(slot: Slot) -> list[str]:
    """The same the other way round."""
    return [slot.day.isoformat(), slot.start.isoformat("minutes"), slot.end.isoformat("minutes")]

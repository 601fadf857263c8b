"""A talk as an iCalendar file (RFC 5545)."""

import datetime
from collections.abc import Iterator

from talks.models import Talk, TalkState

#: A line may have so many bytes; longer ones go on behind a line break and a space.
LINE_BYTES = 75


def calendar_of(talk: Talk, url: str) -> str:
    """One event, with a stable key, so that a calendar replaces what it has of it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Qicheng//Campus talks//ZH",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{talk.pk}@qicheng",
        f"DTSTAMP:{_utc(talk.published_at)}",
        f"SEQUENCE:{_sequence(talk)}",
        f"DTSTART:{_utc(talk.starts_at)}",
        f"DTEND:{_utc(talk.ends_at)}",
        f"SUMMARY:{_text(f'{talk.employer.name} · {talk.title}')}",
        f"LOCATION:{_text(_place(talk))}",
        f"DESCRIPTION:{_text(talk.intro)}",
        f"URL:{url}",
        "STATUS:CANCELLED" if talk.state == TalkState.CALLED_OFF else "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _sequence(talk: Talk) -> int:
    """A number that rises whenever the talk is published anew or called off (RFC 5545, 3.8.7.4).

    A calendar keeps what it has when the number is not higher. It counts minutes, so it needs no column.
    """
    published = talk.published_at.timestamp() if talk.published_at else 0
    return int(published) // 60 + (talk.state == TalkState.CALLED_OFF)


def _place(talk: Talk) -> str:
    venue = talk.venue
    return " ".join(part for part in (venue.campus, venue.place, venue.name) if part) if venue else ""


def _utc(moment: datetime.datetime | None) -> str:
    return f"{moment.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}" if moment else ""


def _text(text: str) -> str:
    """With what has a meaning in the format escaped."""
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> Iterator[str]:
    """The line in pieces that are short enough, never broken inside a character."""
    piece, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LINE_BYTES:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + width
    yield piece

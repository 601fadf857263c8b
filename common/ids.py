"""Keys that sort by time, so that rows can be linked before they are written."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """A time-ordered UUID, version 7 (RFC 9562 section 5.7): 48 bits of milliseconds, then random."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10))
    value &= ~(0xF000 << 64) & ~(0xC000 << 48)
    value |= (0x7000 << 64) | (0x8000 << 48)
    return uuid.UUID(int=value)


def uuid7s(count: int) -> list[uuid.UUID]:
    """*count* of them in rising order, for rows written together: random behind a counter.

    The counter takes the twelve bits after the version (RFC 9562 section 6.2, method 1); behind 4096 the
    next millisecond begins.
    """
    start, random = time.time_ns() // 1_000_000, os.urandom(8 * count)
    found = []
    for number in range(count):
        later, counter = divmod(number, 1 << 12)
        tail = int.from_bytes(random[8 * number : 8 * number + 8]) & ~(0xC000 << 48) | (0x8000 << 48)
        found.append(uuid.UUID(int=(start + later) << 80 | (0x7000 | counter) << 64 | tail))
    return found

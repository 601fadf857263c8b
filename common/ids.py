"""Keys that sort by time, so that rows can be linked before they are written."""

import os
import struct
import time
import uuid

_RANDOM_BITS = (1 << 62) - 1
_VARIANT = 1 << 63


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
    start = time.time_ns() // 1_000_000
    tails = struct.unpack(f">{count}Q", os.urandom(8 * count))
    found = []
    for number, tail in enumerate(tails):
        head = (start + (number >> 12)) << 16 | 0x7000 | number & 0xFFF
        found.append(uuid.UUID(int=head << 64 | _VARIANT | tail & _RANDOM_BITS))
    return found

"""Keys that sort by time, so that rows can be linked before they are written."""

import os
import struct
import threading
import time
import uuid

_RANDOM_BITS = (1 << 62) - 1
_VARIANT = 1 << 63


class _Clock:
    """The time and counter of the key that was made last: 48 bits of milliseconds, 12 of the counter."""

    lock = threading.Lock()
    last = 0


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562 section 5.7), behind all that this process made before."""
    return uuid7s(1)[0]


def uuid7s(count: int) -> list[uuid.UUID]:
    """*count* of them in rising order.

    A counter of twelve bits behind the version tells keys of one millisecond apart; where it is used up, the
    next millisecond begins early (RFC 9562 section 6.2, method 1). The rest is random.
    """
    with _Clock.lock:
        first = max(time.time_ns() // 1_000_000 << 12, _Clock.last + 1)
        _Clock.last = first + count - 1
    found = []
    for number, tail in enumerate(struct.unpack(f">{count}Q", os.urandom(8 * count)), first):
        head = number >> 12 << 16 | 0x7000 | number & 0xFFF
        found.append(uuid.UUID(int=head << 64 | _VARIANT | tail & _RANDOM_BITS))
    return found

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

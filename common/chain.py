"""One text for one value, and the hash of a line of a trail over its columns.

This is the contract with every verifier, also the stand-alone one that reads an export: changing it breaks
all trails written before.
"""

import datetime
import hashlib
import json
import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

#: Kept: `json.dumps` would make an encoder anew for each line. What is written never contains itself.
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no blanks, Chinese unescaped: one text for one value."""
    return _encode(value)


def text_of(value: Any) -> str | int:
    """How a column's value enters the hash: keys as 32 hex digits, times in UTC with microseconds."""
    if value is None:
        return ""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime.datetime):
        return _moment(value)
    return value


@lru_cache(maxsize=64)
def _moment(value: datetime.datetime) -> str:
    """Kept for a while: all lines of a batch were written at one time."""
    return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def line_text(values: Iterable[Any]) -> bytes:
    """The canonical JSON list of a line's columns, in bytes: what is hashed."""
    return canonical_json([value if type(value) is str else text_of(value) for value in values]).encode()


def line_hash(values: Iterable[Any]) -> str:
    """SHA-256 (hex) over the canonical JSON list of a line's columns, in their order."""
    return hashlib.sha256(line_text(values)).hexdigest()

"""Asking for thousands of values at once."""

import json
from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL


def one_of(texts: Collection[str]) -> Any:
    """What `__in` takes for thousands of *texts*: SQLite reads a JSON array faster than a place each.

    Not for texts that may hold a NUL, where SQLite ends them.
    """
    if connection.vendor != "sqlite":
        return texts
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(texts))])

"""Reading the trail exactly as it is stored, byte by byte.

Django's converters are forgiving (an upper-case UUID, a time with another separator); a verifier must
not be. Every raw value is rendered again from what it means and has to come out the same.
"""

import datetime
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection

from processes.audit.chain import FIELDS
from processes.models import Case, Event

_COLUMNS = (*FIELDS, "hash")
_UUIDS = frozenset({"id", "case_id", "task_id", "actor_id", "acting_for_id"})


class Line(NamedTuple):
    """One event: its id as stored, its values, and whether its bytes are written canonically."""

    stored_id: str
    values: dict[str, Any]
    is_canonical: bool


def stored_lines(case_ids: Sequence[uuid.UUID]) -> Iterator[Line]:
    """The lines of some cases, ordered by case and sequence number."""
    quote = connection.ops.quote_name
    key = Case._meta.get_field("id")
    columns, marks = ", ".join(map(_column, _COLUMNS)), ", ".join(["%s"] * len(case_ids))
    sql = f"SELECT {columns} FROM {quote(Event._meta.db_table)} WHERE {quote('case_id')} IN ({marks})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{sql} ORDER BY {quote('case_id')}, {quote('seq')}, {quote('id')}",
            [key.get_db_prep_value(case_id, connection) for case_id in case_ids],
        )
        yield from map(_line, cursor.fetchall())


def orphan_line() -> str | None:
    """The id of an event whose case does not exist, or None."""
    quote = connection.ops.quote_name
    events, cases = quote(Event._meta.db_table), quote(Case._meta.db_table)
    join = f"{cases}.{quote('id')} = {events}.{quote('case_id')}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {events}.{quote('id')} FROM {events} LEFT JOIN {cases} ON {join} "
            f"WHERE {cases}.{quote('id')} IS NULL LIMIT 1"
        )
        row = cursor.fetchone()
    return _shown(row[0]) if row else None


def _column(name: str) -> str:
    column = connection.ops.quote_name(name)
    # Without the cast sqlite3 would parse the time and hide how it is written.
    return f"CAST({column} AS TEXT)" if name == "at" and connection.vendor == "sqlite" else column


def _line(row: Sequence[Any]) -> Line:
    stored = dict(zip(_COLUMNS, row, strict=True))
    values: dict[str, Any] = {}
    canonical = True
    for name, raw in stored.items():
        try:
            values[name] = _meaning(name, raw)
        except (ValueError, TypeError):
            values[name], canonical = raw, False
            continue
        canonical = canonical and _rendered(values[name]) == raw
    return Line(_shown(stored["id"]), values, canonical)


def _meaning(name: str, raw: Any) -> Any:
    """What a stored value stands for. Raises ValueError or TypeError when it stands for nothing."""
    if raw is None:
        return None
    if name in _UUIDS:
        return uuid.UUID(raw)
    if name == "at":
        moment = raw if isinstance(raw, datetime.datetime) else datetime.datetime.fromisoformat(raw)
        return moment.replace(tzinfo=datetime.UTC)
    if isinstance(raw, int if name == "seq" else str):
        return raw
    raise TypeError(raw)


def _rendered(value: Any) -> Any:
    """The value as this database would give it back raw."""
    if isinstance(value, uuid.UUID):
        return str(value) if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime.datetime):
        naive = value.replace(tzinfo=None)
        return str(naive) if connection.vendor == "sqlite" else naive
    return value


def _shown(raw: Any) -> str:
    return str(raw).replace("-", "")

"""Reading the trail exactly as it is stored, byte by byte.

Django's converters are forgiving (an upper-case UUID, a time with another separator); a verifier must
not be. Every raw value is rendered again from what it means and has to come out the same.
"""

import datetime
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model

from processes.audit.chain import FIELDS
from processes.models import Case, Event


class Trail(NamedTuple):
    """Where chained lines are stored: their model, whose they are, what is hashed of them, which are keys."""

    model: type[Model]
    owner: type[Model]
    owner_column: str
    fields: tuple[str, ...]
    uuids: frozenset[str]


OF_CASES = Trail(
    Event, Case, "case_id", FIELDS, frozenset({"id", "case_id", "task_id", "actor_id", "acting_for_id"})
)


class Line(NamedTuple):
    """One event: its id as stored, its values, and whether its bytes are written canonically."""

    stored_id: str
    values: dict[str, Any]
    is_canonical: bool


def stored_lines(owner_ids: Sequence[uuid.UUID], trail: Trail = OF_CASES) -> Iterator[Line]:
    """The lines of some cases (or of what else the trail is about), ordered by owner and sequence number."""
    quote = connection.ops.quote_name
    key, names = trail.owner._meta.pk, (*trail.fields, "hash")
    columns, marks = ", ".join(map(_column, names)), ", ".join(["%s"] * len(owner_ids))
    owner = quote(trail.owner_column)
    sql = f"SELECT {columns} FROM {quote(trail.model._meta.db_table)} WHERE {owner} IN ({marks})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{sql} ORDER BY {owner}, {quote('seq')}, {quote('id')}",
            [key.get_db_prep_value(owner_id, connection) for owner_id in owner_ids],
        )
        for row in cursor.fetchall():
            yield _line(dict(zip(names, row, strict=True)), trail.uuids)


def orphan_line(trail: Trail = OF_CASES) -> str | None:
    """The id of an event whose case (or what else the trail is about) does not exist, or None."""
    quote = connection.ops.quote_name
    events, owners = quote(trail.model._meta.db_table), quote(trail.owner._meta.db_table)
    join = f"{owners}.{quote('id')} = {events}.{quote(trail.owner_column)}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {events}.{quote('id')} FROM {events} LEFT JOIN {owners} ON {join} "
            f"WHERE {owners}.{quote('id')} IS NULL LIMIT 1"
        )
        row = cursor.fetchone()
    return _shown(row[0]) if row else None


def _column(name: str) -> str:
    column = connection.ops.quote_name(name)
    # Without the cast sqlite3 would parse the time and hide how it is written.
    return f"CAST({column} AS TEXT)" if name == "at" and connection.vendor == "sqlite" else column


def _line(stored: dict[str, Any], uuids: frozenset[str]) -> Line:
    values: dict[str, Any] = {}
    canonical = True
    for name, raw in stored.items():
        try:
            values[name] = _meaning(name, raw, uuids)
        except (ValueError, TypeError):
            values[name], canonical = raw, False
            continue
        canonical = canonical and _rendered(values[name]) == raw
    return Line(_shown(stored["id"]), values, canonical)


def _meaning(name: str, raw: Any, uuids: frozenset[str]) -> Any:
    """What a stored value stands for. Raises ValueError or TypeError when it stands for nothing."""
    if raw is None:
        return None
    if name in uuids:
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

"""Writing many rows with few statements, past the cost of Django's compiler.

`insert_many` and `update_many` take plain values, `insert_rows` and `update_rows` take model instances.
Django's `bulk_update` builds a CASE expression of every row and needs seconds for thousands; a prepared
statement run over all rows (SQLite) or one insert that updates on conflict (MariaDB) needs milliseconds.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from itertools import chain, count, repeat
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models

from common.fields import EncryptedJSONField, EncryptedTextField

#: Open places in one statement: every build of SQLite takes as many, and more of them gain nothing.
_MOST_PLACES = 900
#: So many rows are worth a statement of their own.
_MANY = 20

Prepare = Callable[[Any], Any]
PrepareAll = Callable[[list[Any]], list[Any]]
Fields = tuple["models.Field[Any, Any]", ...]

_PLAIN_FIELDS = (models.CharField, models.TextField, models.IntegerField)
_PLAIN_VALUES = frozenset({str, int, bool, type(None)})
_NOTHING: frozenset[type] = frozenset({type(None)})
_RECURRING_FIELDS = (models.DateField, models.DecimalField, models.BooleanField)
_SEALED = (EncryptedTextField, EncryptedJSONField)


def insert_many(
    model: type[models.Model], rows: Iterable[Mapping[str, Any]], same: Mapping[str, Any] | None = None
) -> None:
    """Insert *rows* of attribute name -> value; what a row leaves out is as in *same*, else the default.

    Keys without a default are made by the database. Signals are not sent. Values are prepared column by
    column, which is no work at all for most columns, and once for columns that no row gives.
    """
    rows, same = list(rows), same or {}
    if not rows:
        return
    insert = _insert_of(model, without_key=isinstance(model._meta.pk, models.AutoField))
    given: set[str] = set().union(*rows)
    insert.run([_insert_column(field, rows, given, same) for field in insert.fields], len(rows))


def update_many(model: type[models.Model], changes: Iterable[tuple[Any, Mapping[str, Any]]]) -> None:
    """Write (key, {attribute name: new value}) pairs; rows that change the same columns go together."""
    groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for pk, values in changes:
        if values:
            groups[tuple(values)].append([*values.values(), pk])
    by_name = {field.attname: field for field in _columns(model)}
    key = by_name[model._meta.pk.attname]
    for names, rows in groups.items():
        fields = tuple(by_name[name] for name in names)
        columns = zip((*fields, key), zip(*rows, strict=True), strict=True)
        prepared = [_column_preparer(field)(list(values)) for field, values in columns]
        _execute(_update_sql(model, fields), list(zip(*prepared, strict=True)))


def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert model instances; they count as saved afterwards. Counting keys are made by the database."""
    insert = _insert_of(model, without_key=rows[0].pk is None)
    insert.run(_prepared(rows, insert.cells), len(rows))
    alias = connection.alias
    for row in rows:
        row._state.adding = False
        row._state.db = alias


def update_rows(
    model: type[models.Model], rows: Sequence[models.Model], names: Iterable[str] | None = None
) -> None:
    """Write the named fields (default: all but the key) of existing model instances."""
    changing = None if names is None else frozenset(names)
    sql, cells = _update_of(model, changing, merging=connection.vendor == "mysql" and len(rows) > 1)
    _execute(sql, list(zip(*_prepared(rows, cells), strict=True)))


class _Same(NamedTuple):
    """A column that holds the same in all rows."""

    value: Any


Column = list[Any] | _Same
Cells = list[tuple[str, PrepareAll]]
"""Attribute names with what prepares their column."""


class _Insert(NamedTuple):
    """How rows come into a table."""

    model: type[models.Model]
    fields: Fields
    cells: Cells
    sql: str

    def run(self, columns: Sequence[Column], height: int) -> None:
        """Send *height* rows; MariaDB's driver makes one statement of many, SQLite's goes row by row."""
        many = height >= _MANY and connection.vendor == "sqlite"
        if many and any(type(each) is not _Same for each in columns):
            self._run_together(columns, height)
        else:
            whole = (repeat(each.value, height) if type(each) is _Same else each for each in columns)
            _execute(self.sql, list(zip(*whole, strict=True)))

    def _run_together(self, columns: Sequence[Column], height: int) -> None:
        """Many rows with each run of a statement, what they have in common bound once."""
        shared = tuple(type(each) is _Same for each in columns)
        same = [each.value for each in columns if isinstance(each, _Same)]
        own = [each for each in columns if not isinstance(each, _Same)]
        values = list(chain.from_iterable(zip(*own, strict=True)))
        together = max(1, (_MOST_PLACES - len(same)) // len(own))
        whole = height // together * together * len(own)
        for rows, part in ((together, values[:whole]), (1, values[whole:])):
            step = rows * len(own)
            runs = [(*same, *part[start : start + step]) for start in range(0, len(part), step)]
            if runs:
                with connection.cursor() as cursor:
                    cursor.executemany(_insert_rows_sql(self.model, self.fields, shared, rows), runs)


def _prepared(rows: Sequence[models.Model], cells: Cells) -> list[Column]:
    """Prepared column by column: what all values have in common is then asked once."""
    return [prepare(_column(rows, name)) for name, prepare in cells]


def _column(rows: Sequence[models.Model], name: str) -> list[Any]:
    try:
        return [row.__dict__[name] for row in rows]
    except KeyError:  # deferred: its descriptor reads it now
        return [getattr(row, name) for row in rows]


def _cells(fields: Iterable["models.Field[Any, Any]"]) -> Cells:
    return [(field.attname, _column_preparer(field)) for field in fields]


@lru_cache(maxsize=128)
def _insert_of(model: type[models.Model], *, without_key: bool) -> _Insert:
    fields = tuple(field for field in _columns(model) if not (field.primary_key and without_key))
    return _Insert(model, fields, _cells(fields), _insert_sql(model, fields))


@lru_cache(maxsize=1024)
def _update_of(
    model: type[models.Model], wanted: frozenset[str] | None, *, merging: bool
) -> tuple[str, Cells]:
    changing = tuple(
        field
        for field in _columns(model)
        if not field.primary_key and (wanted is None or field.name in wanted or field.attname in wanted)
    )
    if merging:
        return _upsert_sql(model, changing), _cells(_columns(model))
    return _update_sql(model, changing), _cells([*changing, model._meta.pk])


def _columns(model: type[models.Model]) -> Fields:
    return tuple(model._meta.concrete_fields)


def _insert_sql(model: type[models.Model], fields: Fields) -> str:
    columns, marks = ", ".join(map(_quoted, fields)), ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {_table(model)} ({columns}) VALUES ({marks})"


@lru_cache(maxsize=1024)
def _insert_rows_sql(model: type[models.Model], fields: Fields, shared: tuple[bool, ...], rows: int) -> str:
    """Places are numbered, those of the *shared* columns first; SQLite's own marks pass Django unchanged."""
    columns = ", ".join(map(_quoted, fields))
    same, others = count(1), count(1 + sum(shared))
    first = [next(same) if each else 0 for each in shared]
    lines = (", ".join(f"?{place or next(others)}" for place in first) for _row in range(rows))
    return f"INSERT INTO {_table(model)} ({columns}) VALUES {', '.join(f'({line})' for line in lines)}"


@lru_cache(maxsize=1024)
def _update_sql(model: type[models.Model], changing: Fields) -> str:
    assignments = ", ".join(f"{_quoted(field)} = %s" for field in changing)
    return f"UPDATE {_table(model)} SET {assignments} WHERE {_quoted(model._meta.pk)} = %s"


def _upsert_sql(model: type[models.Model], changing: Fields) -> str:
    assignments = ", ".join(f"{_quoted(field)} = VALUES({_quoted(field)})" for field in changing)
    return f"{_insert_sql(model, _columns(model))} ON DUPLICATE KEY UPDATE {assignments}"


def _execute(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(sql, rows[0])
        else:
            cursor.executemany(sql, rows)


@lru_cache(maxsize=4096)
def _column_preparer(field: "models.Field[Any, Any]") -> PrepareAll:
    """From a column's values to what the database takes; values that are fine as they are pass together."""
    prepare, target = _preparer(field), _target(field)
    if isinstance(target, _SEALED):
        return target.get_prep_values
    if isinstance(target, _RECURRING_FIELDS) and not _has_own_preparation(target):
        if connection.vendor == "sqlite":
            prepare = _plainly(prepare)
        return lambda values: _each_once(prepare, values)
    fine = _PLAIN_VALUES if isinstance(target, _PLAIN_FIELDS) else _NOTHING
    if _has_own_preparation(target):
        fine = frozenset()
    return lambda values: values if fine.issuperset(map(type, values)) else list(map(prepare, values))


@lru_cache(maxsize=4096)
def _preparer(field: "models.Field[Any, Any]") -> Prepare:
    """From an attribute's value to what the database takes."""

    def prepare(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    target = _target(field)
    if _has_own_preparation(target):
        return prepare
    if isinstance(target, models.UUIDField) and not connection.features.has_native_uuid_field:
        return lambda value: value.hex if type(value) is UUID else prepare(value)
    if isinstance(target, _PLAIN_FIELDS):
        return lambda value: value if type(value) in _PLAIN_VALUES else prepare(value)
    if isinstance(target, models.JSONField) and target.encoder is None:
        return lambda value: json.dumps(value) if type(value) is dict else prepare(value)
    return prepare


def _plainly(prepare: Prepare) -> Prepare:
    """What SQLite's driver would make of answers and amounts by itself, by a search for each one."""

    def prepare_plainly(value: Any) -> Any:
        given = prepare(value)
        return int(given) if type(given) is bool else str(given) if type(given) is Decimal else given

    return prepare_plainly


def _each_once(prepare: Prepare, values: list[Any]) -> list[Any]:
    """Days, amounts and answers recur from row to row; each is prepared once."""
    known = {value: prepare(value) for value in set(values)}
    return [known[value] for value in values]


def _insert_column(
    field: "models.Field[Any, Any]",
    rows: Sequence[Mapping[str, Any]],
    given: set[str],
    same: Mapping[str, Any],
) -> Column:
    """What the database takes for *field*; a callable default is asked anew for each row."""
    name, prepare = field.attname, _column_preparer(field)
    if name in given:
        with suppress(KeyError):  # which says that not all rows give it
            return prepare(list(map(itemgetter(name), rows)))
    if name not in same and field.has_default() and callable(field.default):
        return prepare([row[name] if name in row else field.get_default() for row in rows])
    other = same[name] if name in same else field.get_default()
    if name in given:
        return prepare([row.get(name, other) for row in rows])
    (prepared,) = prepare([other])
    if prepared and isinstance(field, _SEALED):  # never the same ciphertext twice
        return prepare([other] * len(rows))
    return _Same(prepared)


def _target(field: "models.Field[Any, Any]") -> "models.Field[Any, Any]":
    """The field whose kind of value *field* holds: a foreign key holds the other model's key."""
    return field.target_field if isinstance(field, models.ForeignKey) else field


def _has_own_preparation(field: "models.Field[Any, Any]") -> bool:
    return not type(field).get_prep_value.__module__.startswith("django.")


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _quoted(field: "models.Field[Any, Any]") -> str:
    return connection.ops.quote_name(field.column or "")

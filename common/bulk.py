"""Writing many rows with few statements, past the cost of Django's compiler.

`insert_many` and `update_many` take plain values, `insert_rows` and `update_rows` take model instances.
Django's `bulk_update` builds a CASE expression of every row and needs seconds for thousands; a prepared
statement run over all rows (SQLite) or one insert that updates on conflict (MariaDB) needs milliseconds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from common.fields import EncryptedJSONField, EncryptedTextField

Prepare = Callable[[Any], Any]
Fields = tuple["models.Field[Any, Any]", ...]

_PLAIN_FIELDS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)
_PLAIN_VALUES = frozenset({str, int, bool, type(None)})
_RECURRING_FIELDS = (models.DateField, models.DecimalField)
_REMEMBERED = 10_000


def insert_many(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert *rows* of attribute name -> value; what a row leaves out gets the field's default.

    Keys without a default are made by the database. Signals are not sent. Values are prepared column by
    column, which is no work at all for most columns.
    """
    rows = list(rows)
    fields = tuple(field for field in _columns(model) if not isinstance(field, models.AutoField))
    given: set[str] = set().union(*rows)
    columns = [_prepared(field, _given(field, rows, given)) for field in fields]
    _execute(_insert_sql(model, fields), list(zip(*columns, strict=True)))


def update_many(model: type[models.Model], changes: Iterable[tuple[Any, Mapping[str, Any]]]) -> None:
    """Write (key, {attribute name: new value}) pairs; rows that change the same columns go together."""
    groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for key, values in changes:
        if values:
            groups[tuple(values)].append([*values.values(), key])
    by_name = {field.attname: field for field in _columns(model)}
    for names, rows in groups.items():
        fields = tuple(by_name[name] for name in names)
        preparers = [_preparer(field) for field in (*fields, by_name[model._meta.pk.attname])]
        prepared = [[prepare(value) for prepare, value in zip(preparers, row, strict=True)] for row in rows]
        _execute(_update_sql(model, fields), prepared)


def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert model instances; they count as saved afterwards. Counting keys are made by the database."""
    fields = _inserted(model, without_key=rows[0].pk is None)
    _execute(_insert_sql(model, fields), _values(rows, fields))
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def update_rows(
    model: type[models.Model], rows: Sequence[models.Model], names: Iterable[str] | None = None
) -> None:
    """Write the named fields (default: all but the key) of existing model instances."""
    changing = _changing(model, None if names is None else frozenset(names))
    if connection.vendor == "mysql" and len(rows) > 1:
        _execute(_upsert_sql(model, changing), _values(rows, _columns(model)))
    else:
        _execute(_update_sql(model, changing), _values(rows, [*changing, model._meta.pk]))


@lru_cache(maxsize=128)
def _inserted(model: type[models.Model], *, without_key: bool) -> Fields:
    return tuple(field for field in _columns(model) if not (field.primary_key and without_key))


@lru_cache(maxsize=1024)
def _changing(model: type[models.Model], wanted: frozenset[str] | None) -> Fields:
    return tuple(
        field
        for field in _columns(model)
        if not field.primary_key and (wanted is None or field.name in wanted or field.attname in wanted)
    )


def _columns(model: type[models.Model]) -> Fields:
    return tuple(model._meta.concrete_fields)


def _values(rows: Iterable[models.Model], fields: Iterable["models.Field[Any, Any]"]) -> list[list[Any]]:
    readers = [(field.attname, _preparer(field)) for field in fields]
    return [[prepare(getattr(row, name)) for name, prepare in readers] for row in rows]


@lru_cache(maxsize=1024)
def _insert_sql(model: type[models.Model], fields: Fields) -> str:
    columns, marks = ", ".join(map(_quoted, fields)), ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {_table(model)} ({columns}) VALUES ({marks})"


@lru_cache(maxsize=1024)
def _update_sql(model: type[models.Model], changing: Fields) -> str:
    assignments = ", ".join(f"{_quoted(field)} = %s" for field in changing)
    return f"UPDATE {_table(model)} SET {assignments} WHERE {_quoted(model._meta.pk)} = %s"


@lru_cache(maxsize=1024)
def _upsert_sql(model: type[models.Model], changing: Fields) -> str:
    assignments = ", ".join(f"{_quoted(field)} = VALUES({_quoted(field)})" for field in changing)
    return f"{_insert_sql(model, _columns(model))} ON DUPLICATE KEY UPDATE {assignments}"


def _execute(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


@lru_cache(maxsize=4096)
def _preparer(field: "models.Field[Any, Any]") -> Prepare:
    """From an attribute's value to what the database takes."""

    def prepare(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if _has_own_preparation(target):
        return prepare
    if isinstance(target, models.UUIDField) and not connection.features.has_native_uuid_field:
        return lambda value: value.hex if type(value) is UUID else prepare(value)
    if isinstance(target, _PLAIN_FIELDS):
        return lambda value: value if type(value) in _PLAIN_VALUES else prepare(value)
    return _remembering(prepare) if isinstance(target, _RECURRING_FIELDS) else prepare


def _remembering(prepare: Prepare) -> Prepare:
    """Days and amounts recur from row to row; each is prepared once."""
    known: dict[Any, Any] = {}

    def remembered(value: Any) -> Any:
        if value not in known:
            if len(known) > _REMEMBERED:
                known.clear()
            known[value] = prepare(value)
        return known[value]

    return remembered


def _given(field: "models.Field[Any, Any]", rows: Sequence[Mapping[str, Any]], given: set[str]) -> list[Any]:
    """A column of *rows*; a callable default is asked anew for each row, another one once."""
    name = field.attname
    if callable(field.default):
        return [row[name] if name in row else field.get_default() for row in rows]
    default = field.get_default()
    return [row.get(name, default) for row in rows] if name in given else [default] * len(rows)


def _prepared(field: "models.Field[Any, Any]", values: list[Any]) -> list[Any]:
    """What the database takes for the values of a column."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, EncryptedTextField | EncryptedJSONField):
        return target.get_prep_values(values)
    prepare, is_own = _preparer(field), _has_own_preparation(target)
    if isinstance(target, _PLAIN_FIELDS) and not is_own and _PLAIN_VALUES.issuperset(map(type, values)):
        return values
    if isinstance(target, _RECURRING_FIELDS) and not is_own:
        known = {value: prepare(value) for value in set(values)}
        return [known[value] for value in values]
    return list(map(prepare, values))


def _has_own_preparation(field: "models.Field[Any, Any]") -> bool:
    return not type(field).get_prep_value.__module__.startswith("django.")


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _quoted(field: "models.Field[Any, Any]") -> str:
    return connection.ops.quote_name(field.column or "")

"""Reads on the hottest paths, their SQL compiled once.

Django compiles a query set's SQL anew each time, which takes longer than SQLite or MariaDB need to answer
a look-up by key. A prepared read keeps the compiled statement of one connection and only binds the keys.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, ForeignKey, JSONField, Model, QuerySet, UUIDField
from django.db.models.sql.compiler import SQLCompiler

from common.quick import stored

M = TypeVar("M", bound=Model)


#: From a column as the database gives it, and what is known of other columns, to what its field holds.
Reader = Callable[[Iterable[Any], dict[Any, Any]], list[Any]]

#: Stands in the parameters where a key is bound.
_KEY: Any = object()
#: Statements for so many keys are kept: as many as a page of a list has rows, and some.
MOST_KEPT = 60
_RECURRING_FIELDS = (UUIDField, DateTimeField)


class _Slice(NamedTuple):
    """The columns of one model in a row, and the field of the main model through which it is reached."""

    model: type[Model]
    names: list[str]
    start: int
    end: int
    field: str


class _Plan(NamedTuple):
    """A compiled statement with what turns its rows into instances."""

    sql: str
    #: By the place of the column, where there is something to convert.
    readers: dict[int, Reader]
    main: _Slice
    joined: list[_Slice]
    #: What else the query set says of each row, and in which column.
    annotated: Mapping[str, int]
    params: tuple[Any, ...]


class PreparedRead(Generic[M]):
    """Rows of `build(keys)`, joined relations included; for each number of few keys the compiled SQL is kept.

    *build* gets a list of keys and must use it in one filter: `pk__in`, or that of a foreign key whose values
    are kept like the model's own keys. Whatever else it filters by stays as it was at the first call. It may
    annotate, leave columns out (`only`), and join relations of the model itself (`select_related`); rows of
    one record share one object. A key may also be a subquery that finds it.
    """

    def __init__(self, build: Callable[[Sequence[Any]], QuerySet[M]]) -> None:
        self._build = build
        self._plans: WeakKeyDictionary[BaseDatabaseWrapper, dict[int, _Plan]] = WeakKeyDictionary()

    def __call__(self, keys: Sequence[Any]) -> list[M]:
        """The rows in the order of the query set."""
        if not keys:
            return []
        wrapper = connections["default"]
        if not _is_kept(keys):
            plan = self._compiled(keys, wrapper)
            return self._read(wrapper, plan, plan.params)
        plans = self._plans.setdefault(wrapper, {})
        if len(keys) not in plans:
            plans[len(keys)] = _prepared(self._compiled(keys, wrapper), keys, wrapper)
        plan = plans[len(keys)]
        bound = iter(_bound(keys, plan, wrapper))
        return self._read(wrapper, plan, [next(bound) if each is _KEY else each for each in plan.params])

    def _compiled(self, keys: Sequence[Any], wrapper: BaseDatabaseWrapper) -> _Plan:
        return _plan(self._build(keys).query.get_compiler(connection=wrapper))

    @staticmethod
    def _read(wrapper: BaseDatabaseWrapper, plan: _Plan, params: Sequence[Any]) -> list[M]:
        with wrapper.cursor() as cursor:
            cursor.execute(plan.sql, params)
            rows = cursor.fetchall()
        if not rows:
            return []
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        known: dict[Any, Any] = {}
        for place, read in plan.readers.items():
            columns[place] = read(columns[place], known)
        instances = _instances(plan.main, columns, wrapper.alias)
        for part in plan.joined:
            for instance, related in zip(instances, _joined(part, columns, wrapper.alias), strict=True):
                instance._state.fields_cache[part.field] = related
        for name, place in plan.annotated.items():
            for instance, value in zip(instances, columns[place], strict=True):
                setattr(instance, name, value)
        return instances


def _plan(compiler: SQLCompiler) -> _Plan:
    sql, params = compiler.as_sql()
    info, select = compiler.klass_info, compiler.select
    if info is None or select is None:
        raise ValueError("A prepared read gives instances of a model.")
    joined = [_slice(each, select, each["field"].name) for each in info.get("related_klass_infos", [])]
    converters = compiler.get_converters([column[0] for column in select])
    readers = {
        place: _reader(expression, converts, compiler.connection)
        for place, (converts, expression) in converters.items()
    }
    annotated = dict(compiler.annotation_col_map or {})
    return _Plan(sql, readers, _slice(info, select, ""), joined, annotated, tuple(params))


def _is_kept(keys: Sequence[Any]) -> bool:
    """Whether a statement for as many keys is used again: a few plain ones, each given once."""
    if len(keys) > MOST_KEPT or any(hasattr(key, "resolve_expression") for key in keys):
        return False
    return len(set(keys)) == len(keys)


def _bound(keys: Sequence[Any], plan: _Plan, wrapper: BaseDatabaseWrapper) -> list[Any]:
    """The keys as the database gets them."""
    prepared = plan.main.model._meta.pk.get_db_prep_value
    return [prepared(key, wrapper) for key in keys]


def _prepared(plan: _Plan, keys: Sequence[Any], wrapper: BaseDatabaseWrapper) -> _Plan:
    """The plan with open places for the keys."""
    bound = _bound(keys, plan, wrapper)
    if [each for each in plan.params if each in bound] != bound:
        raise ValueError("A prepared read has each key as a parameter exactly once.")
    return plan._replace(params=tuple(_KEY if each in bound else each for each in plan.params))


def _slice(info: dict[str, Any], select: Sequence[Any], field: str) -> _Slice:
    columns = info["select_fields"]
    start, end = columns[0], columns[-1] + 1
    names = [column[0].target.attname for column in select[start:end]]
    return _Slice(info["model"], names, start, end, field)


def _reader(expression: Any, converts: list[Any], wrapper: BaseDatabaseWrapper) -> Reader:
    def convert(value: Any) -> Any:
        for each in converts:
            value = each(value, expression, wrapper)
        return value

    def read(column: Iterable[Any], _known: dict[Any, Any]) -> list[Any]:
        return [convert(value) for value in column]

    def read_once(column: Iterable[Any], known: dict[Any, Any]) -> list[Any]:
        # Keys and moments recur, from row to row and from column to column.
        for value in set(column).difference(known):
            known[value] = convert(value)
        return [known[value] for value in column]

    field = expression.output_field
    target = field.target_field if isinstance(field, ForeignKey) else field
    if isinstance(target, JSONField) and target.decoder is None:
        return lambda column, _known: [json.loads(v) if type(v) is str else convert(v) for v in column]
    return read_once if isinstance(target, _RECURRING_FIELDS) else read


def _joined(part: _Slice, columns: Sequence[Iterable[Any]], alias: str) -> list[Any]:
    """One object a record, however many rows it is joined to; None where nothing is."""
    keys = columns[part.start + part.names.index(part.model._meta.pk.attname)]
    found = dict(zip(keys, zip(*columns[part.start : part.end], strict=True), strict=True))
    made = {key: stored(part.model, part.names, row, alias) for key, row in found.items() if key is not None}
    return [made.get(key) for key in keys]


def _instances(part: _Slice, columns: Sequence[Iterable[Any]], alias: str) -> list[Any]:
    rows = zip(*columns[part.start : part.end], strict=True)
    return [stored(part.model, part.names, row, alias) for row in rows]

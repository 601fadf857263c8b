"""Reads on the hottest paths, their SQL compiled once.

Django compiles a query set's SQL anew each time, which takes longer than SQLite or MariaDB need to answer
a look-up by key. A prepared read keeps the compiled statement of one connection and only binds the key.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from common.quick import stored

M = TypeVar("M", bound=Model)


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
    compiler: SQLCompiler
    converters: dict[int, tuple[list[Any], Any]]
    main: _Slice
    joined: list[_Slice]


class PreparedRead(Generic[M]):
    """Rows of `build(keys)`, joined relations included; for a single key the compiled SQL is kept.

    *build* gets a list of primary keys and must use it in one `pk__in` filter and no other parameter. It
    may join relations of the model itself (`select_related`) that are never null.
    """

    def __init__(self, build: Callable[[Sequence[Any]], QuerySet[M]]) -> None:
        self._build = build
        self._plans: WeakKeyDictionary[BaseDatabaseWrapper, _Plan] = WeakKeyDictionary()

    def __call__(self, keys: Sequence[Any]) -> list[M]:
        """The rows in the order of the query set."""
        if not keys:
            return []
        wrapper = connections["default"]
        if len(keys) > 1:
            compiler = self._build(keys).query.get_compiler(connection=wrapper)
            sql, params = compiler.as_sql()
            return self._read(wrapper, _plan(sql, compiler), params)
        if wrapper not in self._plans:
            compiler = self._build(keys).query.get_compiler(connection=wrapper)
            sql, params = compiler.as_sql()
            if len(params) != 1:
                raise ValueError("A prepared read has exactly one parameter, the key.")
            self._plans[wrapper] = _plan(sql, compiler)
        plan = self._plans[wrapper]
        return self._read(wrapper, plan, [plan.main.model._meta.pk.get_db_prep_value(keys[0], wrapper)])

    @staticmethod
    def _read(wrapper: BaseDatabaseWrapper, plan: _Plan, params: Sequence[Any]) -> list[M]:
        with wrapper.cursor() as cursor:
            cursor.execute(plan.sql, params)
            rows: Iterable[Any] = cursor.fetchall()
        if plan.converters:
            rows = plan.compiler.apply_converters(rows, plan.converters)
        return [_instance(plan, row, wrapper.alias) for row in rows]


def _plan(sql: str, compiler: SQLCompiler) -> _Plan:
    info, select = compiler.klass_info, compiler.select
    if info is None or select is None:
        raise ValueError("A prepared read gives instances of a model.")
    joined = [_slice(each, select, each["field"].name) for each in info.get("related_klass_infos", [])]
    expressions = [column[0] for column in select]
    return _Plan(sql, compiler, compiler.get_converters(expressions), _slice(info, select, ""), joined)


def _slice(info: dict[str, Any], select: Sequence[Any], field: str) -> _Slice:
    columns = info["select_fields"]
    start, end = columns[0], columns[-1] + 1
    names = [column[0].target.attname for column in select[start:end]]
    return _Slice(info["model"], names, start, end, field)


def _instance(plan: _Plan, row: Sequence[Any], alias: str) -> Any:
    main = plan.main
    instance = stored(main.model, main.names, row[main.start : main.end], alias)
    for part in plan.joined:
        related = stored(part.model, part.names, row[part.start : part.end], alias)
        instance._state.fields_cache[part.field] = related
    return instance

"""Reads on the hottest paths, their SQL compiled once.

Django compiles a query set's SQL anew each time, which takes longer than SQLite or MariaDB need to answer
a look-up by key. A prepared read keeps the compiled statement of one connection and only binds the key.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)


class PreparedRead(Generic[M]):
    """Rows of `build([key])` for one *key*; for many keys the query set itself is used.

    *build* gets a list of primary keys and must use it in one `pk__in` filter and no other parameter.
    """

    def __init__(self, build: Callable[[Sequence[Any]], QuerySet[M]]) -> None:
        self._build = build
        self._compiled: WeakKeyDictionary[BaseDatabaseWrapper, tuple[str, SQLCompiler]] = WeakKeyDictionary()

    def __call__(self, keys: Sequence[Any]) -> list[M]:
        """The rows, joined relations included, in the order of the query set."""
        if len(keys) != 1:
            return list(self._build(keys))
        wrapper = connections["default"]
        sql, compiler = self._statement(wrapper, keys)
        key = compiler.query.get_meta().pk.get_db_prep_value(keys[0], wrapper)
        with wrapper.cursor() as cursor:
            cursor.execute(sql, [key])
            rows = cursor.fetchall()
        return self._instances(compiler, rows, wrapper.alias)

    def _statement(self, wrapper: BaseDatabaseWrapper, keys: Sequence[Any]) -> tuple[str, SQLCompiler]:
        if wrapper not in self._compiled:
            compiler = self._build(keys).query.get_compiler(connection=wrapper)
            sql, params = compiler.as_sql()
            if len(params) != 1:
                raise ValueError("A prepared read has exactly one parameter, the key.")
            self._compiled[wrapper] = sql, compiler
        return self._compiled[wrapper]

    @staticmethod
    def _instances(compiler: SQLCompiler, rows: list[Any], alias: str) -> list[M]:
        klass, select = compiler.klass_info, compiler.select
        if klass is None or select is None:
            return []
        start, end = klass["select_fields"][0], klass["select_fields"][-1] + 1
        names = [column[0].target.attname for column in select[start:end]]
        populators = get_related_populators(klass, select, alias)  # type: ignore[call-arg]  # typed for Django 6
        instances = []
        for row in compiler.results_iter(results=[rows]):
            instance = klass["model"].from_db(alias, names, row[start:end])
            for populator in populators:
                populator.populate(row, instance)
            instances.append(instance)
        return instances

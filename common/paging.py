"""Keyset paging: the next page starts behind the last row's values, so a deep page costs what the first does.

Rows that come or go meanwhile never shift the pages, and nothing is counted.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Model, Q, QuerySet

PAGE_SIZE = 50


class BadCursor(ValueError):
    """The text does not say where a page starts."""


@dataclass(frozen=True)
class Page:
    """The primary keys of one page in order, and where the next page starts (empty: there is none).

    *values* are those of the order's columns, row by row.
    """

    keys: list[Any]
    next: str = ""
    values: list[tuple[Any, ...]] = field(default_factory=list)


def page_of_keys(
    rows: QuerySet[Any] | Sequence[QuerySet[Any]],
    order: Sequence[str],
    *,
    after: str = "",
    size: int = PAGE_SIZE,
) -> Page:
    """The first *size* keys of *rows* behind the cursor *after*.

    *order* names the columns to sort by (`-` for descending) and ends with a unique one. Only those columns
    are read, so that an index holding them answers alone. Several query sets without common rows are read
    one by one, each by its own index, and merged. Raises BadCursor.
    """
    sources = [rows] if isinstance(rows, QuerySet) else rows
    names = [name.removeprefix("-") for name in order]
    lines: list[tuple[Any, ...]] = []
    for source in sources:
        found = source.order_by(*order)
        if after:
            found = found.filter(behind(source.model, order, after))
        lines += found.values_list(*names, "pk")[: size + 1]
    if len(sources) > 1:
        _sort(lines, order)
    page, more = lines[:size], len(lines) > size
    values = [line[:-1] for line in page]
    return Page([line[-1] for line in page], cursor(values[-1]) if more else "", values)


def _sort(lines: list[tuple[Any, ...]], order: Sequence[str]) -> None:
    """Sort as the databases do: NULL first, or last when descending."""
    for column, name in reversed(list(enumerate(order))):
        lines.sort(key=partial(_place, column), reverse=name.startswith("-"))


def _place(column: int, line: tuple[Any, ...]) -> tuple[Any, ...]:
    value = line[column]
    return (False,) if value is None else (True, value)


def cursor(values: Sequence[Any]) -> str:
    """Where a page starts that follows a row with these *values* of the order's columns."""
    text = json.dumps([value if value is None else str(value) for value in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def behind(model: type[Model], order: Sequence[str], after: str) -> Q:
    """Rows that sort behind the cursor *after*; NULL sorts first, as both databases do. Raises BadCursor."""
    values = _values(model, order, after)
    condition = _later(order[-1], values[-1])
    for name, value in reversed(list(zip(order[:-1], values[:-1], strict=True))):
        condition = _later(name, value) | (Q(**{_column(name): value}) & condition)
    return _from(order[0], values[0]) & condition


def _values(model: type[Model], order: Sequence[str], after: str) -> list[Any]:
    try:
        padded = after + "=" * (-len(after) % 4)
        texts = json.loads(base64.urlsafe_b64decode(padded.encode()))
        fields = [model._meta.get_field(_column(name)) for name in order]
        return [field.to_python(text) for field, text in zip(fields, texts, strict=True)]  # type: ignore[union-attr]
    except Exception as error:
        raise BadCursor(after) from error


def _column(name: str) -> str:
    return name.removeprefix("-")


def _later(name: str, value: Any) -> Q:
    column = _column(name)
    if name.startswith("-"):
        lower = Q(**{f"{column}__lt": value}) | Q(**{f"{column}__isnull": True})
        return Q(pk__in=[]) if value is None else lower
    return Q(**{f"{column}__isnull": False}) if value is None else Q(**{f"{column}__gt": value})


def _from(name: str, value: Any) -> Q:
    """What *condition* says anyway about the first column, in a form that lets an index start there."""
    if value is None or name.startswith("-"):
        return Q()
    return Q(**{f"{name}__gte": value})

"""Each index costs a page more to write: none may do what another one does."""

from typing import Any

import pytest
from django.db import connection

from processes.models import Case, Event, Task


def ordered(table: str) -> dict[str, tuple[str, ...]]:
    """Name -> columns of the indexes of a table, unique ones left out: they hold a rule."""
    with connection.cursor() as cursor:
        found: dict[str, Any] = connection.introspection.get_constraints(cursor, table)
    return {
        name: tuple(each["columns"]) for name, each in found.items() if each["index"] and not each["unique"]
    }


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Case, Task, Event])
def test_no_index_begins_as_a_longer_one(model):
    indexes = ordered(model._meta.db_table)
    doubled = [
        (short, long)
        for short, columns in indexes.items()
        for long, others in indexes.items()
        if short != long and others[: len(columns)] == columns
    ]
    assert doubled == []

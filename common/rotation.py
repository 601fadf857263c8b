"""Bringing all encrypted values under the newest key, in batches that may be interrupted at any time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from common import keyring
from common.crypto import DecryptionError, decrypt, encrypt_all
from common.fields import EncryptedJSONField, EncryptedTextField

BATCH = 500
Progress = Callable[["Column", int, int], None]


@dataclass(frozen=True)
class Column:
    """An encrypted column of a table."""

    model: type[models.Model]
    name: str

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.name}"

    @property
    def place(self) -> str:
        """What its values are bound to."""
        return f"{self.model._meta.db_table}.{self.name}"


def encrypted_columns() -> Iterator[Column]:
    """Every column of every model that is kept encrypted."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField | EncryptedJSONField) and not model._meta.proxy:
                yield Column(model, field.column or "")


def count_old(column: Column) -> int:
    """How many values of *column* are under another key than the newest, or bound to no column yet."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {_table(column)} WHERE {_old(column)}", [_newest()])
        return int(cursor.fetchone()[0])


def rotate(column: Column, progress: Progress) -> list[str]:
    """Encrypt anew what is under an older key or bound to no column; returns the keys of rows that could not
    be read.

    Each batch is a transaction of its own, and a value that somebody changes meanwhile is left as it is
    then. What is done already is never touched again, so an interrupted run simply starts once more.
    """
    total, done, unreadable = count_old(column), 0, []
    last: Any = None
    while rows := _batch(column, last):
        last = rows[-1][0]
        good = []
        for key, token in rows:
            try:
                good.append((key, token, decrypt(token, column.place)))
            except DecryptionError:
                unreadable.append(str(key))
        _replace(column, good)
        done += len(rows)
        progress(column, done, total)
    return unreadable


def _batch(column: Column, last: Any) -> list[tuple[Any, str]]:
    key, name = _quoted(column.model._meta.pk.column or ""), _quoted(column.name)
    after, values = (f" AND {key} > %s", [_newest(), last]) if last is not None else ("", [_newest()])
    sql = (
        f"SELECT {key}, {name} FROM {_table(column)} WHERE {_old(column)}{after} ORDER BY {key} LIMIT {BATCH}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _replace(column: Column, rows: list[tuple[Any, str, str]]) -> None:
    """The new tokens, wherever the old one still stands."""
    key, name = _quoted(column.model._meta.pk.column or ""), _quoted(column.name)
    sealed = encrypt_all([text for _key, _token, text in rows], column.place)
    changes = [(new, row[0], row[1]) for new, row in zip(sealed, rows, strict=True)]
    if not changes:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {_table(column)} SET {name} = %s WHERE {key} = %s AND {name} = %s", changes
        )


def _old(column: Column) -> str:
    name = _quoted(column.name)
    return f"{name} <> '' AND {name} NOT LIKE %s"


def _newest() -> str:
    return f"{keyring.current().bound_prefix}%"


def _table(column: Column) -> str:
    return _quoted(column.model._meta.db_table)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)

"""Encrypting columns that were plain, inside a migration."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from common.crypto import decrypt, encrypt

_AT_ONCE = 500


def sealing(columns: Mapping[str, Sequence[str]]) -> migrations.RunPython:
    """Encrypt what stands in *columns* (table -> names) once their fields are encrypted; backwards too."""

    def forwards(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        _change(schema_editor, columns, encrypt)

    def backwards(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        _change(schema_editor, columns, decrypt)

    return migrations.RunPython(forwards, backwards)


def _change(
    schema_editor: BaseDatabaseSchemaEditor,
    columns: Mapping[str, Sequence[str]],
    change: Callable[[str, str], str],
) -> None:
    """Past the models, which would decrypt what is plain."""
    quoted = schema_editor.connection.ops.quote_name
    for table, names in columns.items():
        for name in names:
            column, place = quoted(name), quoted(table)
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(f"SELECT id, {column} FROM {place} WHERE {column} <> ''")  # noqa: S608
                rows = [(change(text, f"{table}.{name}"), key) for key, text in cursor.fetchall()]
                for start in range(0, len(rows), _AT_ONCE):
                    statement = f"UPDATE {place} SET {column} = %s WHERE id = %s"  # noqa: S608
                    cursor.executemany(statement, rows[start : start + _AT_ONCE])

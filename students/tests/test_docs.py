"""The documents about the import say what the code does."""

from pathlib import Path

from django.conf import settings
from django.utils import translation

from students.importing.columns import COLUMNS, Column

DOCS = Path(settings.BASE_DIR) / "docs"


def line(column: Column) -> str:
    needed = "yes" if column.must_be_filled else ("filled in when blank" if column.fallback else "")
    also = ", ".join(f"`{alias}`" for alias in column.aliases)
    return f"| {column.zh} | `{column.field}` | {needed} | {column.note} | {column.example} | {also} |"


def table() -> str:
    head = "| header | field | needed | how to write it | example | also recognised |"
    with translation.override("en"):
        return "\n".join([head, "|---|---|---|---|---|---|", *map(line, COLUMNS)])


def test_reference_lists_every_column():
    assert table() in (DOCS / "reference" / "import-columns.md").read_text(encoding="utf-8")


def test_howto_names_what_must_be_there():
    text = (DOCS / "howto" / "import-graduates.md").read_text(encoding="utf-8")
    needed = [column.zh for column in COLUMNS if column.must_be_filled]
    assert "、".join(needed) in text

"""Bringing the code tables in the database to what `fixtures/codes/*.tsv` say."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from forms import codes
from forms.models import FIRST_COHORT, LAST_COHORT, Code, CodeTable

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "codes"
INDEX = "_index.json"
ENGLISH_NAMES = "names_en"

#: Files beside the code tables that are no code tables: matrices, groupings, translations.
OTHER_FILES = frozenset({"destination_required_fields", "region_group", ENGLISH_NAMES})

CODE_COLUMNS = ("code", "alpha3", "category")
SWITCH_COLUMNS = ("active", "in_use")
UPDATED_FIELDS = ("name", "name_en", "parent_code", "sort", "valid_to", "attributes")

Key = tuple[str, str, int]


class LoadCounts(NamedTuple):
    """What a load did."""

    tables: int
    rows: int
    added: int
    changed: int
    retired: int


def load_code_tables(folder: Path = FOLDER) -> LoadCounts:
    """Add, correct and retire official rows so that they equal the files; safe to repeat.

    The school's own rows (`is_local`) and its on-off switches of official rows are kept. A row that
    left the files is switched off, never deleted, because old records point at it.
    """
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    english = _english_names(folder)
    wanted = {
        path.stem: _rows_of_file(path, english)
        for path in sorted(folder.glob("*.tsv"))
        if path.stem not in OTHER_FILES
    }
    with transaction.atomic():
        _save_tables(wanted, index)
        counts = _save_codes(wanted)
    codes.invalidate()
    return counts


def ensure_code_tables() -> None:
    """Load the code tables into a database that has none yet; what a school keeps is not looked at."""
    if not Code.objects.exists():
        load_code_tables()


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _english_names(folder: Path) -> dict[tuple[str, str], str]:
    rows = _read(folder / f"{ENGLISH_NAMES}.tsv")
    return {(row["table"], row["code"]): row["name_en"] for row in rows}


def _rows_of_file(path: Path, english: dict[tuple[str, str], str]) -> list[Code]:
    rows = list(_read(path))
    parents = {row.get("parent") for row in rows}
    return [_as_code(path.stem, place, row, parents, english) for place, row in enumerate(rows)]


def _as_code(
    table: str,
    place: int,
    row: dict[str, str],
    parents: set[str | None],
    english: dict[tuple[str, str], str],
) -> Code:
    """One line of a file as an unsaved row; columns without a field of their own go to `attributes`."""
    rest = dict(row)
    code = next(rest.pop(column) for column in CODE_COLUMNS if column in rest)
    return Code(
        table_id=table,
        code=code,
        name=rest.pop("name_zh"),
        name_en=rest.pop("name_en", "") or english.get((table, code), ""),
        parent_code=rest.pop("parent", ""),
        sort=int(rest.pop("sort", "") or place),
        valid_from=int(rest.pop("valid_from", "") or FIRST_COHORT),
        valid_to=int(rest.pop("valid_to", "") or LAST_COHORT),
        is_active=_is_offered(code, row, parents),
        attributes={column: value for column, value in rest.items() if value},
    )


def _is_offered(code: str, row: dict[str, str], parents: set[str | None]) -> bool:
    """Off when the file says so; a row that cannot be selected stays on as the heading of its children."""
    if any(row.get(column) == "N" for column in SWITCH_COLUMNS):
        return False
    return row.get("selectable") != "N" or code in parents


def _save_tables(wanted: Iterable[str], index: dict[str, dict[str, Any]]) -> None:
    existing = CodeTable.objects.in_bulk()
    for key in wanted:
        title, note = index.get(key, {}).get("title", key), index.get(key, {}).get("note", "")
        table = existing.get(key)
        if table is None or (table.title, table.note) != (title, note):
            CodeTable(key=key, title=title, note=note).save()


def _save_codes(wanted: dict[str, list[Code]]) -> LoadCounts:
    existing = {_key(row): row for row in Code.objects.filter(table__in=wanted)}
    rows = {_key(row): row for table in wanted.values() for row in table}
    added = [row for key, row in rows.items() if key not in existing]
    changed = [
        old for key, row in rows.items() if (old := existing.get(key)) is not None and _take_over(old, row)
    ]
    retired = [row for key, row in existing.items() if key not in rows and row.is_active and not row.is_local]
    for row in retired:
        row.is_active = False
    Code.objects.bulk_create(added, batch_size=500)
    Code.objects.bulk_update([*changed, *retired], [*UPDATED_FIELDS, "is_active"], batch_size=100)
    touched = {row.table_id for row in (*added, *changed, *retired)}
    CodeTable.objects.filter(pk__in=touched).update(changed_at=timezone.now())
    return LoadCounts(len(wanted), len(rows), len(added), len(changed), len(retired))


def _key(row: Code) -> Key:
    return row.table_id, row.code, row.valid_from


def _take_over(old: Code, new: Code) -> bool:
    """Write what the file says into the stored official row; whether that changed anything."""
    if old.is_local or all(getattr(old, name) == getattr(new, name) for name in UPDATED_FIELDS):
        return False
    for name in UPDATED_FIELDS:
        setattr(old, name, getattr(new, name))
    return True

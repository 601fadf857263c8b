"""One's own copy: everything that is kept on one person as a ZIP, to read (XLSX) and for machines (JSON)."""

import io
import json
import zipfile
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from accounts.models import User
from exports.workbook import HEADER, text_cell
from privacy import tables
from privacy.holdings import HOLDINGS
from privacy.tables import Table

JSON_NAME, XLSX_NAME = "data.json", "data.xlsx"
#: What the number in `data.json` stands for: docs/reference/own-data.md.
FORMAT = 1
_WIDTHS = (18, 26, 40)
_SHEET_CHARACTERS = 31


def everything_on(user: User) -> list[Table]:
    """All tables that have rows, kind by kind, in the reader's language."""
    kinds = [*(each.tables for each in HOLDINGS), tables.looks]
    return [table for kind in kinds for table in kind(user) if table.rows]


def packed(user: User, found: list[Table]) -> bytes:
    """The ZIP of these tables."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(JSON_NAME, json.dumps(_described(user, found), ensure_ascii=False, indent=1))
        archive.writestr(XLSX_NAME, _workbook(found))
    return buffer.getvalue()


def _described(user: User, found: list[Table]) -> dict[str, Any]:
    described = [
        {
            "key": table.key,
            "title": table.title,
            "labels": dict(table.columns),
            "rows": [
                dict(zip((key for key, _label in table.columns), row, strict=True)) for row in table.rows
            ],
        }
        for table in found
    ]
    made = timezone.localtime().isoformat(timespec="seconds")
    return {
        "format": FORMAT,
        "of": user.username,
        "made": made,
        "language": get_language(),
        "tables": described,
    }


def _workbook(found: list[Table]) -> bytes:
    book, names = Workbook(write_only=True), set[str]()
    for table in found:
        sheet = book.create_sheet(_sheet_name(table.title, names))
        for index in range(1, len(table.columns) + 1):
            sheet.column_dimensions[get_column_letter(index)].width = _WIDTHS[min(index, len(_WIDTHS)) - 1]
        sheet.freeze_panes = "A2"
        sheet.append([text_cell(sheet, label, HEADER, bold=True) for _key, label in table.columns])
        for row in table.rows:
            sheet.append([text_cell(sheet, text) for text in row])
    if not found:
        book.create_sheet(_("Nothing"))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name as spreadsheets take it: short, without signs, each once."""
    name = "".join(sign for sign in title if sign not in r"[]:*?/\\")[:_SHEET_CHARACTERS]
    while name.lower() in taken:
        name = f"{name[: _SHEET_CHARACTERS - 2]} 2"
    taken.add(name.lower())
    return name

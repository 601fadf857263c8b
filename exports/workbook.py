"""The workbook of an export: marked with who took it when, every cell text, locked by a password."""

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

_MARK = PatternFill("solid", fgColor="FBEFD5")
HEADER = PatternFill("solid", fgColor="E6F0EF")
_WIDTH, _NOTE_WIDTHS = 18, (22, 80)
_CELL_CHARACTERS = 32_767


class BrokenLock(Exception):
    """What was locked does not open to what it was."""


@dataclass(frozen=True)
class Mark:
    """The watermark: one line, and what the first sheet says of the list, label by label."""

    line: str
    person: str
    facts: Sequence[tuple[str, str]]


def write_workbook(mark: Mark, header: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[bytes, int]:
    """The list as .xlsx, and how many rows it has.

    A first sheet says what it is, the rows stand under the mark, the mark is on every page of paper.
    """
    book = Workbook(write_only=True)
    book.properties.creator = book.properties.lastModifiedBy = mark.person
    book.properties.title = book.properties.description = mark.line
    note = _begin_note(book, mark)
    sheet = book.create_sheet(pgettext("export", "List"))
    _mark_paper(sheet, mark)
    sheet.freeze_panes = "A3"
    for index in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(index)].width = _WIDTH
    sheet.append([text_cell(sheet, mark.line if not index else "", _MARK) for index in range(len(header))])
    sheet.append([text_cell(sheet, name, HEADER, bold=True) for name in header])
    count = 0
    for row in rows:
        sheet.append([text_cell(sheet, text) for text in row])
        count += 1
    note.append([text_cell(note, _("Rows"), bold=True), text_cell(note, str(count))])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue(), count


def _begin_note(book: Workbook, mark: Mark) -> Any:
    sheet = book.create_sheet(_("About this file"))
    _mark_paper(sheet, mark)
    for letter, width in zip("AB", _NOTE_WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([text_cell(sheet, mark.line, _MARK, bold=True), text_cell(sheet, "", _MARK)])
    for label, text in mark.facts:
        sheet.append([text_cell(sheet, label, bold=True), text_cell(sheet, text)])
    return sheet


def _mark_paper(sheet: Any, mark: Mark) -> None:
    """The mark above and below every printed page; `&` begins a code there."""
    line = mark.line.replace("&", "&&")
    sheet.oddHeader.center.text = sheet.oddFooter.center.text = line


def text_cell(sheet: Any, text: str, fill: PatternFill | None = None, *, bold: bool = False) -> WriteOnlyCell:
    """A cell that stays text: no formula, no lost zeros, no rounded number (NP-4)."""
    cell = WriteOnlyCell(sheet, value=_printable(text)[:_CELL_CHARACTERS])
    cell.data_type, cell.number_format = "s", "@"
    if fill is not None:
        cell.fill = fill
    if bold:
        cell.font = Font(bold=True)
    return cell


def _printable(text: str) -> str:
    """Without control characters, which no .xlsx can hold."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")


def locked(content: bytes, password: str) -> bytes:
    """*content* (.xlsx) encrypted with *password* as Excel and WPS open it (ECMA-376 agile, AES-256).

    It is opened again before anybody relies on it. Raises BrokenLock when that gives something else.
    """
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, target)
    if _digest(opened(target.getvalue(), password)) != _digest(content):
        raise BrokenLock
    return target.getvalue()


def opened(content: bytes, password: str) -> bytes:
    """What `locked` locked. Raises msoffcrypto's InvalidKeyError for another password."""
    book, target = OOXMLFile(io.BytesIO(content)), io.BytesIO()
    book.load_key(password=password, verify_password=True)
    book.decrypt(target)
    return target.getvalue()


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()

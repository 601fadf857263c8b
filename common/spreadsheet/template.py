"""An empty .xlsx for people to fill in: header, choices to pick from, code lists, an example."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

_REQUIRED = PatternFill("solid", fgColor="CFE5E2")
_OPTIONAL = PatternFill("solid", fgColor="EEF2F2")
_LINE = Border(bottom=Side(style="thin", color="8FB3AE"))
_LAST_ROW = 5_001
_LONGEST_PICK_LIST = 70
_WIDTHS = (9, 40)


@dataclass(frozen=True)
class TemplateColumn:
    """One column of a template; *choices* are (code, name) pairs of its code table."""

    label: str
    required: bool
    note: str = ""
    example: str = ""
    choices: Sequence[tuple[str, str]] = ()
    width: int = 14

    @property
    def heading(self) -> str:
        """The label, with a star when a value is required."""
        return f"{self.label}*" if self.required else self.label


@dataclass(frozen=True)
class TemplateSheets:
    """The names of the sheets, in the reader's language."""

    data: str
    codes: str
    example: str
    code: str
    name: str


def write_template(columns: Sequence[TemplateColumn], sheets: TemplateSheets) -> bytes:
    """The workbook: data sheet first, then the code lists, then one filled-in example line."""
    book = Workbook()
    data = book.active
    assert isinstance(data, Worksheet)  # noqa: S101 - a new workbook always has one
    data.title = sheets.data
    _write_header(data, columns)
    ranges = _write_codes(book.create_sheet(sheets.codes), columns, sheets)
    for index, column in enumerate(columns, start=1):
        _prepare_column(data, index, ranges.get(column.label))
    _write_example(book.create_sheet(sheets.example), columns)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write_header(sheet: Worksheet, columns: Sequence[TemplateColumn]) -> None:
    for index, column in enumerate(columns, start=1):
        cell = sheet.cell(1, index, column.heading)
        cell.font = Font(bold=True, color="9C2B2E" if column.required else "1F2D2B")
        cell.fill = _REQUIRED if column.required else _OPTIONAL
        cell.border = _LINE
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        if column.note:
            cell.comment = Comment(column.note, "", width=260, height=110)
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = "A2"


def _prepare_column(sheet: Worksheet, index: int, choices: str | None) -> None:
    """Text format for the whole column, and a list to pick from when its table is short."""
    letter = get_column_letter(index)
    sheet.column_dimensions[letter].number_format = "@"
    if choices:
        validation = DataValidation("list", formula1=choices, allow_blank=True, showErrorMessage=False)
        validation.add(f"{letter}2:{letter}{_LAST_ROW}")
        sheet.add_data_validation(validation)


def _write_codes(
    sheet: Worksheet, columns: Sequence[TemplateColumn], sheets: TemplateSheets
) -> dict[str, str]:
    """Code lists side by side; the cell range of the names of each short one, by column label."""
    ranges: dict[str, str] = {}
    place = 1
    for column in columns:
        if not column.choices:
            continue
        _write_code_list(sheet, place, column, (sheets.code, sheets.name))
        if len(column.choices) <= _LONGEST_PICK_LIST:
            letter = get_column_letter(place + 1)
            cells = f"${letter}$3:${letter}${len(column.choices) + 2}"
            ranges[column.label] = f"{quote_sheetname(sheet.title)}!{cells}"
        place += 3
    sheet.freeze_panes = "A3"
    return ranges


def _write_code_list(sheet: Worksheet, place: int, column: TemplateColumn, headings: tuple[str, str]) -> None:
    title = sheet.cell(1, place, column.label)
    title.font = Font(bold=True)
    for offset, heading in enumerate(headings):
        cell = sheet.cell(2, place + offset, heading)
        cell.fill, cell.border = _OPTIONAL, _LINE
        sheet.column_dimensions[get_column_letter(place + offset)].width = _WIDTHS[offset] // (offset + 1)
    for row, pair in enumerate(column.choices, start=3):
        for offset, text in enumerate(pair):
            sheet.cell(row, place + offset, text).number_format = "@"


def _write_example(sheet: Worksheet, columns: Sequence[TemplateColumn]) -> None:
    _write_header(sheet, columns)
    for index, column in enumerate(columns, start=1):
        sheet.cell(2, index, column.example).number_format = "@"

"""Rows of an Excel workbook, by calamine, after the archive was found harmless."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from common.spreadsheet.limits import SheetError


def workbook_rows(file: BinaryIO) -> Iterator[tuple[int, list[Any]]]:
    """(row number as Excel shows it, cells) of the first visible sheet that holds anything.

    Raises SheetError when the file is protected or empty; a broken one fails in calamine's own ways,
    which end the reading process.
    """
    file.seek(0)
    try:
        sheet = _first_filled_sheet(CalamineWorkbook.from_filelike(file))
        _first_row, first_column = sheet.start or (0, 0)
        padding = [""] * first_column  # calamine leaves out blank columns in front, but not blank rows
        for number, row in enumerate(sheet.iter_rows(), start=1):
            yield number, padding + row
    except PasswordError as error:
        raise SheetError("encrypted") from error


def _first_filled_sheet(workbook: CalamineWorkbook) -> CalamineSheet:
    for index, sheet in enumerate(workbook.sheets_metadata):
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            candidate = workbook.get_sheet_by_index(index)
            if candidate.start is not None:
                return candidate
    raise SheetError("empty_file")

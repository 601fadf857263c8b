"""Writing rows as .xlsx: every cell is text, so nothing is ever a formula or loses its zeros."""

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rustpy_xlsxwriter import Format, write_worksheet

_HEADER = Format().set_bold().set_background_color("#E6F0EF").set_border("thin").set_border_color("#B7CFCC")
_COLUMN_WIDTH = 18.0
_CELL_CHARACTERS = 32_767
"""The longest text an .xlsx cell can hold."""


def write_table(
    target: Path | io.BytesIO, header: Sequence[str], rows: Iterable[Sequence[str]], *, sheet: str = "Sheet1"
) -> None:
    """Write a bold, frozen *header* and *rows* of text below it, streaming.

    Short rows are filled up with blanks. A value that starts with `=`, `+`, `-` or `@` stays text.
    """
    write_worksheet(
        _records(header, rows),
        target if isinstance(target, io.BytesIO) else str(target),
        sheet_name=sheet,
        freeze_row=1,
        header_format=_HEADER,
        column_width=_COLUMN_WIDTH,
        autofilter=True,
        na_rep="",
    )


def _records(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[dict[str, str]]:
    names = _distinct(header)
    empty = True
    for row in rows:
        empty = False
        yield {name: _text(row, index) for index, name in enumerate(names)}
    if empty:  # the writer takes the header from the first record
        yield dict.fromkeys(names, "")


def _text(row: Sequence[str], index: int) -> str:
    return row[index][:_CELL_CHARACTERS] if index < len(row) else ""


def _distinct(header: Sequence[str]) -> list[str]:
    """Header names without repetition, which a record cannot hold: 学号, 学号 (2)."""
    names: list[str] = []
    for name in header:
        count = sum(1 for other in header[: len(names)] if other == name)
        names.append(f"{name} ({count + 1})" if count else name)
    return names

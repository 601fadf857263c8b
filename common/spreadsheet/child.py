"""The process that opens a spreadsheet: `python -m common.spreadsheet.child FILE LIMITS`.

Writes one JSON value a line to standard output: a row as `[number, [text, ...]]`, blank rows left
out, and at the end `{"rows": n}` or `{"error": code, "params": {...}}`. It knows nothing of Django
and gives up its right to memory and time first, so that whatever a file does, it does it here.
"""

import json
import resource
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from common.spreadsheet.archive import check_archive
from common.spreadsheet.cells import texts_of
from common.spreadsheet.compound import check_compound
from common.spreadsheet.csvfile import csv_rows
from common.spreadsheet.limits import Limits, SheetError
from common.spreadsheet.sniff import kind_of
from common.spreadsheet.workbook import workbook_rows

Row = tuple[int, list[str]]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def main(path: str, limits: Limits) -> None:
    """Print every row of the file at *path*, or why it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            count = _print_rows(_checked(_rows(file, limits), limits))
        _print({"rows": count})
    except SheetError as error:
        _print({"error": error.code, "params": error.params})
    except MemoryError:
        _print({"error": "too_large_unpacked", "params": {}})


def _rows(file: BinaryIO, limits: Limits) -> Iterable[tuple[int, list[Any]]]:
    kind = kind_of(file)
    if kind == "csv":
        return csv_rows(file, limits)
    if kind == "xlsx":
        check_archive(file, limits)
    else:
        check_compound(file)
    return workbook_rows(file)


def _checked(rows: Iterable[tuple[int, list[Any]]], limits: Limits) -> Iterator[Row]:
    """Rows of text without the blank ones. Raises SheetError when a limit is passed."""
    count = 0
    for number, values in rows:
        cells = texts_of(values)
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        count += 1
        _check_sizes(number, count, cells, limits)
        yield number, cells
    if not count:
        raise SheetError("empty_file")


def _check_sizes(number: int, count: int, cells: list[str], limits: Limits) -> None:
    if count > limits.rows:
        raise SheetError("too_many_rows", limit=limits.rows)
    if len(cells) > limits.columns:
        raise SheetError("too_many_columns", row=number, limit=limits.columns)
    if max(map(len, cells)) > limits.cell_characters:
        raise SheetError("long_cell", row=number, limit=limits.cell_characters)


def _print_rows(rows: Iterator[Row]) -> int:
    count = 0
    for row in rows:
        _print(row)
        count += 1
    return count


def _print(value: Any) -> None:
    sys.stdout.write(_encode(value) + "\n")


def _give_up_rights(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


if __name__ == "__main__":
    allowed = Limits(**json.loads(sys.argv[2]))
    _give_up_rights(allowed)
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main(sys.argv[1], allowed)

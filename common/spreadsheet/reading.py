"""Reading a spreadsheet of any kind as rows of text, safely."""

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

from django.utils.translation import gettext_lazy as _

from common.errors import BadInput
from common.spreadsheet.limits import Limits

MESSAGES = {
    "empty_file": _("The file is empty. Fill in the template and upload it again."),
    "encrypted": _(
        "The file is protected by a password. Open it, remove the password (File, Info, Protect Workbook), "
        "save it, and upload it again."
    ),
    "macros": _("The file contains macros. Save it as .xlsx without macros and upload it again."),
    "entities": _("The file contains definitions that Excel never writes. It was refused for safety."),
    "broken_workbook": _(
        "The file is damaged and cannot be opened. Open it in Excel or WPS, save it as .xlsx, "
        "and upload it again."
    ),
    "not_a_workbook": _("This is not an Excel workbook. Save the table as .xlsx or CSV and upload it again."),
    "foreign_file": _(
        "This is a %(kind)s file, whatever its name says. Save the table as .xlsx or CSV and upload it again."
    ),
    "markup_file": _(
        "This is a web page with the name of a spreadsheet, as some systems export it. Open it in Excel "
        "or WPS, save it as .xlsx, and upload it again."
    ),
    "unknown_file": _("This is neither an Excel workbook nor CSV text. Save the table as .xlsx or CSV."),
    "unknown_encoding": _(
        "The text of the file is neither UTF-8 nor GBK. Save it as .xlsx or as CSV in UTF-8."
    ),
    "broken_csv": _("The CSV text cannot be split into columns at line %(line)s. Check the quotation marks."),
    "too_large_file": _("The file is larger than %(limit)s MB. Split it and upload the parts."),
    "too_large_unpacked": _(
        "The sheet unpacks to far more than a table of graduates needs. Delete the empty rows and columns "
        "and the pictures, save it, and upload it again."
    ),
    "too_many_rows": _("The sheet has more than %(limit)s rows. Split it and upload the parts."),
    "too_many_columns": _(
        "Row %(row)s has more than %(limit)s columns. Delete the columns that are not needed."
    ),
    "long_cell": _("A cell in row %(row)s is longer than %(limit)s characters. Shorten it."),
    "too_slow": _("Reading the file took too long and was stopped. Split it and upload the parts."),
}

# How the reading process ends when it meets its own limits: time used up, an allocation refused.
_KILLED = {-signal.SIGXCPU: "too_slow", -signal.SIGKILL: "too_slow", -signal.SIGABRT: "too_large_unpacked"}

_PIECE = 128 * 1024
_PAUSE = 0.01  # seconds
_ROOT = Path(__file__).resolve().parents[2]


class Row(NamedTuple):
    """One row: its number as the spreadsheet program shows it, and its cells as text."""

    number: int
    cells: list[str]


class Table:
    """Rows of text from a file, which another process reads; may be walked repeatedly. Close it after use.

    A walk waits for rows that were not read yet. Only at the end it shows whether all could be read: a walk
    that goes so far raises BadInput like `count`.

    The rows wait in an unnamed temporary file, so a big table needs no memory.
    """

    def __init__(self, spool: IO[bytes], reader: "subprocess.Popen[bytes]") -> None:
        self._spool = spool
        self._reader = reader

    def count(self) -> int:
        """How many rows there are, once the last was read. Raises BadInput when not all could be."""
        returncode = self._reader.wait()
        return _outcome(_last_line(self._spool.fileno()), returncode)

    def __iter__(self) -> Iterator[Row]:
        return itertools.chain.from_iterable(map(_rows, self._whole_lines()))

    def _whole_lines(self) -> Iterator[bytes]:
        """The text of the rows in pieces of many lines: decoded one by one they take twice as long."""
        position, size = 0, _PIECE
        while True:
            is_all = self._reader.poll() is not None
            piece = os.pread(self._spool.fileno(), size, position)
            if len(piece) < size and not is_all:
                time.sleep(_PAUSE)
            elif end := piece.rfind(b"\n") + 1:
                yield piece[:end]
                position += end
            elif len(piece) == size:
                size *= 2  # one line is longer
            else:
                self.count()
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        if self._reader.poll() is None:
            self._reader.kill()
            self._reader.wait()
        self._spool.close()


def _rows(lines: bytes) -> Iterator[Row]:
    """Whole lines as rows; the one that tells how the reading ended is none."""
    values = json.loads(b"[%s]" % lines[:-1].replace(b"\n", b","))
    if type(values[-1]) is dict:
        values.pop()
    return map(Row._make, values)


def open_table(path: str | Path, limits: Limits | None = None) -> Table:
    """The rows of the first filled sheet of an .xlsx, .xls or CSV file, blank rows left out; all are there.

    The kind is found by content. Raises BadInput, with the reason and a way out, for anything that
    is not a readable table inside *limits*.
    """
    with ExitStack() as closing:
        table = closing.enter_context(follow_table(path, limits))
        table.count()
        closing.pop_all()
    return table


def follow_table(path: str | Path, limits: Limits | None = None) -> Table:
    """The same while it is still being read, for who has work to do meanwhile.

    Nothing may be decided before `Table.count` was asked.
    """
    limits = limits or Limits()
    if Path(path).stat().st_size > limits.bytes:
        raise _bad_input("too_large_file", {"limit": limits.bytes // 1024**2})
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - closed by Table or below
    try:
        return Table(spool, _reader_into(spool, path, limits))
    except BaseException:
        spool.close()
        raise


def _reader_into(spool: IO[bytes], path: str | Path, limits: Limits) -> "subprocess.Popen[bytes]":
    """The reading process, which writes the rows to *spool*; its place there is the other process's own."""
    command = [sys.executable, "-m", "common.spreadsheet.child", str(Path(path).resolve())]
    return subprocess.Popen(
        [*command, json.dumps(limits.as_dict())],
        cwd=_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=spool,
        stderr=subprocess.DEVNULL,
    )


def _outcome(end: dict[str, Any], returncode: int) -> int:
    """The number of rows. Raises BadInput when not all were read."""
    if "rows" in end and returncode == 0:
        return int(end["rows"])
    if "error" in end:
        raise _bad_input(end["error"], end["params"])
    raise _bad_input(_KILLED.get(returncode, "broken_workbook"))


def _last_line(spool: int) -> dict[str, Any]:
    size = os.fstat(spool).st_size
    lines = os.pread(spool, 4096, max(0, size - 4096)).splitlines()
    try:
        value = json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _bad_input(code: str, params: dict[str, Any] | None = None) -> BadInput:
    return BadInput(MESSAGES[code] % (params or {}))

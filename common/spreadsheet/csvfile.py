"""Rows of a CSV file in UTF-8, UTF-16 or GB18030 (which contains GBK and GB2312)."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from common.spreadsheet.limits import Limits, SheetError

_CHUNK = 1024 * 1024
_DELIMITERS = ",\t;|，"
_CHINESE = re.compile("[\u4e00-\u9fff]")


def csv_rows(file: BinaryIO, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) for every record. Raises SheetError when the text cannot be read."""
    encoding = detect_encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    delimiter = _delimiter_of(text.readline(65536))
    text.seek(0)
    csv.field_size_limit(limits.cell_characters)
    reader = csv.reader(text, delimiter=delimiter)
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise SheetError("broken_csv", line=reader.line_num) from error


def detect_encoding(file: BinaryIO) -> str:
    """The encoding of the whole file. Raises SheetError when none fits.

    A byte order mark decides. Without one UTF-8 is tried first, because GBK text is almost never
    valid UTF-8; the exception, a few Chinese characters that happen to be, shows by the absence of
    any Chinese in the UTF-8 reading.
    """
    file.seek(0)
    head = file.read(3)
    if head == codecs.BOM_UTF8:
        return _checked(file, "utf-8-sig")
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return _checked(file, "utf-16")
    plausible = {encoding: _looks_chinese(file, encoding) for encoding in ("utf-8", "gb18030")}
    readable = [encoding for encoding, looks in plausible.items() if looks is not None]
    if not readable:
        raise SheetError("unknown_encoding")
    return next((encoding for encoding in readable if plausible[encoding]), readable[0])


def _checked(file: BinaryIO, encoding: str) -> str:
    if _looks_chinese(file, encoding) is None:
        raise SheetError("unknown_encoding")
    return encoding


def _looks_chinese(file: BinaryIO, encoding: str) -> bool | None:
    """True: readable, with Chinese or plain ASCII only. False: readable, other letters. None: not."""
    decoder = codecs.getincrementaldecoder(encoding)()
    ascii_only = True
    chinese = False
    file.seek(0)
    try:
        while block := file.read(_CHUNK):
            text = decoder.decode(block)
            ascii_only = ascii_only and text.isascii()
            chinese = chinese or bool(_CHINESE.search(text))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return chinese or ascii_only


def _delimiter_of(line: str) -> str:
    unquoted = re.sub(r'"[^"]*"', "", line)
    return max(_DELIMITERS, key=unquoted.count)

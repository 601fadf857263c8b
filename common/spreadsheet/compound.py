"""Compound files (.xls and protected .xlsx): what their directory says about them."""

from typing import BinaryIO

from common.spreadsheet.limits import SheetError

_CHUNK = 1024 * 1024
_LONGEST_NAME = 64


def _stored(name: str) -> bytes:
    return name.encode("utf-16-le")


_FATAL = {
    _stored("EncryptedPackage"): "encrypted",
    _stored("_VBA_PROJECT"): "macros",
    _stored("WordDocument"): "not_a_workbook",
    _stored("PowerPoint Document"): "not_a_workbook",
}


def check_compound(file: BinaryIO) -> None:
    """Raise SheetError for a password-protected workbook, one with macros, or another document.

    Stream names are stored in UTF-16; looking for them anywhere in the file finds them without
    walking the directory, which a hostile file could make endless.
    """
    file.seek(0)
    tail = b""
    while block := file.read(_CHUNK):
        window = tail + block
        for name, code in _FATAL.items():
            if name in window:
                raise SheetError(code)
        tail = window[-_LONGEST_NAME:]

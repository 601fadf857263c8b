"""Is a zip archive a harmless Excel workbook? Checked before any library opens it."""

import re
import zipfile
import zlib
from typing import BinaryIO

from common.spreadsheet.limits import Limits, SheetError

_CHUNK = 1024 * 1024
_MAX_PARTS = 5_000
_ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_MACROS = re.compile(r"vbaproject|(^|/)macrosheets/")


def check_archive(file: BinaryIO, limits: Limits) -> None:
    """Raise SheetError when the archive is damaged, a bomb, protected, or has macros or entities."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_parts(parts, limits)
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise SheetError("broken_workbook") from error
    except RuntimeError as error:  # zipfile's way to say that a part is encrypted
        raise SheetError("encrypted") from error


def _check_parts(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = {part.filename.lower() for part in parts}
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise SheetError("too_large_unpacked")
    if any(_MACROS.search(name) for name in names):
        raise SheetError("macros")
    if "xl/workbook.xml" not in names:
        raise SheetError("not_a_workbook")


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack to nowhere: zipfile stops at the declared size and compares the checksum."""
    with archive.open(part) as stream:
        head = stream.read(_CHUNK)
        if _ENTITIES.search(head.replace(b"\x00", b"")):
            raise SheetError("entities")
        while stream.read(_CHUNK):
            pass

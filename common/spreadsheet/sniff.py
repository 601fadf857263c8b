"""What a file really is, by its first bytes; its name is not believed."""

import re
from typing import BinaryIO, Literal

from common.spreadsheet.limits import SheetError

Kind = Literal["xlsx", "xls", "csv"]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"{\\rtf": "RTF",
}
_MARKUP = re.compile(rb"^\s*<(\?xml|!doctype|html|head|meta|table|style|script|!--)", re.IGNORECASE)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(file: BinaryIO) -> Kind:
    """The kind of spreadsheet *file* holds. Raises SheetError for anything else.

    CSV has no mark of its own: text without control bytes counts as CSV.
    """
    file.seek(0)
    head = file.read(4096)
    if not head:
        raise SheetError("empty_file")
    if head.startswith(_ZIP):
        return "xlsx"
    if head.startswith(_OLE):
        return "xls"
    _refuse_foreign(head)
    return "csv"


def _refuse_foreign(head: bytes) -> None:
    for magic, name in _FOREIGN.items():
        if head.startswith(magic):
            raise SheetError("foreign_file", kind=name)
    if _MARKUP.match(head.removeprefix(_BYTE_ORDER_MARKS[0])):
        raise SheetError("markup_file")
    if not head.startswith(_BYTE_ORDER_MARKS) and re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        raise SheetError("unknown_file")

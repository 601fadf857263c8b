"""Finding the columns in the header row of a file."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from common.spreadsheet.reading import Row
from students.importing.columns import BY_FIELD, COLUMNS, MUST_BE_FILLED
from students.models import ImportMode

HEADER_SEARCH_ROWS = 10
"""A title or a remark may stand above the header."""

Mapping = dict[int, str]
"""Column index -> field name; columns to be ignored are left out."""

_BRACKETS = re.compile(r"[(\[【《「].*?[)\]】》」]")
_DECORATION = re.compile(r"[\s*＊★☆#:：_\-、,，.。]")


def normalised(header: str) -> str:
    """The header without width, case, blanks, stars, remarks in brackets and punctuation."""
    text = unicodedata.normalize("NFKC", header)
    text = _DECORATION.sub("", _BRACKETS.sub("", text)) or _DECORATION.sub("", text)
    return text.casefold()


def signature(headers: Sequence[str]) -> str:
    """The same for every file with these headers in this order (hex, 64 characters)."""
    return hashlib.sha256("\n".join(map(normalised, headers)).encode()).hexdigest()


def _known_headers() -> dict[str, str]:
    known: dict[str, str] = {}
    for column in COLUMNS:
        for header in (column.field, column.zh, *column.aliases):
            known[normalised(header)] = column.field
    return known


_KNOWN = _known_headers()


def match(headers: Sequence[str]) -> Mapping:
    """The columns that are recognised.

    Of a code column and a name column for the same field (生源地代码, 生源地名称) the code is taken;
    any other repetition is kept, for `problems_of` to report.
    """
    labels = {normalised(str(column.label)): column.field for column in reversed(COLUMNS)}
    known = labels | _KNOWN
    found = {index: field for index, header in enumerate(headers) if (field := known.get(normalised(header)))}
    coded = {field for index, field in found.items() if _is_code_header(headers[index])}
    return {
        index: field
        for index, field in found.items()
        if not (field in coded and _is_name_header(headers[index]))
    }


def _is_code_header(header: str) -> bool:
    return normalised(header).endswith(("代码", "dm"))


def _is_name_header(header: str) -> bool:
    return normalised(header).endswith(("名称", "mc"))


def find_header(rows: Iterable[Row]) -> Row | None:
    """The first of the top ten rows with the most known headers; None when no row has two or the key."""
    best, most = None, 0
    for _index, row in zip(range(HEADER_SEARCH_ROWS), rows, strict=False):
        known = set(match(row.cells).values())
        if len(known) > most and (len(known) > 1 or "student_no" in known):
            best, most = row, len(known)
    return best


@dataclass(frozen=True)
class HeaderProblems:
    """What stands in the way of reading the rows."""

    repeated: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.repeated or self.missing)


def problems_of(mapping: Mapping, mode: str) -> HeaderProblems:
    """Fields that two columns claim, and fields that no column brings although the mode needs them."""
    counts = Counter(mapping.values())
    repeated = tuple(field for field, count in counts.items() if count > 1)
    needed = ("student_no",) if mode == ImportMode.UPDATE else MUST_BE_FILLED
    return HeaderProblems(repeated, tuple(field for field in needed if field not in counts))


def ignored(headers: Sequence[str], mapping: Mapping) -> list[str]:
    """The headers of columns that are not read."""
    return [header for index, header in enumerate(headers) if header and index not in mapping]


def cleaned(mapping: Mapping, width: int) -> Mapping:
    """Only real fields and columns that exist."""
    return {index: field for index, field in mapping.items() if index < width and field in BY_FIELD}

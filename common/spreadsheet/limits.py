"""How big a spreadsheet may be, and how reading one can fail."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Limits:
    """Sizes above which a file is refused; every one of them is inclusive."""

    bytes: int = 50 * 1024 * 1024
    rows: int = 100_000
    columns: int = 200
    cell_characters: int = 10_000
    unpacked_bytes: int = 800 * 1024 * 1024
    """What a workbook may grow to when it is unpacked: guards against zip bombs."""
    seconds: int = 240
    """Processor time for reading one file."""
    memory_bytes: int = 1536 * 1024 * 1024
    """Address space of the reading process."""

    def as_dict(self) -> dict[str, int]:
        """Plain numbers, to hand over to the reading process."""
        return asdict(self)


class SheetError(Exception):
    """Why a file cannot be read: a code of `reading.MESSAGES` and the values of its placeholders."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

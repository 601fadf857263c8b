"""What a backup says about itself, and what it must hold."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

from common.errors import BadInput
from common.keyring import derive_key

MANIFEST = "manifest.json"
#: Tables that change by themselves all the time and prove nothing.
_RESTLESS = ("accounts_session", "accounts_access", "django_celery_beat_", "operations_", "django_migrations")


@dataclass(frozen=True)
class Piece:
    """One sealed file of a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What stands beside the sealed files. *rows* are the counts just before and just after the dump."""

    made: str
    vendor: str
    key: str
    files: int
    rows: dict[str, list[int]]
    pieces: list[Piece] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Keep it in *folder*."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / MANIFEST).write_text(text, encoding="utf-8")

    @property
    def size(self) -> int:
        """Bytes of all pieces."""
        return sum(piece.size for piece in self.pieces)


def read_manifest(folder: Path) -> Manifest:
    """What *folder* says it holds. Raises BadInput when it is no backup of ours."""
    try:
        said: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(**said | {"pieces": [Piece(**piece) for piece in said["pieces"]]})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadInput(f"{folder} holds no backup: its {MANIFEST} cannot be read ({error}).") from error


def row_counts() -> dict[str, int]:
    """How many rows each table of the product has."""
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(_tables()):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  # our names
            counts[table] = cursor.fetchone()[0]
    return counts


def missing_rows(wanted: dict[str, list[int]], found: dict[str, int]) -> list[str]:
    """In words, each table that holds fewer or more rows than there were around the dump."""
    return [
        f"{table}: {found.get(table, 0)} rows instead of {_between(sorted(counts))}"
        for table, counts in wanted.items()
        if not min(counts) <= found.get(table, 0) <= max(counts)
    ]


def key_mark() -> str:
    """A mark of DATA_KEY that tells one key from another and says nothing about it."""
    return hashlib.sha256(derive_key("backup-mark")).hexdigest()[:16]


def piece_of(path: Path) -> Piece:
    """Name, size and hash of a file."""
    with path.open("rb") as file:
        return Piece(path.name, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _tables() -> Iterable[str]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and not model._meta.db_table.startswith(_RESTLESS):
            yield model._meta.db_table


def _between(counts: list[int]) -> str:
    return str(counts[0]) if counts[0] == counts[-1] else f"{counts[0]} to {counts[-1]}"

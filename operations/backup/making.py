"""Writing a backup folder, and putting one back."""

import gzip
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.utils import timezone

from common.errors import BadInput, Refused
from operations.backup import databases
from operations.backup.contents import MANIFEST, Manifest, key_mark, piece_of, read_manifest, row_counts
from operations.backup.sealing import BrokenSeal, SealedReader, SealedWriter

DATABASE, FILES = "database.sealed", "files.sealed"
_KEYS = ("SECRET_KEY", "DATA_KEY", "AUDIT_KEY")
_SQUEEZE = 3


def write_backup(folder: Path) -> Manifest:
    """Dump database and files into the new *folder*. Raises BadInput or Refused; nothing stays then."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise BadInput(f"{folder} cannot be made: {error.strerror or error}.") from error
    try:
        return _fill(folder)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Refused(f"The backup could not be written: {error.strerror or error}.") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def write_keys(path: Path, folder: Path) -> None:
    """Write the keys to *path*, for its owner alone. Raises BadInput when they would lie in *folder*."""
    if path.resolve().is_relative_to(folder.resolve()):
        raise BadInput(f"{path} lies beside the backup. Keys must be kept somewhere else.")
    lines = "".join(f"{name}={getattr(settings, name)}\n" for name in _KEYS)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(lines)


def restore(folder: Path, database: databases.Settings, files: Path) -> Manifest:
    """Put the backup in *folder* into the empty *database* and the empty folder *files*.

    Every piece is compared with the manifest first. Raises BadInput or Refused with what is wrong.
    """
    manifest = read_manifest(folder)
    if manifest.key != key_mark():
        raise BadInput("This backup was sealed with another DATA_KEY. Set the key it was made with.")
    for piece in manifest.pieces:
        path = folder / piece.name
        if not path.is_file() or piece_of(path) != piece:
            raise BadInput(f"{piece.name} is missing or not as it was written.")
    if manifest.vendor != _vendor(database):
        raise BadInput(f"This is a backup of {manifest.vendor}; it cannot be put into {_vendor(database)}.")
    try:
        with _opened(folder / DATABASE) as source:
            databases.load(database, source)
        with _opened(folder / FILES) as source, tarfile.open(fileobj=source, mode="r|") as archive:
            archive.extractall(files, filter="data")
    except (BrokenSeal, tarfile.TarError, gzip.BadGzipFile, EOFError) as error:
        raise BadInput(f"{folder} cannot be opened: {error}") from error
    found = sum(1 for path in files.rglob("*") if path.is_file())
    if found != manifest.files:
        raise BadInput(f"{found} files came back instead of {manifest.files}.")
    return manifest


def backups_in(place: Path) -> list[Path]:
    """The folders below *place* that are backups, the newest first."""
    return sorted((path.parent for path in place.glob(f"*/{MANIFEST}")), reverse=True)


def _fill(folder: Path) -> Manifest:
    before = row_counts()
    with _sealed(folder / DATABASE) as target:
        databases.dump(settings.DATABASES["default"], target)
    after = row_counts()
    with _sealed(folder / FILES) as target:
        count = _pack(Path(settings.MEDIA_ROOT), target)
    manifest = Manifest(
        made=timezone.now().isoformat(timespec="seconds"),
        vendor=_vendor(settings.DATABASES["default"]),
        key=key_mark(),
        files=count,
        rows={table: [before[table], after[table]] for table in before},
        pieces=[piece_of(folder / DATABASE), piece_of(folder / FILES)],
    )
    manifest.write(folder)
    return manifest


def _pack(root: Path, target: IO[bytes]) -> int:
    """Put every file below *root* into a tar; gives how many. One that goes away meanwhile is left out."""
    count = 0
    with tarfile.open(fileobj=target, mode="w|") as archive:
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            if path.is_file():
                try:
                    archive.add(path, path.relative_to(root).as_posix(), recursive=False)
                except FileNotFoundError:
                    continue
                count += 1
    return count


def _vendor(database: databases.Settings) -> str:
    return "SQLite" if databases.is_sqlite(database) else "MariaDB"


@contextmanager
def _sealed(path: Path) -> Iterator[IO[bytes]]:
    with ExitStack() as stack:
        file = stack.enter_context(path.open("wb"))
        sealed = stack.enter_context(SealedWriter(file))
        yield cast(
            IO[bytes],
            stack.enter_context(
                gzip.GzipFile(fileobj=cast(IO[bytes], sealed), mode="wb", compresslevel=_SQUEEZE)
            ),
        )


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as file, gzip.GzipFile(fileobj=cast(IO[bytes], SealedReader(file))) as content:
        yield cast(IO[bytes], content)

"""Backups, and the proof that they can be restored; signs of life."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from common.errors import BadInput, UserError
from operations.backup import databases
from operations.backup.contents import Manifest, missing_rows
from operations.backup.making import backups_in, restore, write_backup
from operations.models import BackupRun, RunKind, SignOfLife


def sign_of_life(part: str) -> None:
    """Note that *part* works."""
    SignOfLife.objects.update_or_create(part=part, defaults={"at": timezone.now()})


def back_up(to: Path, *, keep: int = 0, copy_to: Path | None = None) -> Path:
    """Dump database and files, sealed, into a new folder below *to*; gives the folder.

    With *keep* only the newest so many stay below *to*; *copy_to* gets a copy, such as a share on another
    machine. Raises UserError when something fails; a row tells how it ended either way.
    """
    now = timezone.now()
    folder = to / f"qicheng-{timezone.localtime(now):%Y%m%d-%H%M%S}"
    with _noted(RunKind.BACKUP, folder, now) as run:
        manifest = write_backup(folder)
        run.size, run.words = manifest.size, _size_in_words(manifest)
        if copy_to is not None:
            _copy(folder, copy_to / folder.name)
    for old in backups_in(to)[keep:] if keep else []:
        shutil.rmtree(old)
    return folder


def try_restore(folder: Path) -> str:
    """Restore the backup in *folder* beside the running system, count and verify; gives the result.

    Raises UserError with the first thing that is not as it should be. The running system is not touched.
    """
    with _noted(RunKind.RESTORE_TEST, folder, timezone.now()) as run:
        with (
            databases.scratch(settings.DATABASES["default"]) as database,
            tempfile.TemporaryDirectory() as var,
        ):
            manifest = restore(folder, database, Path(var) / "files")
            run.size = manifest.size
            found = json.loads(_ask("row_counts", database, var))
            if missing := missing_rows(manifest.rows, found):
                raise BadInput("The restored database is not complete: " + "; ".join(missing))
            proof = _ask("verify_audit", database, var).strip().replace("\n", ", ")
        run.words = f"{_size_in_words(manifest)}; {proof}"
        return run.words


def newest_backup(place: Path) -> Path:
    """The newest backup below *place*. Raises BadInput when there is none."""
    found = backups_in(place)
    if not found:
        raise BadInput(f"There is no backup in {place}. Make one first: manage.py backup.")
    return found[0]


@contextmanager
def _noted(kind: RunKind, folder: Path, started: datetime) -> Iterator[BackupRun]:
    """Keep a row of what happens inside, also of a failure."""
    run = BackupRun(kind=kind, folder=str(folder), started_at=started, good=True)
    try:
        yield run
    except Exception as error:
        run.good, run.words = False, str(error) if isinstance(error, UserError) else repr(error)
        raise
    finally:
        run.finished_at = timezone.now()
        run.save()


def _copy(folder: Path, target: Path) -> None:
    try:
        shutil.copytree(folder, target)
    except OSError as error:
        raise BadInput(f"The backup is in {folder}, but its copy {target} failed: {error}") from error


def _ask(command: str, database: databases.Settings, var: str) -> str:
    """What `manage.py COMMAND` says of *database*. Raises BadInput on a bad end."""
    environment = os.environ | {"DATABASE_URL": databases.address_of(database), "VAR_DIR": var}
    line = [sys.executable, str(settings.BASE_DIR / "manage.py"), command]
    done = subprocess.run(line, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise BadInput(f"{command} on the restored database: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _size_in_words(manifest: Manifest) -> str:
    rows = sum(max(counts) for counts in manifest.rows.values())
    return f"{rows:,} rows, {manifest.files:,} files, {manifest.size / 2**20:,.1f} MB sealed"

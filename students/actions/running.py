"""Checking and loading: what the jobs and the command do with an import."""

import gc
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.queries import roots_of
from accounts.rights.catalogue import Right
from common.bulk import insert_many
from common.crypto import decrypt_bytes
from common.spreadsheet.reading import Table, follow_table
from students.actions.imports import (
    COUNTERS,
    batch_for,
    count_rows,
    enter,
    forget_file,
    limits,
    progressed,
    require_complete,
)
from students.actions.loading import count, line_of, load_chunk
from students.importing.examine import Examination, Finding, Plan
from students.importing.units import Organisation
from students.models import ImportBatch, ImportRow, ImportState, without_numbers

_NEW_UNITS_KEPT = 500
_OBJECTS_BETWEEN_SEARCHES = 50_000

Chunks = Iterable[list[Finding]]


def run_check(batch: ImportBatch) -> ImportBatch:
    """Examine every row without loading any: counts, problems and new units are kept with the batch."""
    with _settled_memory(), _kept_file(batch) as table:
        examination = _examination(batch)
        return _check(batch, examination, examination.chunks(table))


def run_commit(batch: ImportBatch) -> ImportBatch:
    """Load the good rows chunk by chunk, each in its own transaction; goes on where it was stopped."""
    with _settled_memory(), _kept_file(batch) as table:
        examination = _examination(batch)
        _commit(batch, examination, examination.chunks(table))
    forget_file(batch)
    return batch


def run_import(source: Path, *, cohort: int, mode: str, commit: bool, by: User | None = None) -> ImportBatch:
    """Open, check and (with *commit*) load a file at once, as the command does, without any job.

    Raises BadInput when the file cannot be read or its columns cannot be matched.
    """
    with _settled_memory(), follow_table(source, limits()) as table:
        batch = batch_for(table, cohort=cohort, mode=mode, name=source.name, by=by)
        require_complete(batch.columns, mode)
        examination = _examination(batch)
        chunks = examination.chunks(table)
        count_rows(batch, table)
        enter(batch, ImportState.COMMITTING if commit else ImportState.CHECKING)
        batch.save()
        return (_commit if commit else _check)(batch, examination, chunks)


@contextmanager
def _kept_file(batch: ImportBatch) -> Iterator[Table]:
    """The uploaded table, decrypted for as long as it is read."""
    with tempfile.NamedTemporaryFile() as plain:
        with batch.file.open("rb") as sealed:
            plain.write(decrypt_bytes(sealed.read()))
        plain.flush()
        with follow_table(Path(plain.name), limits()) as table:
            yield table


def _check(batch: ImportBatch, examination: Examination, chunks: Chunks) -> ImportBatch:
    batch.rows.all().delete()
    for name in COUNTERS:
        setattr(batch, name, 0)
    new_units: dict[str, None] = {}
    for findings in chunks:
        examination.compare(findings)
        with transaction.atomic():
            insert_many(ImportRow, [line_of(batch, finding) for finding in findings if finding.problems])
            count(batch, findings)
            progressed(batch)
        new_units |= dict.fromkeys(_new_units(examination.organisation, findings))
    batch.state, batch.new_units = ImportState.CHECKED, list(new_units)[:_NEW_UNITS_KEPT]
    batch.save()
    return batch


def _new_units(organisation: Organisation, findings: list[Finding]) -> Iterable[str]:
    places = (finding.place for finding in findings if finding.place and not finding.is_wrong)
    return (without_numbers(" / ".join(place.names)) for place in organisation.missing(places))


def _commit(batch: ImportBatch, examination: Examination, chunks: Chunks) -> ImportBatch:
    start = batch.done
    if not start:
        batch.rows.all().delete()
        batch.committed_at = timezone.now()
        batch.save(update_fields=["committed_at"])
    for findings in chunks:
        if to_load := findings[start:]:
            _load(batch, to_load, examination)
        start = max(0, start - len(findings))
    batch.state, batch.committed_at = ImportState.COMMITTED, timezone.now()
    batch.save()
    return batch


@contextmanager
def _settled_memory() -> Iterator[None]:
    """Search for garbage less often: rows leave none, and what is there already (all of Django) stays."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


@transaction.atomic
def _load(batch: ImportBatch, findings: list[Finding], examination: Examination) -> None:
    examination.compare(findings, lock=True)
    added = load_chunk(batch, findings, examination.organisation, timezone.now())
    batch.added_units += [unit.pk for unit in added]
    count(batch, findings)
    progressed(batch, "added_units")


def _examination(batch: ImportBatch) -> Examination:
    plan = Plan(batch.cohort, batch.mode, batch.header_row, batch.columns, frozenset(batch.erase))
    return Examination(plan, _organisation_for(batch))


def _organisation_for(batch: ImportBatch) -> Organisation:
    """The tree as far as the uploading person looks after it; all of it for the command."""
    if batch.uploaded_by is None:
        return Organisation()
    return Organisation(scope=[unit.path for unit in roots_of(batch.uploaded_by, Right.IMPORT_STUDENTS)])

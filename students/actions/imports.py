"""Imports of graduates: upload, match columns, check, load (domain: forms 1, flows 13)."""

import datetime
import itertools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.crypto import encrypt_bytes
from common.errors import BadInput, Refused
from common.spreadsheet.limits import Limits
from common.spreadsheet.reading import Table, open_table
from common.verdict import Verdict
from common.workers import require_worker
from students import rules
from students.importing import headers
from students.importing.columns import BY_FIELD, ERASABLE
from students.models import STALLED_AFTER, ColumnMap, ImportBatch, ImportState

_SAMPLE_ROWS = 3
_LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
COUNTERS = ("done", "created", "updated", "unchanged", "wrong", "warned")
_ENTERED = ("state", "failure", "queued_at", "progress_at", *COUNTERS)


# --- upload and columns ---------------------------------------------------------------------------


def start_import(source: Path, *, cohort: int, mode: str, name: str, by: User) -> ImportBatch:
    """Open an uploaded spreadsheet, match its columns, and keep an encrypted copy for the jobs.

    Raises BadInput when the file is no readable table or its header is not found; nothing is kept then.
    """
    with open_table(source, limits()) as table:
        batch = batch_for(table, cohort=cohort, mode=mode, name=name, by=by)
        count_rows(batch, table)
    batch.file.save(source.name, ContentFile(encrypt_bytes(source.read_bytes())), save=False)
    batch.save()
    return batch


def batch_for(table: Table, *, cohort: int, mode: str, name: str, by: User | None) -> ImportBatch:
    """An unsaved import of *table*, columns matched by its first rows. Raises BadInput without a header."""
    batch = ImportBatch(cohort=cohort, mode=mode, file_name=name[-120:], uploaded_by=by)
    _read_header(batch, table)
    return batch


def limits() -> Limits:
    """How big an uploaded spreadsheet may be, from the settings."""
    return Limits(bytes=settings.IMPORT_MAX_BYTES, rows=settings.IMPORT_MAX_ROWS)


def _read_header(batch: ImportBatch, table: Table) -> None:
    header = headers.find_header(table)
    if header is None:
        raise BadInput(
            _(
                "No header row was found in the first ten rows. Name the columns as in the template, for "
                "instance 学号, 姓名, 身份证号."
            )
        )
    batch.header_row, batch.headers = header.number, header.cells
    below = itertools.dropwhile(lambda row: row.number <= header.number, table)
    batch.sample = [row.cells for row in itertools.islice(below, _SAMPLE_ROWS)]
    batch.mapping = _mapping_for(header.cells)


def count_rows(batch: ImportBatch, table: Table) -> None:
    """Set how many rows there are to import. Raises BadInput when there are none, or not all can be read."""
    above = sum(1 for row in itertools.takewhile(lambda row: row.number <= batch.header_row, table))
    batch.total = table.count() - above
    if not batch.total:
        raise BadInput(_("There are no rows below the header. Fill in the template and upload it again."))


def _mapping_for(cells: list[str]) -> headers.Mapping:
    """What people chose last time for the same header row, else what is recognised."""
    remembered = ColumnMap.objects.filter(pk=headers.signature(cells)).first()
    if remembered is None:
        return headers.match(cells)
    return headers.cleaned({int(index): name for index, name in remembered.mapping.items()}, len(cells))


@transaction.atomic
def match_columns(
    batch: ImportBatch, mapping: headers.Mapping, *, mode: str, erase: Iterable[str] = (), by: User
) -> ImportBatch:
    """Set which column is which field, and remember it for files with the same header row.

    Raises Refused when the file is already being loaded, BadInput when a field has two columns or a
    needed one has none.
    """
    _lock(batch)
    rules.can_match_columns(batch).require()
    mapping = headers.cleaned(mapping, len(batch.headers))
    require_complete(mapping, mode)
    batch.mapping, batch.mode = mapping, mode
    batch.erase = [name for name in ERASABLE if name in set(erase) & set(mapping.values())]
    batch.state = ImportState.UPLOADED
    batch.save(update_fields=["mapping", "mode", "erase", "state"])
    ColumnMap.objects.update_or_create(
        pk=headers.signature(batch.headers),
        defaults={"mapping": mapping, "changed_by": by, "changed_at": timezone.now()},
    )
    return batch


def require_complete(mapping: headers.Mapping, mode: str) -> None:
    """Raise BadInput when a field is claimed twice or a needed one is missing."""
    problems = headers.problems_of(mapping, mode)
    sentences = []
    if problems.repeated:
        sentences.append(
            _("Two columns are matched to the same field: %(fields)s. Ignore one of them.")
            % {"fields": _labels(problems.repeated)}
        )
    if problems.missing:
        sentences.append(
            ngettext(
                "The file has no column for %(fields)s. Add it, or match it by hand.",
                "The file has no columns for %(fields)s. Add them, or match them by hand.",
                len(problems.missing),
            )
            % {"fields": _labels(problems.missing)}
        )
    if sentences:
        raise BadInput("\n".join(sentences))


def _labels(fields: Iterable[str]) -> str:
    return _(", ").join(str(BY_FIELD[name].label) for name in fields)


# --- jobs -----------------------------------------------------------------------------------------


def start_job(batch: ImportBatch, state: str, job: Callable[..., Any]) -> ImportBatch:
    """Queue *job* (a Celery task) and enter the running *state*.

    Raises Refused when the rules say no or no worker answers; then nothing was changed.
    """
    # The answer may take a moment in which a second click does the same: only then look what may be done.
    require_worker()
    with transaction.atomic():
        _lock(batch)
        _MAY_START[state](batch).require()
        if state == ImportState.CHECKING:
            require_complete(batch.columns, batch.mode)
        enter(batch, state)
        batch.save(update_fields=_ENTERED)
        transaction.on_commit(lambda: job.delay(str(batch.pk)))  # type: ignore[attr-defined]
    return batch


def _lock(batch: ImportBatch) -> None:
    """Read *batch* anew and keep others from changing it until the transaction ends."""
    try:
        batch.refresh_from_db(from_queryset=ImportBatch.objects.select_for_update())
    except ImportBatch.DoesNotExist as error:
        raise Refused(_("This import was thrown away.")) from error


_MAY_START: dict[str, Callable[[ImportBatch], Verdict]] = {
    ImportState.CHECKING: rules.can_check,
    ImportState.COMMITTING: rules.can_commit,
    ImportState.UNDOING: rules.can_undo,
}


def enter(batch: ImportBatch, state: str) -> None:
    """A fresh start sets the counters back; going on after a crash keeps them. Nothing is saved."""
    if batch.state != state:
        for name in ("done",) if state == ImportState.UNDOING else COUNTERS:
            setattr(batch, name, 0)
    batch.state, batch.failure = state, ""
    batch.queued_at, batch.progress_at = timezone.now(), None


def claim(batch: ImportBatch) -> bool:
    """Take the job; False when another worker is already at it."""
    now = timezone.now()
    idle = Q(progress_at=None) | Q(progress_at__lt=now - STALLED_AFTER)
    claimed = ImportBatch.objects.filter(idle, pk=batch.pk, state=batch.state).update(progress_at=now)
    return bool(claimed)


def progressed(batch: ImportBatch, *more: str) -> None:
    """Save how far the job is."""
    batch.progress_at = timezone.now()
    batch.save(update_fields=["progress_at", *COUNTERS, *more])


def stopped(batch: ImportBatch, error: Exception) -> None:
    """Save why a job ended early. A check may simply be repeated, loading and undoing go on later."""
    batch.failure = str(error) if isinstance(error, BadInput) else _("An unexpected error stopped the job.")
    batch.progress_at = _LONG_AGO
    batch.save(update_fields=["failure", "progress_at"])


# --- files ----------------------------------------------------------------------------------------


def forget_file(batch: ImportBatch) -> None:
    """Delete the uploaded copy: what is needed of it is kept, encrypted, with the rows."""
    if batch.file:
        batch.file.delete(save=False)
        batch.file, batch.sample = "", None
        batch.save(update_fields=["file", "sample"])


@transaction.atomic
def discard_import(batch: ImportBatch) -> None:
    """Delete an import that was never loaded, with its file. Raises Refused when it was."""
    _lock(batch)
    rules.can_discard(batch).require()
    forget_file(batch)
    batch.delete()

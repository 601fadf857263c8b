"""Taking an import back (domain: forms 1): within 24 hours, row by row, unless something depends on it."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.bulk import update_many
from students.actions.imports import progressed
from students.importing.columns import CORE_FIELDS
from students.importing.units import remove_empty
from students.models import ImportBatch, ImportRow, ImportState, RowOutcome, Student

CHUNK = 500

KEPT = {
    "confirmed": _("The student has confirmed the record since."),
    "signed_in": _("The student has signed in since."),
    "changed": _("The record was changed since."),
    "used": _("Something was filed for the student."),
    "set_aside": _("The student's data is kept by law and not used any more."),
}
"""Why a row is not undone."""


_CONFIRMATION = frozenset({"verify_state", "verified_at", "verified_by_id"})
_FIELDS = {field.attname: field for field in Student._meta.concrete_fields}


def run_undo(batch: ImportBatch) -> ImportBatch:
    """Delete the students that the import added and restore the values it changed.

    A row on which something depends is kept, and says why.
    """
    # Latest rows first: what is done disappears from the list, so a stopped undo simply goes on.
    while rows := list(_pending(batch)[:CHUNK]):
        with transaction.atomic():
            _undo(batch, rows)
    remove_empty(batch.added_units)
    batch.state, batch.undone_at = ImportState.UNDONE, timezone.now()
    batch.kept = batch.rows.exclude(kept_because="").count()
    batch.save()
    return batch


def _pending(batch: ImportBatch) -> Any:
    return batch.rows.filter(
        outcome__in=(RowOutcome.CREATED, RowOutcome.UPDATED), kept_because="", undone=False
    ).order_by("number")


def _undo(batch: ImportBatch, rows: list[ImportRow]) -> None:
    students = {
        student.pk: student
        for student in Student.objects.select_for_update()
        .select_related("user")
        .filter(pk__in=[row.student_id for row in rows])
    }
    used = _used(list(students))
    restored: list[tuple[UUID, dict[str, Any]]] = []
    doomed: list[Student] = []
    for row in rows:
        student = students.get(row.student_id)  # type: ignore[arg-type]
        row.undone = True
        if student is None:
            continue
        row.kept_because = _reason_to_keep(row, student, used, batch.committed_at)
        row.undone = not row.kept_because
        if row.undone and row.outcome == RowOutcome.CREATED:
            doomed.append(student)
        elif row.undone:
            restored.append((student.pk, _values(row.before)))
    _delete(doomed)
    _restore(restored, students)
    update_many(
        ImportRow, ((row.pk, {"undone": row.undone, "kept_because": row.kept_because}) for row in rows)
    )
    batch.done += len(rows)
    progressed(batch)


def _reason_to_keep(
    row: ImportRow, student: Student, used: set[UUID], loaded_at: datetime.datetime | None
) -> str:
    if student.is_set_aside:
        return "set_aside"
    if student.pk in used:
        return "used"
    if row.outcome == RowOutcome.UPDATED:
        return _reason_to_keep_values(_values(row.after), student, loaded_at)
    if student.is_confirmed:
        return "confirmed"
    if student.changed_at != student.created_at:
        return "changed"
    return "signed_in" if student.user and student.user.last_login else ""


def _reason_to_keep_values(
    after: dict[str, Any], student: Student, loaded_at: datetime.datetime | None
) -> str:
    if any(getattr(student, name) != value for name, value in after.items() if name not in _CONFIRMATION):
        return "changed"
    # Loading a core field reopens the confirmation: whoever has confirmed saw what was loaded.
    seen = any(name.removesuffix("_id") in CORE_FIELDS for name in after)
    confirmed_at = student.verified_at
    if confirmed_at and (seen or (loaded_at and confirmed_at > loaded_at)):
        return "confirmed"
    return ""


def _used(ids: Sequence[UUID]) -> set[UUID]:
    """The students that a row of another room points at."""
    found: set[UUID] = set()
    for relation in Student._meta.related_objects:
        if relation.related_model is not ImportRow:
            name = relation.field.name
            rows = relation.related_model._base_manager.filter(**{f"{name}__in": ids})
            found |= set(rows.values_list(name, flat=True))
    return found


def _delete(students: Iterable[Student]) -> None:
    students = list(students)
    Student.objects.filter(pk__in=[student.pk for student in students]).delete()
    User.objects.filter(pk__in=[student.user_id for student in students if student.user_id]).delete()


def _restore(restored: list[tuple[UUID, dict[str, Any]]], students: dict[UUID, Student]) -> None:
    now = timezone.now()
    update_many(Student, ((key, values | {"changed_at": now}) for key, values in restored))
    update_many(
        User,
        (
            (students[key].user_id, {"name": values["name"]})
            for key, values in restored
            if "name" in values and students[key].user_id
        ),
    )


def _values(kept: dict[str, Any] | None) -> dict[str, Any]:
    """Attribute values of a student out of what was kept as JSON."""
    return {
        name: None if value is None else _FIELDS[name].to_python(value)
        for name, value in (kept or {}).items()
    }

"""Writing the findings of an examined chunk: accounts, students, and what an undo needs."""

import datetime
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password

from accounts.models import Unit, User
from common.bulk import insert_many, update_many
from common.ids import uuid7s
from common.pinyin import name_pinyin
from students.importing.columns import CORE_FIELDS
from students.importing.examine import Finding
from students.importing.problems import stored
from students.importing.units import Organisation, Place
from students.models import ImportBatch, ImportRow, RowOutcome, Student, VerifyState

UnitIds = dict[Place | None, int]
Line = dict[str, Any]
"""Attribute values of an `ImportRow` about to be written."""


def load_chunk(
    batch: ImportBatch, findings: list[Finding], organisation: Organisation, now: datetime.datetime
) -> list[Unit]:
    """Load the good rows of a chunk and keep a line for each; the units that had to be added.

    A handful of statements, whatever the chunk's size. Call inside a transaction.
    """
    good = [finding for finding in findings if not finding.is_wrong]
    added = organisation.grow(finding.place for finding in good if finding.place)
    unit_ids = organisation.ids_of(finding.place for finding in good)
    lines = _create(batch, [finding for finding in good if finding.student is None], unit_ids, now)
    lines += _update(batch, [finding for finding in good if finding.student], unit_ids, now)
    lines += [line_of(batch, finding) for finding in findings if finding.is_wrong]
    insert_many(ImportRow, lines)
    return added


def line_of(batch: ImportBatch, finding: Finding, student_id: UUID | None = None) -> Line:
    """What is kept of a row; its cells too when somebody has to look at it again."""
    line: Line = {
        "batch_id": batch.pk,
        "number": finding.number,
        "outcome": finding.outcome.value,
        "student_id": student_id,
    }
    if finding.problems:
        line |= {"problems": stored(finding.problems), "cells": finding.cells}
    return line


def _create(
    batch: ImportBatch, findings: list[Finding], unit_ids: UnitIds, now: datetime.datetime
) -> list[Line]:
    """Insert accounts and students; the lines to keep."""
    users, students, lines = [], [], []
    keys = zip(uuid7s(len(findings)), uuid7s(len(findings)), strict=True)
    for finding, (user_key, key) in zip(findings, keys, strict=True):
        number, name = finding.values["student_no"], finding.values["name"]
        users.append({"id": user_key, "username": number, "name": name})
        finding.values |= {
            "id": key,
            "user_id": user_key,
            "unit_id": unit_ids[finding.place],
            "name_pinyin": name_pinyin(name),
        }
        students.append(finding.values)
        lines.append(line_of(batch, finding, key))
    insert_many(User, users, {"password": make_password(None), "joined_at": now, "password_changed_at": now})
    insert_many(Student, students, {"cohort": batch.cohort, "created_at": now, "changed_at": now})
    return lines


def _update(
    batch: ImportBatch, findings: list[Finding], unit_ids: UnitIds, now: datetime.datetime
) -> list[Line]:
    """Write what differs; the lines to keep, with the old and the new value of everything changed."""
    lines: list[Line] = []
    students: list[tuple[Any, dict[str, Any]]] = []
    users: list[tuple[Any, dict[str, Any]]] = []
    for finding in findings:
        student = finding.student
        assert student is not None  # noqa: S101 - chosen by the caller
        line = line_of(batch, finding, student.pk)
        if after := _changes(finding, student, unit_ids):
            line |= {"before": {name: getattr(student, name) for name in after}, "after": after}
            students.append((student.pk, after | {"changed_at": now}))
            if "name" in after and student.user_id:
                users.append((student.user_id, {"name": after["name"]}))
        if after or finding.problems:
            lines.append(line)
    update_many(Student, students)
    update_many(User, users)
    return lines


def _changes(finding: Finding, student: Student, unit_ids: UnitIds) -> dict[str, Any]:
    """The new values; a changed core field reopens the student's confirmation (flows 13)."""
    after = dict(finding.values)
    if finding.place:
        after["unit_id"] = unit_ids[finding.place]
    if "name" in after:
        after["name_pinyin"] = name_pinyin(after["name"])
    changed = {name.removesuffix("_id") for name in after}
    if student.is_confirmed and not CORE_FIELDS.isdisjoint(changed):
        after |= {"verify_state": VerifyState.NOT_STARTED.value, "verified_at": None, "verified_by_id": None}
    return after


def count(batch: ImportBatch, findings: Sequence[Finding]) -> None:
    """Add the outcomes of a chunk to the batch's numbers (not saved)."""
    outcomes = Counter(finding.outcome for finding in findings)
    batch.done += outcomes.total()
    batch.created += outcomes[RowOutcome.CREATED]
    batch.updated += outcomes[RowOutcome.UPDATED]
    batch.unchanged += outcomes[RowOutcome.UNCHANGED]
    batch.wrong += outcomes[RowOutcome.WRONG]
    batch.warned += sum(bool(finding.problems) and not finding.is_wrong for finding in findings)

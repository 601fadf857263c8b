"""Taking a migration back: every case that has not gone on since stands again exactly as it stood."""

import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from common.bulk import update_many
from common.errors import Refused
from common.retry import retrying
from common.workers import require_worker
from processes.engine.actor import Actor
from processes.engine.unit_of_work import UnitOfWork
from processes.evolve import migration as forward
from processes.evolve.batch import locked_cases, locked_jobs
from processes.evolve.mapping import Plan
from processes.evolve.reasons import BUSY, ENDED, GONE_ON, Obstructed, words
from processes.evolve.records import Migration, MigrationCase, MigrationState, MoveState
from processes.models import Case, Job, JobState, Task


def take_back(migration: Migration, by: Actor) -> Migration:
    """Begin to move the cases of a migration back: at once when they are few, else as a job.

    Raises Refused while the migration is at work, or when it was taken back already.
    """
    many = migration.moved > forward.AT_ONCE
    if many:
        require_worker()
    with transaction.atomic():
        row = Migration.objects.select_for_update().get(pk=migration.pk)
        if row.state != MigrationState.DONE:
            raise Refused(_("Only a migration that is done can be taken back, and only once."))
        row.state, row.progress_at, row.finished_at = MigrationState.BACK_WAITING, None, None
        row.taken_back_by, row.ip = by.user, by.ip
        row.save(update_fields=["state", "progress_at", "finished_at", "taken_back_by", "ip"])
        if many:
            transaction.on_commit(partial(forward.queue, row))
    return row if many else work_back(row)


def work_back(migration: Migration, *, now: datetime.datetime | None = None) -> Migration:
    """Do what is left of taking a migration back; two workers never do it both."""
    if not forward.begin(migration, MigrationState.BACK_WAITING, MigrationState.BACK_RUNNING):
        return migration
    wanted = forward.plan_of(migration)
    with override(migration.language or get_language()):
        while _chunk(migration, wanted, now):
            pass
    return forward.end(migration, MigrationState.BACK_RUNNING, MigrationState.BACK)


@retrying
def _chunk(migration: Migration, wanted: Plan, now: datetime.datetime | None) -> bool:
    with UnitOfWork(forward.actor_of(migration), now=now) as unit:
        items = forward.take_chunk(migration, MigrationState.BACK_RUNNING, MoveState.MOVED)
        if not items:
            return False
        outcomes = _back(unit, wanted, items)
        update_many(MigrationCase, outcomes)
        good = sum(values["state"] == MoveState.RETURNED for _key, values in outcomes)
        forward.count(migration, returned=good, stayed=len(items) - good)
    return True


def _back(unit: UnitOfWork, wanted: Plan, items: list[MigrationCase]) -> list[tuple[Any, dict[str, Any]]]:
    cases = locked_cases(unit, [item.case_id for item in items])
    jobs = locked_jobs(unit, cases)
    tasks = _tasks(unit, cases, items)
    voided = Job.objects.in_bulk([UUID(key) for item in items for key in item.before["jobs"]])
    outcomes = []
    for item in items:
        case = cases[item.case_id]
        try:
            with unit.attempt(case):
                _check(unit, item, case, jobs.get(case.pk, []))
                _restore(unit, wanted, item, case, tasks, voided, jobs.get(case.pk, []))
            outcomes.append((item.pk, {"state": MoveState.RETURNED, "event_count": case.event_count}))
        except Obstructed as obstacle:
            elements = wanted.new.model.elements
            told = words(obstacle.reason, obstacle.node_id, elements, get_language() or "")
            outcomes.append(
                (item.pk, {"state": MoveState.STAYED, "reason": obstacle.reason, "message": told})
            )
    return outcomes


def _check(unit: UnitOfWork, item: MigrationCase, case: Case, jobs: list[Job]) -> None:
    if case.finished is not None:
        raise Obstructed(ENDED)
    if case.event_count != item.event_count:
        raise Obstructed(GONE_ON)
    for job in jobs:
        if job.state == JobState.INCIDENT:
            raise Obstructed(GONE_ON)
        if job.lease_until is not None and job.lease_until > unit.now:
            raise Obstructed(BUSY, job.node_id)


def _restore(
    unit: UnitOfWork,
    wanted: Plan,
    item: MigrationCase,
    case: Case,
    tasks: dict[UUID, Task],
    voided: dict[UUID, Job],
    jobs: list[Job],
) -> None:
    case.flow_class, case.version_id = wanted.old, wanted.source.pk
    unit.keep(case, ["flow_class", "version"])
    for key, values in item.before["tasks"].items():
        row = tasks[UUID(key)]
        _set(row, values)
        if row.flow_task is None or row.flow_task.flow_class is wanted.new:
            row.flow_task = wanted.old.node_for(row.node_id)
        unit.keep(row, ["flow_task", *values])
    waiting = {job.pk: job for job in jobs}
    for key, values in item.before["jobs"].items():
        job = waiting.get(UUID(key)) or voided[UUID(key)]
        _set(job, values)
        unit.keep(job, list(values))
    for key in item.before["new_jobs"]:
        new = waiting.get(UUID(key))
        if new is not None:
            new.state, new.finished = JobState.VOID, unit.now
            unit.keep(new, ["state", "finished"])
    unit.record(
        case,
        "migrated_back",
        from_version=wanted.target.number,
        to_version=wanted.source.number,
        migration=item.migration_id.hex,
    )


def _tasks(unit: UnitOfWork, cases: dict[UUID, Case], items: list[MigrationCase]) -> dict[UUID, Task]:
    """The tasks that were changed: the open ones as this unit of work knows them, closed ones read."""
    known = {row.pk: row for case in cases.values() for row in unit.live.of(case)}
    closed = [UUID(key) for item in items for key in item.before["tasks"] if UUID(key) not in known]
    for row in Task.objects.filter(pk__in=closed) if closed else ():
        row.process = cases[row.process_id]
        unit.live.adopt(row)
        known[row.pk] = row
    return known


def _set(row: Task | Job, values: dict[str, Any]) -> None:
    """Give a row the values it had, as they were kept in JSON."""
    fields = {field.attname: field for field in row._meta.concrete_fields}
    for name, value in values.items():
        setattr(row, name, fields[name].to_python(value))

"""Many cases of one version under lock, each with its own result."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.db.models import Q
from django.utils.translation import get_language

from common.errors import UserError
from processes.engine.unit_of_work import UnitOfWork
from processes.evolve import reasons
from processes.evolve.mapping import Plan
from processes.evolve.move import Move
from processes.models import Case, Job, JobState, Task, TaskType

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Moved:
    """What became of one case; *reason* is empty when it was moved, else a code with its words."""

    case_id: UUID
    case: Case | None = None
    steps: tuple[tuple[str, str], ...] = ()
    overdue: int = 0
    reason: str = ""
    node_id: str = ""
    message: str = ""
    before: dict[str, Any] = field(default_factory=dict)


def move_cases(unit: UnitOfWork, plan: Plan, case_ids: Iterable[UUID], note: str = "") -> list[Moved]:
    """Move cases inside the open *unit*; what is in the way of one is its result and changes nothing.

    Six statements at most, however many cases; in a dry unit none of them locks or writes.
    """
    wanted = list(case_ids)
    found = locked_cases(unit, wanted)
    jobs = locked_jobs(unit, found)
    _read_closed(unit, plan, found)
    return [_moved(unit, plan, key, found.get(key), jobs, note) for key in wanted]


def locked_cases(unit: UnitOfWork, case_ids: Iterable[UUID]) -> dict[UUID, Case]:
    """The cases under lock in the order of their keys, as every verb does; their open tasks are read."""
    rows = unit.locking(Case.objects.filter(pk__in=list(case_ids)).order_by("pk"))
    found = {case.pk: case for case in rows}
    unit.cases |= found
    for case in found.values():
        unit.live.of(case)
        break  # reads those of all
    return found


def locked_jobs(unit: UnitOfWork, cases: Iterable[UUID]) -> dict[UUID, list[Job]]:
    """What waits to be done in the cases, or has failed for good; locked, so that nobody begins meanwhile."""
    states = (JobState.WAITING, JobState.INCIDENT)
    rows = unit.locking(Job.objects.filter(case__in=list(cases), state__in=states).order_by("pk"))
    found: dict[UUID, list[Job]] = {}
    for job in rows:
        if job.case_id is not None:
            found.setdefault(job.case_id, []).append(job)
    return found


def _read_closed(unit: UnitOfWork, plan: Plan, cases: dict[UUID, Case]) -> None:
    """Closed tasks that a move looks at or renames: hosts of open signers, renamed steps, doers."""
    rows = [row for case in cases.values() for row in unit.live.of(case)]
    known = {row.pk for row in rows}
    hosts = [row.host_id for row in rows if row.host_id and row.host_id not in known]
    wanted = Q(pk__in=hosts)
    doers = {old for old, new in plan.pairs.items() if new in plan.doers}
    steps = {*plan.renamed, *doers}
    if steps:
        kinds = (TaskType.HUMAN, TaskType.GROUP)
        wanted |= Q(process__in=list(cases), node_id__in=steps, flow_task_type__in=kinds)
    elif not hosts:
        return
    for row in Task.objects.filter(wanted, finished__isnull=False).order_by("finished", "pk"):
        row.process = cases[row.process_id]
        unit.live.adopt(row)


def _moved(
    unit: UnitOfWork,
    plan: Plan,
    case_id: UUID,
    case: Case | None,
    jobs: dict[UUID, list[Job]],
    note: str,
) -> Moved:
    try:
        if case is None or case.finished is not None:
            raise reasons.Obstructed(reasons.ENDED)
        if case.version_id != plan.source.pk:
            raise reasons.Obstructed(reasons.ELSEWHERE)
        with unit.attempt(case):
            move = Move(plan, case, jobs.get(case_id, ()))
            move.make()
            _record(unit, case, plan, move, note)
    except reasons.Obstructed as obstacle:
        return _refused(plan, case_id, case, obstacle.reason, obstacle.node_id)
    except UserError as error:
        return Moved(case_id, case, reason=reasons.RULE, message=str(error)[:300])
    except DatabaseError:
        raise  # the transaction itself is in doubt
    except Exception:
        logger.exception("Case %s could not be moved to %s", case_id, plan.target)
        return _refused(plan, case_id, case, reasons.FAILED, "")
    return Moved(case_id, case, tuple(move.steps), move.overdue, before=move.before)


def _record(unit: UnitOfWork, case: Case, plan: Plan, move: Move, note: str) -> None:
    unit.record(
        case,
        "migrated",
        from_version=plan.source.number,
        to_version=plan.target.number,
        steps=[list(pair) for pair in move.steps],
        migration=note,
    )


def _refused(plan: Plan, case_id: UUID, case: Case | None, reason: str, node_id: str) -> Moved:
    elements = dict(plan.new.model.elements) | dict(plan.old.model.elements)
    message = reasons.words(reason, node_id, elements, get_language() or "")
    return Moved(case_id, case, reason=reason, node_id=node_id, message=message[:300])


def chunks(keys: list[UUID], size: int) -> Iterator[list[UUID]]:
    """*keys* in lists of *size*."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]

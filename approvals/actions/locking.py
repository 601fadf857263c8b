"""Tasks and cases under lock, inside a unit of work.

Every verb locks cases and nothing else, in the order of their keys, so two of them never wait for each
other crosswise. Tasks are read before the lock; a case that got a new event in between is read again.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from approvals import rules
from common.errors import Refused
from common.prepared import PreparedRead
from processes.engine.actor import Actor
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, Task


@contextmanager
def on_task(
    task_id: UUID, by: Actor, now: datetime.datetime | None = None
) -> Iterator[tuple[UnitOfWork, Task]]:
    """One task under lock; what happens in the block is one attempt on its case, written at its end."""
    with UnitOfWork(by, now=now) as unit:
        task = locked(unit, [task_id])[task_id]
        unit.actor = rules.acting(by, task) or by
        with unit.attempt(task.process):
            yield unit, task


@contextmanager
def on_case(
    case_id: UUID, by: Actor, now: datetime.datetime | None = None
) -> Iterator[tuple[UnitOfWork, Case, list[Task]]]:
    """One case under lock with its open activations; as `on_task`."""
    with UnitOfWork(by, now=now) as unit:
        case, tasks = locked_case(unit, case_id)
        with unit.attempt(case):
            yield unit, case, tasks


def locked(unit: UnitOfWork, task_ids: Sequence[UUID], *, strict: bool = True) -> dict[UUID, Task]:
    """The tasks with their cases and units. Raises Refused (*strict*) when one does not exist."""
    tasks = {task.pk: task for task in _read(task_ids)}
    if strict and len(tasks) < len(task_ids):
        raise Refused(_("This task does not exist."))
    moved = _lock_cases({task.process for task in tasks.values()})
    if moved:
        tasks |= {task.pk: task for task in _read([pk for pk, t in tasks.items() if t.process_id in moved])}
    for task in tasks.values():
        case = unit.cases.setdefault(task.process_id, task.process)
        if case is not task.process:
            task.process = case
        unit.live.adopt(task)
    return tasks


_read = PreparedRead(
    lambda task_ids: (
        Task.objects.select_related("process", "unit").filter(pk__in=task_ids).order_by("process_id", "pk")
    )
)


def _lock_cases(cases: Iterable[Case]) -> set[UUID]:
    """Lock *cases*; gives the keys of those that were decided on since they were read."""
    if not connection.features.has_select_for_update:
        return set()  # the transaction holds the only write lock since it began
    counts = {case.pk: case.event_count for case in cases}
    rows = Case.objects.select_for_update().filter(pk__in=list(counts)).order_by("pk")
    return {pk for pk, count in rows.values_list("pk", "event_count") if count != counts[pk]}


def locked_case(unit: UnitOfWork, case_id: UUID) -> tuple[Case, list[Task]]:
    """The case with its open activations. Raises Refused when it does not exist."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise Refused(_("This case does not exist."))
    unit.cases[case.pk] = case
    return case, unit.live.of(case)

"""Taking one's own decision back while nobody went on with it."""

import datetime
from uuid import UUID

from approvals import rules
from approvals.actions.deciding import BATCH_SIZE, RowResult, in_one_go
from approvals.actions.locking import on_task
from common.retry import retrying
from processes.engine import operating
from processes.engine.actor import Actor
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Event, Task


@retrying
def take_back(task_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> Task:
    """Undo one's decision on a task: what it opened is void, the task is open again.

    Raises Refused, saying why, when somebody went on with it, it had effects, or the case has ended.
    """
    with on_task(task_id, by, now) as (unit, task):
        unit.actor = by
        _take_back(unit, task, by)
    return task


def take_back_many(
    task_ids: list[UUID], by: Actor, *, now: datetime.datetime | None = None
) -> list[RowResult]:
    """Undo the decisions of a batch 撤回本批, each with its own result."""
    return [
        result
        for start in range(0, len(task_ids), BATCH_SIZE)
        for result in take_back_chunk(task_ids[start : start + BATCH_SIZE], by, now)
    ]


@retrying
def take_back_chunk(task_ids: list[UUID], by: Actor, now: datetime.datetime | None = None) -> list[RowResult]:
    """Undo decisions in one transaction, each with its own result."""

    def one(unit: UnitOfWork, task: Task) -> None:
        with unit.attempt(task.process):
            _take_back(unit, task, by)

    return in_one_go(task_ids, one, by, now)


def _take_back(unit: UnitOfWork, task: Task, by: Actor) -> None:
    rules.can_take_back(by, task).require()
    event = _last_events(unit).get(task.process_id)
    rules.can_undo(task, event).require()
    if event is not None:
        operating.take_back(task, event)


def _last_events(unit: UnitOfWork) -> dict[UUID, Event]:
    """The last event that matters of every case at hand, read once."""

    def load() -> dict[UUID, Event]:
        rows = Event.objects.filter(case__in=list(unit.cases)).exclude(kind__in=rules.HARMLESS)
        return {event.case_id: event for event in rows.order_by("case", "seq")}

    return unit.remember("last events", load)

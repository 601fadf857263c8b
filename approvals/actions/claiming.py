"""Who has a task: taking it out of the pool, and putting it back."""

import datetime
from uuid import UUID

from viewflow.workflow.status import STATUS

from approvals import rules
from approvals.actions.locking import on_task
from common.retry import retrying
from processes.engine.actor import Actor
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Task

_GIVING = ("owner", "assigned", "status", "data", "revision")


@retrying
def claim(task_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> Task:
    """Take a task out of the pool, so that colleagues leave it alone; repeating it changes nothing.

    Raises Refused by rule, naming who was faster.
    """
    with on_task(task_id, by, now) as (unit, task):
        if task.is_open and task.owner_id == by.user.pk:
            return task
        rules.can_claim(by, task).require()
        give(unit, task, by.user.pk)
        unit.record(task.process, "claimed", task=task)
    return task


@retrying
def release(task_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> Task:
    """Put a task back into its pool. Raises Refused by rule."""
    with on_task(task_id, by, now) as (unit, task):
        if task.is_open and task.owner_id is None:
            return task
        rules.can_release(by, task).require()
        give(unit, task, None)
        unit.record(task.process, "released", task=task)
    return task


def give(unit: UnitOfWork, task: Task, owner: UUID | None, **data: object) -> None:
    """Make *owner* (None: the pool) the task's assignee; *data* is noted on it, empty values are removed."""
    task.owner_id = owner
    task.assigned = unit.now if owner else None
    task.status = STATUS.ASSIGNED if owner else STATUS.NEW
    merged = task.data | data
    task.data = {name: value for name, value in merged.items() if value not in ("", None)}
    task.revision += 1
    task.save(update_fields=_GIVING)

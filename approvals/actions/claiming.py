"""Who has a task: taking it out of the pool, and putting it back."""

import datetime
from uuid import UUID

from approvals import rules
from approvals.actions.locking import on_task
from common.retry import retrying
from processes.engine.actor import Actor
from processes.engine.giving import give
from processes.models import Task


@retrying
def claim(task_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> Task:
    """Take a task out of the pool, so that colleagues leave it alone; repeating it changes nothing.

    Raises Refused by rule, naming who was faster.
    """
    with on_task(task_id, by, now) as (unit, task):
        if task.is_open and task.owner_id == by.user.pk:
            return task
        rules.can_claim(by, task).require()
        give(task, by.user.pk)
        unit.record(task.process, "claimed", task=task)
    return task


@retrying
def release(task_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> Task:
    """Put a task back into its pool. Raises Refused by rule."""
    with on_task(task_id, by, now) as (unit, task):
        if task.is_open and task.owner_id is None:
            return task
        rules.can_release(by, task).require()
        give(task, None)
        unit.record(task.process, "released", task=task)
    return task

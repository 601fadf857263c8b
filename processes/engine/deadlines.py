"""Deadlines of user tasks, with the reminders before and the escalation after them, in school workdays."""

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from processes.engine.timing import schedule
from processes.engine.unit_of_work import current_unit_of_work
from processes.engine.workdays import add_workdays
from processes.models import JobKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from processes.bpmn.model import Element
    from processes.models import Task


@dataclass(frozen=True)
class Deadline:
    """When a task is due, and when what around it (a kind of job) happens."""

    due_at: datetime.datetime | None = None
    around: "Mapping[str, datetime.datetime]" = field(default_factory=dict)


def deadline_of(element: "Element", opened: datetime.datetime) -> Deadline:
    """The deadline of a user task opened at a time, by the settings of its step (flows 0.2 X5)."""
    settings = element.settings
    days = int(settings.get("dueWorkdays", 0))
    if not days:
        return Deadline()
    remind, escalate = int(settings.get("remindWorkdays", 0)), int(settings.get("escalateWorkdays", 0))
    around: dict[str, datetime.datetime] = {}
    if 0 < remind < days:
        around[JobKind.REMIND] = add_workdays(opened, days - remind)
    if escalate:
        around[JobKind.ESCALATE] = add_workdays(opened, days + escalate)
    return Deadline(add_workdays(opened, days), around)


def set_deadline(task: "Task") -> None:
    """Give *task* the deadline of its step and put down what happens around it."""
    deadline = deadline_of(task.flow_task.element, current_unit_of_work().now)
    if deadline.due_at is None:
        return
    task.due_at = deadline.due_at
    for kind, moment in deadline.around.items():
        schedule(task, kind, task.node_id, moment)

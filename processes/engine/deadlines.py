"""Deadlines of user tasks, with the reminders before and the escalation after them, in school workdays."""

from typing import TYPE_CHECKING

from processes.engine.timing import schedule
from processes.engine.unit_of_work import current_unit_of_work
from processes.engine.workdays import add_workdays
from processes.models import JobKind

if TYPE_CHECKING:
    from processes.models import Task


def set_deadline(task: "Task") -> None:
    """Give *task* the deadline of its step and put down what happens around it (flows 0.2 X5)."""
    settings, now = task.flow_task.element.settings, current_unit_of_work().now
    days = int(settings.get("dueWorkdays", 0))
    if not days:
        return
    task.due_at = add_workdays(now, days)
    remind, escalate = int(settings.get("remindWorkdays", 0)), int(settings.get("escalateWorkdays", 0))
    if 0 < remind < days:
        schedule(task, JobKind.REMIND, task.node_id, add_workdays(now, days - remind))
    if escalate:
        schedule(task, JobKind.ESCALATE, task.node_id, add_workdays(now, days + escalate))

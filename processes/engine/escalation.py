"""What happens around a deadline: a reminder before it, somebody higher up after it (flows 0.2 X5)."""

from uuid import UUID

from accounts.models import Unit
from accounts.queries import holders
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Task
from processes.telling import tell


def remind(unit: UnitOfWork, task: Task) -> None:
    """Tell whoever has the task that its deadline is near."""
    tell(unit, people_asked(task), "task_reminder", task)
    unit.record(task.process, "reminded", task=task)


def escalate(unit: UnitOfWork, task: Task) -> None:
    """Nobody decided in time: give the task to the pool of `qc:escalateTo`; who had it is told as well.

    Without `qc:escalateTo` the people asked hear of it once more. A regulated step is never decided by time.
    """
    before, role = people_asked(task), task.element.settings.get("escalateTo", "")
    if role:
        task.role, task.owner_id = role, None
        task.revision += 1
        unit.keep(task, ["role", "owner_id", "revision"])
    asked = people_asked(task)
    tell(unit, asked, "task_escalated", task)
    tell(unit, [person for person in before if person not in asked], "task_passed_up", task)
    unit.record(task.process, "escalated", task=task, role=role)


def people_asked(task: Task) -> list[UUID]:
    """The task's assignee, or else everybody in its pool, nearest first."""
    if task.owner_id is not None:
        return [task.owner_id]
    pool = Unit.objects.filter(pk=task.unit_id).first()
    return [] if pool is None else list(holders(task.role, pool).values_list("pk", flat=True))

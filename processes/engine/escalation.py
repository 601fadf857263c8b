"""What happens around a deadline: a reminder before it, somebody higher up after it (flows 0.2 X5)."""

from uuid import UUID

from viewflow.workflow.status import STATUS

from accounts.models import Unit
from accounts.queries import holders
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Task
from processes.telling import tell

_GIVEN = ("role", "unit_id", "owner_id", "assigned", "status", "data", "revision")


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
        _to_pool(unit, task, role)
    asked = people_asked(task)
    tell(unit, asked, "task_escalated", task)
    tell(unit, [person for person in before if person not in asked], "task_passed_up", task)
    unit.record(task.process, "escalated", task=task, role=role)


def _to_pool(unit: UnitOfWork, task: Task, role: str) -> None:
    """Whoever holds *role* for the task's unit, or the record's where it was for one person, may take it."""
    task.role, task.unit_id = role, task.unit_id or task.process.unit_id
    task.owner_id, task.assigned, task.status = None, None, STATUS.NEW
    task.data = {name: value for name, value in task.data.items() if name not in ("delegated_by", "question")}
    task.revision += 1
    unit.keep(task, _GIVEN)


def people_asked(task: Task) -> list[UUID]:
    """The task's assignee, or else everybody in its pool, nearest first."""
    if task.owner_id is not None:
        return [task.owner_id]
    pool = Unit.objects.filter(pk=task.unit_id).first()
    return [] if pool is None else list(holders(task.role, pool).values_list("pk", flat=True))

"""What happens around a deadline: a reminder before it, somebody higher up after it (flows 0.2 X5)."""

from uuid import UUID

from accounts.models import Unit
from accounts.queries import holders
from processes.engine.candidates import Candidates
from processes.engine.giving import give_away
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
        # where it was for one person alone, it goes to the pool at the record's unit
        give_away(task, Candidates(role, task.unit_id or task.process.unit_id))
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

"""Making somebody the assignee of an open task, or putting it into a pool."""

from uuid import UUID

from viewflow.workflow.status import STATUS

from processes.engine.candidates import Candidates
from processes.engine.unit_of_work import current_unit_of_work
from processes.models import Task

_GIVING = ("owner", "assigned", "status", "data", "revision")


def give(task: Task, owner: UUID | None, **data: object) -> None:
    """Make *owner* (None: the pool) the task's assignee; *data* is noted on it, empty values are removed."""
    task.owner_id = owner
    task.assigned = current_unit_of_work().now if owner else None
    task.status = STATUS.ASSIGNED if owner else STATUS.NEW
    merged = task.data | data
    task.data = {name: value for name, value in merged.items() if value not in ("", None)}
    task.revision += 1
    task.save(update_fields=_GIVING)


def give_away(task: Task, to: Candidates) -> None:
    """Ask *to* instead of whoever was asked until now; an opinion that was asked for lapses."""
    task.role, task.unit_id = to.role, to.unit_id
    task.save(update_fields=["role", "unit"])
    give(task, to.owner_id, delegated_by="", question="")

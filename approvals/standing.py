"""Where the cases of one applicant stand, for a reader who comes from the applicant, not from the inbox."""

from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from accounts.queries import roles_of
from accounts.roles import REVIEWERS
from approvals.case_page import holder_of, step_label
from approvals.rules import can_see_task
from processes.engine.actor import Actor
from processes.models import Case, Task, TaskType
from processes.registry import flow_for


@dataclass(frozen=True)
class Standing:
    """A case, the last of its tasks that the reader may open, and who has it now at which step."""

    case: Case
    task: Task
    places: tuple[str, ...]

    @property
    def flow(self) -> str:
        """What kind of case it is."""
        return str(flow_for(self.case.flow_key).title)


def cases_of(applicant_id: UUID | None, user: User) -> list[Standing]:
    """The cases of an applicant of which a reviewer has or had a task, newest first (one query and reach)."""
    if applicant_id is None or roles_of(user).isdisjoint(REVIEWERS):
        return []
    joined = ("process", "unit", "owner", "decided_by")
    asked = Task.objects.filter(
        process__initiator=applicant_id, flow_task_type__in=(TaskType.HUMAN, TaskType.GROUP)
    )
    by_case: dict[UUID, list[Task]] = {}
    for task in asked.select_related(*joined).order_by("-process__created", "created", "pk"):
        by_case.setdefault(task.process_id, []).append(task)
    found = [_standing(tasks, Actor(user)) for tasks in by_case.values()]
    return [each for each in found if each is not None]


def _standing(tasks: list[Task], by: Actor) -> Standing | None:
    mine = [task for task in tasks if task.is_human and can_see_task(by, task)]
    if not mine:
        return None
    open_now = [task for task in tasks if task.is_open and "sign" not in task.data]
    return Standing(mine[-1].process, mine[-1], tuple(_place(task) for task in open_now))


def _place(task: Task) -> str:
    return " · ".join(filter(None, (step_label(task), holder_of(task))))

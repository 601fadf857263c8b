"""Words around a case: urging 催办 and comments with mentions."""

import datetime
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import notices, rules
from approvals.actions.copying import copies_for
from approvals.actions.locking import locked_case, on_case, on_task
from approvals.queries.cases import shared
from approvals.queries.colleagues import people_involved
from common.errors import BadInput, Refused
from common.retry import retrying
from processes.engine.actor import Actor
from processes.engine.escalation import people_asked
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, Task, TaskType

LONGEST_COMMENT = 500


@retrying
def urge(task_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> Task:
    """Ask whoever has a task to hurry, at most once a day. Raises Refused by rule."""
    with on_task(task_id, by, now) as (unit, task):
        is_staff = bool(rules.can_see_task(by, task)) or bool(rules.can_operate(by.user, task.process))
        _urge(unit, task, by, is_staff=is_staff)
    return task


@retrying
def urge_case(case_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> Case:
    """The applicant asks everybody who has the case to hurry. Raises Refused by rule."""
    with on_case(case_id, by, now) as (unit, case, tasks):
        waiting = [task for task in tasks if task.flow_task_type == TaskType.HUMAN]
        if not waiting:
            raise Refused(_("Nobody has to be urged: the case does not wait for a person."))
        verdicts = [rules.can_urge(by.user, task, unit.now, is_staff=False) for task in waiting]
        if not any(verdicts):
            verdicts[0].require()
        for task, verdict in zip(waiting, verdicts, strict=True):
            if verdict:
                _urge(unit, task, by, is_staff=False)
    return case


def _urge(unit: UnitOfWork, task: Task, by: Actor, *, is_staff: bool) -> None:
    rules.can_urge(by.user, task, unit.now, is_staff=is_staff).require()
    task.data = task.data | {"urged_at": unit.now.isoformat()}
    task.save(update_fields=["data"])
    step = task.element.label(get_language() or "")
    notices.tell(unit, people_asked(task), notices.URGED, task, step=step)
    unit.record(task.process, "urged", task=task)


@retrying
def comment(
    case_id: UUID,
    by: Actor,
    text: str,
    *,
    mentions: Iterable[UUID] = (),
    now: datetime.datetime | None = None,
) -> Case:
    """Add words to the history of a case; those mentioned get a notice that leads to their task of it, or
    to a copy when they have none.

    Whether the person may see the case is the caller's to ask. Raises BadInput.
    """
    said, wanted = text.strip(), list(dict.fromkeys(mentions))
    if not 0 < len(said) <= LONGEST_COMMENT:
        raise BadInput(_("Write between 1 and %(count)s characters.") % {"count": LONGEST_COMMENT})
    with UnitOfWork(by, now=now) as unit:
        case, tasks = locked_case(unit, case_id)
        known = {person.pk: person for person in people_involved(case, by.user)}
        if not known.keys() >= set(wanted):
            raise BadInput(_("Only people involved in the case can be mentioned."))
        shown = shared(Task.objects.filter(process=case))
        task = next(iter(tasks), None) or shown[-1]
        task.process = case
        for person in wanted:
            _mention(unit, known[person], task, shown, said)
        unit.record(case, "commented", people=[each.hex for each in wanted], text=said)
    return case


def _mention(unit: UnitOfWork, person: User, task: Task, shown: Iterable[Task], said: str) -> None:
    by = Actor(person)
    mine = [each for each in shown if each.is_human and rules.can_see_task(by, each)]
    found = max(mine, key=lambda each: (each.is_open, each.created), default=None)
    urls = {} if found else copies_for(unit, task, [person.pk], unit.actor.user_id)
    notices.tell(unit, [person.pk], notices.MENTIONED, found or task, url=urls.get(person.pk, ""), text=said)

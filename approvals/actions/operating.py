"""What the career center's operators may do against the chain, each with a reason in the trail."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from approvals import notices, rules
from approvals.actions.deciding import check_reason
from approvals.actions.locking import on_case, on_task
from approvals.queries.colleagues import posts_around
from approvals.variables import typed_value
from common.errors import BadInput, Refused
from common.retry import retrying
from processes.bpmn.model import USER_TASK
from processes.engine import operating, runtime
from processes.engine.actor import Actor
from processes.engine.candidates import Candidates
from processes.engine.context import Decision
from processes.engine.escalation import people_asked
from processes.engine.giving import give_away
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, Task, TaskType


@contextmanager
def _operated(
    case_id: UUID, by: Actor, text: str, now: datetime.datetime | None
) -> Iterator[tuple[UnitOfWork, Case, str]]:
    """An open case under an operator's hands. Raises Refused by rule, BadInput without a reason."""
    with on_case(case_id, by, now) as (unit, case, _tasks):
        rules.can_operate(by.user, case).require()
        reason = check_reason(text)
        if case.finished is not None:
            raise Refused(_("This case has ended; there is nothing to operate."))
        yield unit, case, reason


@retrying
def jump(case_id: UUID, target: str, by: Actor, *, text: str, now: datetime.datetime | None = None) -> Case:
    """Void whatever is open and ask at the user task *target*. Raises Refused, BadInput."""
    with _operated(case_id, by, text, now) as (_unit, case, reason):
        check_step(case, target)
        operating.jump(case, target, Decision("jump", text=reason, target=target))
    return case


def check_step(case: Case, target: str) -> None:
    """Raise BadInput when *target* is no step of a person, Refused when the case cannot go there yet."""
    element = case.flow_class.model.elements.get(target)
    if element is None or element.type != USER_TASK:
        raise BadInput(_("Choose the step where the case goes on."))
    rules.can_move(case, target).require()


@retrying
def suspend(case_id: UUID, by: Actor, *, text: str, now: datetime.datetime | None = None) -> Case:
    """Let a case stand still: nobody decides anything until it is resumed."""
    with _operated(case_id, by, text, now) as (unit, case, reason):
        _set_suspended(unit, case, "suspended", reason, suspended=True)
    return case


@retrying
def resume(case_id: UUID, by: Actor, *, text: str, now: datetime.datetime | None = None) -> Case:
    """Let a suspended case go on where it stood."""
    with _operated(case_id, by, text, now) as (unit, case, reason):
        _set_suspended(unit, case, "resumed", reason, suspended=False)
    return case


def _set_suspended(unit: UnitOfWork, case: Case, kind: str, reason: str, *, suspended: bool) -> None:
    if case.is_suspended == suspended:
        return
    case.is_suspended = suspended
    case.save(update_fields=["is_suspended"])
    unit.record(case, kind, text=reason)
    notices.tell_applicant(unit, case, notices.SUSPENDED if suspended else notices.RESUMED, reason=reason)


@retrying
def terminate(case_id: UUID, by: Actor, *, text: str, now: datetime.datetime | None = None) -> Case:
    """End a case without a result."""
    with _operated(case_id, by, text, now) as (unit, case, reason):
        runtime.cancel(case, Decision("terminate", text=reason), "terminated")
        notices.tell_applicant(unit, case, notices.TERMINATED, reason=reason)
    return case


@retrying
def reassign(
    task_id: UUID,
    by: Actor,
    *,
    text: str,
    person: UUID | None = None,
    role: str = "",
    unit_id: int | None = None,
    now: datetime.datetime | None = None,
) -> Task:
    """Give an open task to a person, or to another pool of role and unit. Raises Refused, BadInput."""
    with on_task(task_id, by, now) as (unit, task):
        unit.actor = by
        rules.can_operate(by.user, task.process).require()
        reason = check_reason(text)
        if not task.is_open or task.flow_task_type != TaskType.HUMAN or task.element.is_initiators:
            raise Refused(_("Only an open task of a reviewer can be given to somebody else."))
        people = [_person(person, task).pk.hex] if person else []
        to = Candidates(task.role, task.unit_id, person) if person else _pool(task, role, unit_id)
        give_away(task, to)
        unit.record(task.process, "reassigned", task=task, people=people, role=task.role, text=reason)
        task.unit = Unit.objects.filter(pk=task.unit_id).first()
        notices.tell(unit, people_asked(task), notices.REASSIGNED, task, text=reason)
    return task


def _person(person: UUID, task: Task) -> User:
    """The reviewer of the case's units with that key, but for its applicant. Raises BadInput."""
    for held in posts_around(task.process):
        if held.user_id == person and person != task.process.initiator_id:
            return held.user
    raise BadInput(_("Choose a colleague who may review this case."))


def _pool(task: Task, role: str, unit_id: int | None) -> Candidates:
    """The pool of *role* at the unit, where somebody around the case holds it. Raises BadInput."""
    if task.host_id is not None:
        raise BadInput(_("Somebody asked in person can only be replaced by a person."))
    if (role, unit_id) not in {(held.role, held.unit_id) for held in posts_around(task.process)}:
        raise BadInput(_("Choose a role and a unit."))
    return Candidates(role, unit_id)


@retrying
def edit_variable(
    case_id: UUID, name: str, value: str, by: Actor, *, text: str, now: datetime.datetime | None = None
) -> Case:
    """Give a declared variable another value. Raises Refused, BadInput for a value of another type."""
    with _operated(case_id, by, text, now) as (unit, case, reason):
        declared: Any = case.flow_class.model.variables
        if name not in declared:
            raise BadInput(_("The chain declares no such variable."))
        new, old = typed_value(value, declared[name]), case.variables.get(name)
        case.variables = case.variables | {name: new}
        case.save(update_fields=["variables"])
        unit.record(case, "variable_changed", name=name, before=old, after=new, text=reason)
    return case

"""Handing a task to a colleague: for good 转办, or for an opinion 委派."""

import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from approvals import notices, rules
from approvals.actions.deciding import RowResult, check_reason, in_one_go
from approvals.actions.locking import on_task
from approvals.models import PassedOn, Way
from approvals.queries.colleagues import colleagues_for
from common.errors import BadInput
from common.retry import retrying
from processes.engine.actor import Actor
from processes.engine.giving import give
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Task


@retrying
def transfer(task_id: UUID, to: UUID, by: Actor, *, text: str, now: datetime.datetime | None = None) -> Task:
    """Hand a task to a colleague who could hold it; *text* says why.

    Raises Refused by rule, BadInput for a person who cannot hold it or a missing reason.
    """
    with on_task(task_id, by, now) as (unit, task):
        _transfer(unit, task, to, by, check_reason(text))
    return task


@retrying
def transfer_chunk(
    task_ids: list[UUID], to: UUID, by: Actor, *, text: str, now: datetime.datetime | None = None
) -> list[RowResult]:
    """Hand many tasks to one colleague in one transaction, each with its own result."""
    reason = check_reason(text)

    def one(unit: UnitOfWork, task: Task) -> None:
        unit.actor = rules.acting(by, task) or by
        with unit.attempt(task.process):
            _transfer(unit, task, to, by, reason)

    return in_one_go(task_ids, one, by, now)


def _transfer(unit: UnitOfWork, task: Task, to: UUID, by: Actor, reason: str) -> None:
    rules.can_pass_on(by, task).require()
    person = colleague(task, to, by)
    give(task, person.pk)
    note(unit, task, by, person.pk, Way.TRANSFERRED)
    unit.record(task.process, "transferred", task=task, people=[person.pk.hex], text=reason)
    notices.tell(unit, [person.pk], notices.TRANSFERRED, task, text=reason)


@retrying
def delegate(task_id: UUID, to: UUID, by: Actor, *, text: str, now: datetime.datetime | None = None) -> Task:
    """Ask a colleague for an opinion on a task; it comes back with it. *text* is the question.

    Raises Refused by rule, BadInput for a person who cannot hold it or a missing question.
    """
    with on_task(task_id, by, now) as (unit, task):
        rules.can_pass_on(by, task).require()
        question, person = check_reason(text), colleague(task, to, by)
        owner = task.owner_id or by.user.pk
        give(task, person.pk, delegated_by=owner.hex, question=question)
        note(unit, task, by, person.pk, Way.DELEGATED)
        unit.record(task.process, "delegated", task=task, people=[person.pk.hex], text=question)
        notices.tell(unit, [person.pk], notices.DELEGATED, task, text=question)
    return task


@retrying
def give_back(task_id: UUID, by: Actor, *, text: str = "", now: datetime.datetime | None = None) -> Task:
    """The delegate gives the task back with an opinion; its owner calls it back without one.

    Raises Refused by rule, BadInput for an opinion without words.
    """
    with on_task(task_id, by, now) as (unit, task):
        rules.can_give_back(by, task).require()
        owner, is_owner = rules.delegator(task), rules.delegator(task) == by.user.pk
        opinion = text.strip() if is_owner else check_reason(text)
        delegate_id = task.owner_id
        give(task, owner, delegated_by="", question="", opinion=opinion)
        people = [delegate_id.hex] if is_owner and delegate_id else []
        kind = "called_back" if is_owner else "opinion_given"
        unit.record(task.process, kind, task=task, people=people, text=opinion)
        if owner and not is_owner:
            notices.tell(unit, [owner], notices.GIVEN_BACK, task, text=opinion)
    return task


def note(unit: UnitOfWork, task: Task, by: Actor, to: UUID, way: Way) -> None:
    """Let *by* find *task* again in the list of what they gave to others."""
    unit.keep(PassedOn(task=task, giver=by.user, receiver_id=to, way=way, created_at=unit.now))


def colleague(task: Task, person: UUID, by: Actor) -> User:
    """The colleague with that key, if *task* may be given to them. Raises BadInput."""
    found = {each.person.pk: each.person for each in colleagues_for(task, by.user)}
    if person not in found:
        raise BadInput(_("Choose a colleague of this step, or a reviewer above it."))
    return found[person]

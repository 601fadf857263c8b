"""What applicants do with their cases: start, hand in, take back, ask back, drop."""

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from accounts.models import User
from approvals import notices, rules
from approvals.actions.deciding import check_reason, require_fresh
from approvals.actions.locking import locked, on_case, on_task
from common.errors import Refused
from common.retry import retrying
from processes.actions import next_numbers
from processes.engine import operating, runtime
from processes.engine.actor import Actor
from processes.engine.context import Decision
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, Task
from processes.registry import flow_for


def start_case(flow_key: str, subject: Any, by: Actor, *, now: datetime.datetime | None = None) -> Case:
    """Open a case on *subject*; the first task opens with *by*. Raises Refused by the flow's start rule."""
    return start_many(flow_key, [(subject, by.user)], by, now=now)[0]


@retrying
def start_many(
    flow_key: str,
    subjects: Sequence[tuple[Any, User]],
    by: Actor,
    *,
    now: datetime.datetime | None = None,
) -> list[Case]:
    """Open a case on each (subject, initiator) in one unit of work. Raises Refused at the first no."""
    flow = flow_for(flow_key)
    with UnitOfWork(by, now=now):
        for subject, initiator in subjects:
            flow.can_start(initiator, subject).require()
        numbers = _numbers([flow.describe(subject).cohort for subject, _initiator in subjects])
        return [
            runtime.start(flow, subject, initiator, number)
            for (subject, initiator), number in zip(subjects, numbers, strict=True)
        ]


def _numbers(cohorts: Sequence[int | None]) -> list[str]:
    """A new case number for each cohort named, in the same order."""
    given = {cohort: iter(next_numbers(cohort, cohorts.count(cohort))) for cohort in dict.fromkeys(cohorts)}
    return [next(given[cohort]) for cohort in cohorts]


@retrying
def submit(
    task_id: UUID,
    by: Actor,
    *,
    note: dict[str, Any] | None = None,
    revision: int | None = None,
    now: datetime.datetime | None = None,
) -> Task:
    """The applicant hands the case in. *note* goes into the event (no personal values).

    Raises Refused when it is not theirs, Stale when it was submitted meanwhile.
    """
    with UnitOfWork(by, now=now) as unit:
        task = locked(unit, [task_id])[task_id]
        require_fresh(task, "submit", by, revision)
        if task.is_open:
            rules.can_submit(by.user, task).require()
            with unit.attempt(task.process):
                runtime.complete(task, Decision("submit", note=note or {}))
    return task


@retrying
def withdraw(case_id: UUID, by: Actor, *, text: str = "", now: datetime.datetime | None = None) -> Case:
    """The applicant takes the case back into a draft (flows X1). Raises Refused by rule."""
    with on_case(case_id, by, now) as (_unit, case, tasks):
        rules.can_withdraw(by.user, case, tasks).require()
        runtime.pull_back(case, Decision("withdraw", text=text))
    return case


@retrying
def request_withdrawal(
    case_id: UUID, by: Actor, *, text: str = "", now: datetime.datetime | None = None
) -> Case:
    """The applicant asks whoever works on the case to let it go (flows X1). Raises Refused by rule."""
    with on_case(case_id, by, now) as (unit, case, tasks):
        rules.can_request_withdrawal(by.user, case, tasks).require()
        for task in tasks:
            if task.owner_id:
                task.data = task.data | {"withdrawal": text.strip() or "-"}
                task.save(update_fields=["data"])
                notices.tell(unit, [task.owner_id], notices.WITHDRAWAL_REQUESTED, task, text=text.strip())
        unit.record(case, "withdrawal_requested", text=text.strip())
    return case


def withdraw_or_ask(case_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> bool:
    """Take the case back, or ask whoever works on it to let it go; gives whether it is back (flows X1).

    Raises Refused by rule, when neither is possible.
    """
    try:
        withdraw(case_id, by, now=now)
    except Refused:
        request_withdrawal(case_id, by, now=now)
        return False
    return True


@retrying
def answer_withdrawal(
    task_id: UUID, by: Actor, *, accept: bool, text: str = "", now: datetime.datetime | None = None
) -> Task:
    """The reviewer lets the case go back to its applicant, or says why not.

    Raises Refused by rule, BadInput for a refusal without words.
    """
    with on_task(task_id, by, now) as (unit, task):
        rules.can_answer_withdrawal(by, task).require()
        case = task.process
        if accept:
            runtime.pull_back(case, Decision("withdraw", text=text.strip()))
            notices.tell_applicant(unit, case, notices.WITHDRAWAL_GRANTED)
            return task
        reason = check_reason(text)
        for row in unit.live.of(case):
            if "withdrawal" in row.data:
                row.data = {name: value for name, value in row.data.items() if name != "withdrawal"}
                row.save(update_fields=["data"])
        unit.record(case, "withdrawal_refused", task=task, text=reason)
        notices.tell_applicant(unit, case, notices.WITHDRAWAL_REFUSED, reason=reason)
    return task


@retrying
def hand_over(case_id: UUID, to: UUID, by: Actor, *, text: str, now: datetime.datetime | None = None) -> Case:
    """Make *to* the applicant of an open case; *text* says why. Who may is the rule of the flow's own room.

    Raises Refused when the case has ended or lies with *to* already, BadInput without a reason.
    """
    with on_case(case_id, by, now) as (unit, case, _tasks):
        reason = check_reason(text)
        rules.can_be_handed_over(case, to).require()
        operating.hand_over(case, to, reason)
        if to != by.user.pk:
            notices.tell_applicant(unit, case, notices.HANDED_OVER, person=by.user.name, text=reason)
    return case


@retrying
def discard(case_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> Case:
    """The applicant drops a draft or returned case for good. Raises Refused by rule."""
    with on_case(case_id, by, now) as (_unit, case, _tasks):
        rules.can_discard(by.user, case).require()
        runtime.cancel(case, Decision("cancel"))
    return case

"""What people do with cases and tasks: one function a verb, one transaction, one event."""

import datetime
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import rules
from approvals.words import outcome_label
from common.errors import BadInput, Refused, Stale, UserError
from common.moments import spoken_moment
from common.prepared import PreparedRead
from common.verdict import Verdict
from processes.actions import next_numbers
from processes.engine import runtime
from processes.engine.actor import Actor
from processes.engine.context import Decision
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, Task
from processes.queries import return_targets
from processes.registry import flow_for

__all__ = [
    "Actor",
    "Decision",
    "RowResult",
    "check_complete",
    "decide",
    "decide_many",
    "discard",
    "start_case",
    "submit",
    "withdraw",
]

logger = logging.getLogger(__name__)

#: Cases in one transaction of a batch: few enough for short locks, many enough for cheap statements.
BATCH_SIZE = 1000
MIN_REASON_LENGTH = 5


@dataclass(frozen=True)
class RowResult:
    """What became of one task of a batch; without a case when it is not the person's to see."""

    task_id: UUID
    ok: bool
    message: str = ""
    case: Case | None = None


def start_case(flow_key: str, subject: Any, by: Actor, *, now: datetime.datetime | None = None) -> Case:
    """Open a case on *subject*; the first task opens with *by*. Raises Refused by the flow's start rule."""
    return start_many(flow_key, [(subject, by.user)], by, now=now)[0]


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
        task = _locked(unit, [task_id])[task_id]
        _require_fresh(task, "submit", by, revision)
        if task.is_open:
            rules.can_submit(by.user, task).require()
            with unit.attempt(task.process):
                runtime.complete(task, Decision("submit", note=note or {}))
    return task


def decide(
    task_id: UUID,
    decision: Decision,
    by: Actor,
    *,
    revision: int | None = None,
    now: datetime.datetime | None = None,
) -> Task:
    """Approve, return or reject one task.

    The same person sending the same decision twice gets the same answer. Raises Refused by rule, BadInput
    for an incomplete decision, Stale (naming who decided what) when somebody else was faster.
    """
    with UnitOfWork(by, now=now) as unit:
        task = _locked(unit, [task_id])[task_id]
        _decide(unit, task, decision, by, revision)
    return task


def decide_many(
    task_ids: Iterable[UUID], decision: Decision, by: Actor, *, now: datetime.datetime | None = None
) -> list[RowResult]:
    """Decide many tasks alike, each with its own result; refused ones do not stop the others (X15)."""
    wanted = list(dict.fromkeys(task_ids))
    results: list[RowResult] = []
    for start in range(0, len(wanted), BATCH_SIZE):
        with UnitOfWork(by, now=now) as unit:
            tasks = _locked(unit, wanted[start : start + BATCH_SIZE], strict=False)
            results.extend(
                _row(unit, tasks.get(task_id), task_id, decision, by)
                for task_id in wanted[start : start + BATCH_SIZE]
            )
    return results


def withdraw(case_id: UUID, by: Actor, *, text: str = "", now: datetime.datetime | None = None) -> Case:
    """The applicant takes the case back into a draft (flows X1). Raises Refused by rule."""
    with UnitOfWork(by, now=now) as unit:
        case, tasks = _locked_case(unit, case_id)
        rules.can_withdraw(by.user, case, tasks).require()
        with unit.attempt(case):
            runtime.pull_back(case, Decision("withdraw", text=text))
    return case


def discard(case_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> Case:
    """The applicant drops a draft or returned case for good. Raises Refused by rule."""
    with UnitOfWork(by, now=now) as unit:
        case, _tasks = _locked_case(unit, case_id)
        rules.can_discard(by.user, case).require()
        with unit.attempt(case):
            runtime.cancel(case, Decision("cancel"))
    return case


def _locked(unit: UnitOfWork, task_ids: Sequence[UUID], *, strict: bool = True) -> dict[UUID, Task]:
    """The tasks with their cases, the cases locked in the order of their keys.

    Every verb locks cases and nothing else, so two of them never wait for each other crosswise. Tasks are
    read before the lock; a case that got a new event in between is read again.
    """
    tasks = {task.pk: task for task in _read(task_ids)}
    if strict and len(tasks) < len(task_ids):
        raise Refused(_("This task does not exist."))
    moved = _lock_cases({task.process for task in tasks.values()})
    if moved:
        tasks |= {task.pk: task for task in _read([pk for pk, t in tasks.items() if t.process_id in moved])}
    for task in tasks.values():
        task.process = unit.cases.setdefault(task.process_id, task.process)
        unit.live.adopt(task)
    return tasks


_read = PreparedRead(
    lambda task_ids: (
        Task.objects.select_related("process").filter(pk__in=task_ids).order_by("process_id", "pk")
    )
)


def _lock_cases(cases: Iterable[Case]) -> set[UUID]:
    """Lock *cases*; gives the keys of those that were decided on since they were read."""
    if not connection.features.has_select_for_update:
        return set()  # the transaction holds the only write lock since it began
    counts = {case.pk: case.event_count for case in cases}
    locked = Case.objects.select_for_update().filter(pk__in=list(counts)).order_by("pk")
    return {pk for pk, count in locked.values_list("pk", "event_count") if count != counts[pk]}


def _locked_case(unit: UnitOfWork, case_id: UUID) -> tuple[Case, list[Task]]:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise Refused(_("This case does not exist."))
    unit.cases[case.pk] = case
    return case, unit.live.of(case)


def _row(unit: UnitOfWork, task: Task | None, task_id: UUID, decision: Decision, by: Actor) -> RowResult:
    if task is None:
        return RowResult(task_id, False, _("This task does not exist."))
    try:
        rules.can_batch(task).require()
        _decide(unit, task, decision, by, None)
    except UserError as error:
        seen = rules.can_see_task(by.user, task, by.pools)
        return RowResult(task_id, False, str(error), task.process if seen else None)
    except DatabaseError:
        raise  # the transaction itself is in doubt
    except Exception:
        logger.exception("Case %s could not be decided in a batch", task.process.number)
        words = _("This case could not be decided. Tell the administrator.")
        return RowResult(task_id, False, words, task.process)
    return RowResult(task_id, True, "", task.process)


def _decide(unit: UnitOfWork, task: Task, decision: Decision, by: Actor, revision: int | None) -> None:
    if not task.is_open or revision is not None:
        rules.can_see_task(by.user, task, by.pools).require()
        _require_fresh(task, decision.outcome, by, revision)
    if not task.is_open:
        return
    _may(by, task, decision).require()
    check_complete(decision)
    _check_target(task, decision)
    with unit.attempt(task.process):
        _VERBS[decision.outcome](task, decision)


def _may(by: Actor, task: Task, decision: Decision) -> Verdict:
    try:
        rule = _RULES[decision.outcome]
    except KeyError:
        raise BadInput(_("This decision is not known.")) from None
    return rule(by.user, task, by.pools)


def check_complete(decision: Decision) -> None:
    """A return or rejection names its reason, in words too (flows X2). Raises BadInput."""
    if decision.outcome == "approve":
        return
    if len(decision.text.strip()) < MIN_REASON_LENGTH:
        raise BadInput(
            _("Say why in at least %(count)s characters, so that the applicant knows what to do.")
            % {"count": MIN_REASON_LENGTH}
        )
    if not decision.reason_code:
        raise BadInput(_("Choose a reason."))


def _check_target(task: Task, decision: Decision) -> None:
    """A return goes to a step passed before (flows X2)."""
    if decision.target and decision.target not in {element.id for element in return_targets(task)}:
        raise BadInput(_("This case cannot be returned to that step."))


def _require_fresh(task: Task, outcome: str, by: Actor, revision: int | None) -> None:
    """Raise Stale when the task is not as the page showed it, unless it is this very decision again."""
    if task.is_open:
        if revision is not None and revision != task.revision:
            raise Stale(_("This task was changed meanwhile. Look at it again and repeat your decision."))
        return
    if task.decided_by_id == by.user.pk and task.outcome == outcome:
        return
    raise Stale(_what_happened(task))


def _what_happened(task: Task) -> str:
    if task.decided_by is None or task.finished is None:
        return _("This task is no longer open: the applicant took the case back.")
    return _("%(person)s was faster: %(outcome)s, %(time)s. Nothing was changed by you.") % {
        "person": task.decided_by.name,
        "outcome": outcome_label(task.outcome),
        "time": spoken_moment(task.finished),
    }


_RULES = {
    "approve": rules.can_approve,
    "object": rules.can_object,
    "return": rules.can_return,
    "reject": rules.can_reject,
}
_VERBS = {
    "approve": runtime.complete,
    "object": runtime.complete,
    "return": runtime.send_back,
    "reject": runtime.close,
}

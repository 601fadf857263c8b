"""Decisions: one, and many alike."""

import datetime
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError
from django.utils.translation import gettext as _

from approvals import rules
from approvals.actions.copying import copies_by_chain
from approvals.actions.locking import locked
from approvals.words import outcome_label
from common.errors import BadInput, Stale, UserError
from common.moments import written_moment
from common.retry import retrying
from common.verdict import Verdict
from processes.bpmn.back import leads_back
from processes.engine import runtime
from processes.engine.actor import Actor
from processes.engine.context import Decision
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, CaseState, Task
from processes.queries import return_targets

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


@retrying
def decide(
    task_id: UUID,
    decision: Decision,
    by: Actor,
    *,
    revision: int | None = None,
    now: datetime.datetime | None = None,
) -> Task:
    """Approve, object to, return or reject one task.

    The same person sending the same decision twice gets the same answer. Raises Refused by rule, BadInput
    for an incomplete decision, Stale (naming who decided what) when somebody else was faster.
    """
    with UnitOfWork(by, now=now) as unit:
        task = locked(unit, [task_id])[task_id]
        _decide(unit, task, decision, by, revision)
    return task


def decide_many(
    task_ids: Iterable[UUID], decision: Decision, by: Actor, *, now: datetime.datetime | None = None
) -> list[RowResult]:
    """Decide many tasks alike, each with its own result; refused ones do not stop the others (X15)."""
    wanted = list(dict.fromkeys(task_ids))
    return [
        result
        for start in range(0, len(wanted), BATCH_SIZE)
        for result in decide_chunk(wanted[start : start + BATCH_SIZE], decision, by, now=now)
    ]


@retrying
def decide_chunk(
    task_ids: list[UUID], decision: Decision, by: Actor, *, now: datetime.datetime | None = None
) -> list[RowResult]:
    """Decide tasks in one transaction, each with its own result in the order given."""

    def one(unit: UnitOfWork, task: Task) -> None:
        rules.can_batch(task).require()
        _decide(unit, task, decision, by, None)

    return in_one_go(task_ids, one, by, now)


def in_one_go(
    task_ids: list[UUID],
    one: Callable[[UnitOfWork, Task], None],
    by: Actor,
    now: datetime.datetime | None = None,
) -> list[RowResult]:
    """Do *one* to each task in one transaction; what it refuses is a result with words, not an end."""
    with UnitOfWork(by, now=now) as unit:
        tasks = locked(unit, task_ids, strict=False)
        return [_row(unit, tasks.get(task_id), task_id, one, by) for task_id in task_ids]


def _row(
    unit: UnitOfWork,
    task: Task | None,
    task_id: UUID,
    one: Callable[[UnitOfWork, Task], None],
    by: Actor,
) -> RowResult:
    if task is None:
        return RowResult(task_id, False, _("This task does not exist."))
    try:
        one(unit, task)
    except UserError as error:
        seen = rules.can_see_task(by, task)
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
        rules.can_see_task(by, task).require()
        require_fresh(task, decision.outcome, by, revision)
    if not task.is_open:
        return
    _may(by, task, decision).require()
    check_complete(decision)
    _check_target(task, decision)
    unit.actor = rules.acting(by, task) or by
    with unit.attempt(task.process):
        _VERBS[decision.outcome](task, decision)
        copies_by_chain(unit, task)


def _may(by: Actor, task: Task, decision: Decision) -> Verdict:
    try:
        rule = RULES[decision.outcome]
    except KeyError:
        raise BadInput(_("This decision is not known.")) from None
    return rule(by, task)


def check_complete(decision: Decision) -> None:
    """Whatever goes against the applicant names its reason, in words too (flows X2). Raises BadInput."""
    if decision.outcome == "approve":
        return
    check_reason(decision.text)
    if not decision.reason_code and decision.outcome != "object":
        raise BadInput(_("Choose a reason."))


def check_reason(text: str) -> str:
    """*text* without spaces around it. Raises BadInput when it says too little."""
    said = text.strip()
    if len(said) < MIN_REASON_LENGTH:
        raise BadInput(
            _("Say why in at least %(count)s characters, so that others know what to do.")
            % {"count": MIN_REASON_LENGTH}
        )
    return said


def _check_target(task: Task, decision: Decision) -> None:
    """A return goes to a step passed before (flows X2), by itself to the applicant's."""
    if decision.outcome == "return" and not decision.target:
        if not leads_back(task.process.flow_class.model, task.node_id):
            raise BadInput(_("The applicant has no step before this one. Open the case and choose another."))
    elif decision.target and decision.target not in {element.id for element in return_targets(task)}:
        raise BadInput(_("This case cannot be returned to that step."))


def require_fresh(task: Task, outcome: str, by: Actor, revision: int | None) -> None:
    """Raise Stale when the task is not as the page showed it, unless it is this very decision again."""
    if task.is_open:
        if revision is not None and revision != task.revision:
            raise Stale(_changed_words(task, by))
        return
    if task.decided_by_id == by.user.pk and task.outcome == outcome:
        return
    raise Stale(_what_happened(task))


def _changed_words(task: Task, by: Actor) -> str:
    if task.owner is not None and task.owner_id != by.user.pk:
        return _("%(person)s has taken this task. Nothing was changed by you.") % {"person": task.owner.name}
    return _("This task was changed meanwhile. Look at it again and repeat your decision.")


def _what_happened(task: Task) -> str:
    if task.process.state == CaseState.DRAFT:
        return _("This task is no longer open: the applicant took the case back.")
    if task.decided_by is None or task.finished is None:
        return _("This task is no longer open: the case has gone another way.")
    return _("%(person)s was faster: %(outcome)s, %(time)s. Nothing was changed by you.") % {
        "person": task.decided_by.name,
        "outcome": outcome_label(task.outcome),
        "time": written_moment(task.finished),
    }


RULES: Mapping[str, Callable[[Actor, Task], Verdict]] = {
    "approve": rules.can_approve,
    "object": rules.can_object,
    "return": rules.can_return,
    "reject": rules.can_reject,
}
_VERBS: Mapping[str, Callable[[Task, Decision], None]] = {
    "approve": runtime.complete,
    "object": runtime.complete,
    "return": runtime.send_back,
    "reject": runtime.close,
}

"""What operators do about automatic work that failed for good: one function a verb, and many in one go."""

import datetime
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from approvals import rules
from approvals.actions.deciding import check_reason
from approvals.actions.locking import on_case
from approvals.actions.operating import check_step
from common.errors import BadInput, Refused, Stale, UserError
from common.moments import spoken_moment
from common.retry import retrying
from common.verdict import Verdict
from processes.engine import incidents, operating
from processes.engine.actor import Actor
from processes.engine.context import Decision
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Incident, Solution, Task

logger = logging.getLogger(__name__)

RETRY, SKIP, REROUTE = "retry", "skip", "reroute"
MENDING = (RETRY, SKIP, REROUTE)
LONGEST_REASON = 500
Rule = Callable[[User, Incident], Verdict]


@dataclass(frozen=True)
class Mended:
    """What became of one incident of many."""

    incident_id: UUID
    ok: bool
    message: str = ""


@retrying
def retry(incident_id: UUID, by: Actor, *, text: str = "", now: datetime.datetime | None = None) -> Incident:
    """Let what failed run again, under the same key. Raises Refused by rule, Stale when it is solved."""
    with _incident(incident_id, by, now) as (unit, incident, task):
        if _is_open(incident, Solution.RETRIED, by):
            rules.can_retry(by.user, incident).require()
            reason = text.strip()[:LONGEST_REASON]
            incidents.retry(unit, incident)
            if task is not None:
                unit.record(task.process, "incident_retried", task=task, text=reason)
            _solve(unit, incident, Solution.RETRIED, by, reason)
    return incident


@retrying
def skip(incident_id: UUID, by: Actor, *, text: str, now: datetime.datetime | None = None) -> Incident:
    """Go on as if what failed had been done. Raises Refused by rule, BadInput without a reason, Stale."""
    with _incident(incident_id, by, now) as (unit, incident, task):
        if _is_open(incident, Solution.SKIPPED, by):
            rules.can_skip(by.user, incident).require()
            reason = _reason(text)
            incidents.skip(unit, incident, task, Decision("skip", text=reason))
            _solve(unit, incident, Solution.SKIPPED, by, reason)
    return incident


@retrying
def reroute(
    incident_id: UUID, target: str, by: Actor, *, text: str, now: datetime.datetime | None = None
) -> Incident:
    """Void whatever is open in the case and ask at the user task *target*.

    Raises Refused by rule, BadInput without a reason or for a step that is none, Stale.
    """
    with _incident(incident_id, by, now) as (unit, incident, _task):
        if _is_open(incident, Solution.REROUTED, by):
            rules.can_reroute(by.user, incident).require()
            reason = _reason(text)
            if incident.case is not None:
                check_step(incident.case, target)
                operating.jump(incident.case, target, Decision("jump", text=reason, target=target))
            incidents.void(unit, incident)
            _solve(unit, incident, Solution.REROUTED, by, reason, target)
    return incident


def mend_many(
    incident_ids: Sequence[UUID], verb: str, by: Actor, *, text: str = "", target: str = ""
) -> list[Mended]:
    """Mend incidents one by one, each in its own transaction; gives each its own result.

    Raises BadInput when the verb is not known or what it asks for is missing, before anything is changed.
    """
    if verb not in MENDING:
        raise BadInput(_("This is not known. Reload the page."))
    if verb != RETRY:
        _reason(text)
    if verb == REROUTE and not target:
        raise BadInput(_("Choose the step where the case goes on."))
    return [_mend(key, verb, by, text, target) for key in dict.fromkeys(incident_ids)]


def _mend(key: UUID, verb: str, by: Actor, text: str, target: str) -> Mended:
    try:
        if verb == RETRY:
            retry(key, by, text=text)
        elif verb == SKIP:
            skip(key, by, text=text)
        else:
            reroute(key, target, by, text=text)
    except UserError as error:
        return Mended(key, ok=False, message=str(error))
    except Exception:
        logger.exception("Incident %s could not be mended (%s)", key, verb)
        said = _("What follows in the chain failed as well, so nothing was changed. Tell the administrator.")
        return Mended(key, ok=False, message=said)
    return Mended(key, ok=True)


@contextmanager
def _incident(
    incident_id: UUID, by: Actor, now: datetime.datetime | None
) -> Iterator[tuple[UnitOfWork, Incident, Task | None]]:
    """An incident with its job, its case locked, and the activation that waits for it if it is still open."""
    case_id = Incident.objects.filter(pk=incident_id).values_list("case_id", flat=True).first()
    if case_id is None:
        with UnitOfWork(by, now=now) as unit:
            yield unit, _locked(incident_id), None
        return
    with on_case(case_id, by, now) as (unit, case, tasks):
        incident = _locked(incident_id)
        incident.case = case
        task = next((each for each in tasks if each.pk == incident.task_id), None)
        if task is not None:
            incident.task = task
        yield unit, incident, task


def _locked(incident_id: UUID) -> Incident:
    rows = Incident.objects.select_for_update().select_related("job")
    incident = rows.filter(pk=incident_id).first()
    if incident is None:
        raise Refused(_("This incident does not exist."))
    return incident


def _is_open(incident: Incident, solution: Solution, by: Actor) -> bool:
    """Whether there is something to do; False when the same person did the very same just before.

    Raises Stale when it was solved another way or by somebody else.
    """
    if incident.is_open:
        return True
    if incident.solved_by_id == by.user.pk and incident.solution == solution:
        return False
    if incident.solved_by is None:
        raise Stale(_("The case has gone on another way; there is nothing to mend any more."))
    said = {
        "person": incident.solved_by.name,
        "what": incident.get_solution_display(),
        "when": spoken_moment(incident.solved_at or incident.failed_at),
    }
    raise Stale(_("%(person)s was faster (%(when)s): %(what)s.") % said)


def _reason(text: str) -> str:
    said = check_reason(text)
    if len(said) > LONGEST_REASON:
        raise BadInput(_("The reason is too long: %(count)s characters at most.") % {"count": LONGEST_REASON})
    return said


def _solve(
    unit: UnitOfWork, incident: Incident, solution: Solution, by: Actor, reason: str, target: str = ""
) -> None:
    incident.solution, incident.solved_at, incident.solved_by = solution, unit.now, by.user
    incident.reason, incident.target = reason, target
    unit.keep(incident, Incident.solved_fields)

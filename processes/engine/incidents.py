"""Jobs that failed for good: told to the operators, then mended. Rules are the callers'."""

import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from accounts.queries import holders, university
from accounts.roles import OPERATORS
from processes.engine.timing import rearm, schedule
from processes.engine.unit_of_work import current_unit_of_work
from processes.models import Case, Incident, Job, JobKind, JobState, Solution, Task

if TYPE_CHECKING:
    from processes.engine.context import Decision
    from processes.engine.unit_of_work import UnitOfWork

FIRST_FAILURE = "first_failed"
AT_ONCE = 500


def first_failure(job: Job, now: datetime.datetime) -> dict[str, Any]:
    """The job's data with the time at which this row of failures began."""
    began = now.isoformat() if job.attempts == 1 else job.data.get(FIRST_FAILURE, now.isoformat())
    return job.data | {FIRST_FAILURE: began}


def report(unit: "UnitOfWork", job: Job, case: Case | None) -> Incident:
    """Keep that *job* failed for good, and tell the operators."""
    from processes.telling import tell

    began = job.data.get(FIRST_FAILURE, "")
    incident = Incident(
        job=job,
        case=case,
        task=job.task,
        kind=job.kind,
        flow_key=job.flow_key,
        node_id=job.node_id,
        attempts=job.attempts,
        first_failed_at=datetime.datetime.fromisoformat(began) if began else unit.now,
        failed_at=unit.now,
        error=job.error,
    )
    unit.keep(incident)
    element = case.flow_class.model.elements.get(job.node_id) if case is not None else None
    step = element.label(get_language() or "") if element is not None else job.node_id
    tell(unit, operators_of(case), "incident", job.task, step=step)
    return incident


def get_stuck(task: Task, error: str) -> None:
    """Report that *task* waits for what cannot come, so that only an operator can bring the case on."""
    unit = current_unit_of_work()
    job = schedule(task, JobKind.STUCK, task.node_id, unit.now)
    job.state, job.error = JobState.INCIDENT, error
    report(unit, job, task.process)


def operators_of(case: Case | None) -> list[UUID]:
    """Who operates *case*, nearest first; without a case those of the whole school."""
    unit = case.unit if case is not None else university()
    if unit is None:
        return []
    people = [holders(role, unit).values_list("pk", flat=True) for role in sorted(OPERATORS)]
    return list(dict.fromkeys(key for keys in people for key in keys))


def retry(unit: "UnitOfWork", incident: Incident) -> None:
    """Let the job run again as if it had never failed, under the key it always had."""
    job = incident.job
    job.state, job.attempts, job.lease_until, job.run_at = JobState.WAITING, 0, None, unit.now
    unit.keep(job, ["state", "attempts", "lease_until", "run_at"])


def skip(unit: "UnitOfWork", incident: Incident, task: Task | None, decision: "Decision") -> None:
    """Go on as if the job had been done: a task has no answer, a repeating timer waits for its next time."""
    from processes.engine import operating

    job = incident.job
    job.finished, job.lease_until = unit.now, None
    if rearm(job, unit.now):
        job.state, job.finished = JobState.WAITING, None
    else:
        job.state = JobState.SKIPPED
    unit.keep(job, ["state", "finished", "lease_until"])
    if task is None:
        return
    if job.kind == JobKind.SERVICE:
        operating.go_on(task, decision, "incident_skipped")
    else:
        unit.record(task.process, "incident_skipped", task=task, text=decision.text)


def void(unit: "UnitOfWork", incident: Incident) -> None:
    """The case goes on another way; the job is not needed any more."""
    job = incident.job
    job.state, job.finished = JobState.VOID, unit.now
    unit.keep(job, ["state", "finished"])


def close_settled(now: datetime.datetime | None = None) -> int:
    """Close incidents whose case went on without them: a boundary event, an operator's jump, an end; or
    a step that waited for nobody was given to somebody.
    """
    moment = now or timezone.now()
    asked = Q(kind=JobKind.STUCK) & (Q(task__owner__isnull=False) | ~Q(task__role=""))
    rows = Incident.objects.filter(Q(task__finished__isnull=False) | asked, solved_at=None)
    found = dict(rows.values_list("pk", "job_id")[:AT_ONCE])
    if found:
        Job.objects.filter(pk__in=found.values(), state=JobState.INCIDENT).update(
            state=JobState.VOID, finished=moment
        )
        Incident.objects.filter(pk__in=found, solved_at=None).update(solved_at=moment, solution=Solution.OVER)
    return len(found)

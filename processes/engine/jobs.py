"""What the engine does by itself: timers, automatic tasks, reminders, escalations.

Everything waits in the table of jobs, written with what led to it. A sweep takes what is due, oldest
first. Whoever takes a job leases it with one conditional update, so two sweepers never do it twice, and
closes it in the transaction of its effect, so a killed one leaves it either undone or done.
"""

import datetime
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from common.retry import retrying
from processes.engine import escalation, incidents, runtime
from processes.engine.actor import SYSTEM
from processes.engine.errors import HandlerGone, ProcessError
from processes.engine.timing import rearm
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, Job, JobKind, JobState, Task
from processes.registry import flow_for

logger = logging.getLogger(__name__)

#: After so long a job that somebody took and never closed is taken for lost (killed worker).
LEASE = datetime.timedelta(seconds=settings.JOB_LEASE_SECONDS)
#: How long to wait after the first, second, ... failure (flows X14); then it is an incident.
BACK_OFF = (
    datetime.timedelta(minutes=1),
    datetime.timedelta(minutes=5),
    datetime.timedelta(minutes=30),
    datetime.timedelta(hours=2),
    datetime.timedelta(hours=12),
)
#: So often a job may be taken; one that goes on killing its workers never says that it failed.
MOST_ATTEMPTS = 20
AT_ONCE = 200
POSTPONED = datetime.timedelta(hours=1)


class WorkerLost(Exception):
    """A job was taken again and again and never came back."""


#: Waiting mends none of these.
_FOR_GOOD = (WorkerLost, HandlerGone)


@dataclass(frozen=True)
class JobContext:
    """What the handler of an automatic task (`qc:run="later"`) gets to see, outside any transaction.

    It may run more than once for one task, always with the same *key*: what it asks of others must be safe
    to repeat under that key. What it returns becomes variables of the case.
    """

    case: Case
    key: str
    attempt: int
    now: datetime.datetime

    @property
    def subject(self) -> Any:
        """The case's record as it stands."""
        flow = flow_for(self.case.flow_key)
        rows = flow.subject_class._default_manager.select_related(*flow.select_related)
        return rows.get(pk=self.case.subject_id)


def sweep(now: datetime.datetime | None = None) -> Counter[str]:
    """Do everything that is due at *now* (default: the clock), oldest first; counts what became of it."""
    moment, done = now or timezone.now(), Counter[str]()
    incidents.close_settled(moment)
    while keys := list(_due(moment).order_by("run_at", "id").values_list("pk", flat=True)[:AT_ONCE]):
        for key in keys:
            done[run(key, moment)] += 1
    return done


def run(job_id: UUID, now: datetime.datetime | None = None) -> str:
    """Do one job if it is due and nobody else is at it; gives `taken`, its new state, or `failed`."""
    moment = now or timezone.now()
    lease = {"lease_until": timezone.now() + LEASE, "attempts": F("attempts") + 1}
    if not _due(moment).filter(pk=job_id).update(**lease):
        return "taken"
    job = Job.objects.select_related("task__process").get(pk=job_id)
    try:
        if job.attempts > MOST_ATTEMPTS:
            raise WorkerLost(f"Taken {MOST_ATTEMPTS} times; the worker was lost each time.")
        return _DOERS[job.kind](job, moment)
    except Exception as error:
        logger.exception("Job %s (%s) failed, attempt %s", job.pk, job, job.attempts)
        return failed(job, error, moment)


@retrying
def failed(job: Job, error: Exception, now: datetime.datetime) -> str:
    """Put the job off, or make it an incident after the last try; gives its state, `failed` or `taken`."""
    job.error = f"{type(error).__name__}: {error}"[:2000]
    job.data = incidents.first_failure(job, now)
    if job.attempts <= len(BACK_OFF) and not isinstance(error, _FOR_GOOD):
        run_at = now + BACK_OFF[job.attempts - 1]
        put_off = {"error": job.error, "data": job.data, "lease_until": None, "run_at": run_at}
        return "failed" if _as_taken(job).update(**put_off) else "taken"
    with UnitOfWork(SYSTEM, now=now) as unit:
        case = _locked(unit, job) if job.case_id else None
        if not _as_taken(job).exists():
            return "taken"
        job.state, job.lease_until = JobState.INCIDENT, None
        unit.keep(job, ["error", "data", "lease_until", "state"])
        if case is not None:
            unit.record(case, "incident", task=job.task, kind_of_job=job.kind, error=type(error).__name__)
        incidents.report(unit, job, case)
    return JobState.INCIDENT


def _as_taken(job: Job) -> Any:
    """The job's row, unless somebody took or closed it since (the lease was over)."""
    return Job.objects.filter(pk=job.pk, state=JobState.WAITING, attempts=job.attempts)


def _due(now: datetime.datetime) -> Any:
    free = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
    return Job.objects.filter(free, state=JobState.WAITING, run_at__lte=now)


def _timer(job: Job, now: datetime.datetime) -> str:
    with UnitOfWork(SYSTEM, now=now) as unit:
        task = _task(unit, job)
        if task is None:
            return _close(unit, job, JobState.VOID)
        if task.process.is_suspended:
            return _postpone(unit, job)
        element = task.process.flow_class.model.elements[job.node_id]
        with unit.attempt(task.process):
            runtime.fire(task, element, "timer")
        return _again(unit, job) if job.repeat and task.is_open else _close(unit, job)


def _service(job: Job, now: datetime.datetime) -> str:
    task = job.task
    if task is None or not task.is_open:
        with UnitOfWork(SYSTEM, now=now) as unit:
            return _close(unit, job, JobState.VOID)
    if task.process.is_suspended:
        with UnitOfWork(SYSTEM, now=now) as unit:
            return _postpone(unit, job)
    code = ""
    values: Mapping[str, Any] = {}
    try:
        context = JobContext(task.process, task.pk.hex, job.attempts, now)
        values = task.flow_task.handler(context) or {}
    except ProcessError as error:
        code = error.code
    with UnitOfWork(SYSTEM, now=now) as unit:
        return _ran(unit, job, values, code)


def _ran(unit: UnitOfWork, job: Job, values: Mapping[str, Any], code: str) -> str:
    """The handler has come back: go on, if the case still waits for it."""
    task = _task(unit, job)
    if task is None:
        return _close(unit, job, JobState.VOID)
    with unit.attempt(task.process):
        if code:
            runtime.fail_job(task, code)
        else:
            runtime.finish_job(task, values)
    return _close(unit, job)


def _remind(job: Job, now: datetime.datetime) -> str:
    return _alarm(job, now, escalation.remind)


def _escalate(job: Job, now: datetime.datetime) -> str:
    return _alarm(job, now, escalation.escalate)


def _alarm(job: Job, now: datetime.datetime, sound: Callable[[UnitOfWork, Task], None]) -> str:
    with UnitOfWork(SYSTEM, now=now) as unit:
        task = _task(unit, job)
        if task is None:
            return _close(unit, job, JobState.VOID)
        if task.process.is_suspended:
            return _postpone(unit, job)
        sound(unit, task)
        return _close(unit, job)


def _start(job: Job, now: datetime.datetime) -> str:
    from processes.engine.starts import start_on_time

    with UnitOfWork(SYSTEM, now=now) as unit:
        start_on_time(job)
        return _again(unit, job) if job.repeat else _close(unit, job)


def _task(unit: UnitOfWork, job: Job) -> Task | None:
    """The job's task, its case locked; None when the task or the job itself is over."""
    case = _locked(unit, job)
    task = Task.objects.get(jobs=job.pk)
    job.refresh_from_db(fields=["state"])
    if not task.is_open or not case.is_open or job.state != JobState.WAITING:
        return None
    task.process = case
    unit.live.adopt(task)
    return task


def _locked(unit: UnitOfWork, job: Job) -> Case:
    if job.case_id is None:
        raise LookupError(f"Job {job.pk} belongs to no case.")
    case = Case.objects.select_for_update().get(pk=job.case_id)
    unit.cases[case.pk] = case
    return case


def _close(unit: UnitOfWork, job: Job, state: JobState = JobState.DONE) -> str:
    if job.state == JobState.WAITING:
        job.state, job.finished, job.lease_until = state, unit.now, None
        unit.keep(job, ["state", "finished", "lease_until"])
    return job.state


def _postpone(unit: UnitOfWork, job: Job) -> str:
    """A suspended case waits; looking again costs no attempt."""
    job.run_at, job.lease_until, job.attempts = unit.now + POSTPONED, None, job.attempts - 1
    unit.keep(job, ["run_at", "lease_until", "attempts"])
    return "postponed"


def _again(unit: UnitOfWork, job: Job) -> str:
    return "again" if rearm(job, unit.now) else _close(unit, job)


_DOERS: Mapping[str, Callable[[Job, datetime.datetime], str]] = {
    JobKind.TIMER: _timer,
    JobKind.SERVICE: _service,
    JobKind.REMIND: _remind,
    JobKind.ESCALATE: _escalate,
    JobKind.START: _start,
}

"""When timers fire, and putting down what the engine has to do by itself at a time."""

import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.dateparse import parse_duration

from common.expressions import evaluate
from processes.bpmn.model import Element, TimerSpec
from processes.engine.unit_of_work import current_unit_of_work
from processes.engine.workdays import add_workdays

if TYPE_CHECKING:
    from processes.models import Case, Job, Task


def first_run(
    element: Element, case: "Case | None", since: datetime.datetime | None = None
) -> datetime.datetime:
    """When the timer of *element* fires for the first time, counted from now (or *since*).

    Raises ValueError when a date computed from the case's variables is none.
    """
    spec = element.event.timer if element.event else None
    if spec is None:
        raise ValueError(f"{element.id} has no timer")
    if spec.kind == "date":
        return _date(spec, case)
    return after(spec.text, spec.workdays, since or current_unit_of_work().now)


def after(text: str, workdays: str, start: datetime.datetime) -> datetime.datetime:
    """*start* plus an ISO 8601 duration (or the one of a cycle), or plus school workdays."""
    if workdays:
        return add_workdays(start, int(workdays))
    duration = parse_duration(text.rpartition("/")[2])
    if duration is None:
        raise ValueError(f"{text!r} is no ISO 8601 duration")
    return start + duration


def repetitions(text: str) -> int | None:
    """How often a cycle such as `R3/PT1H` fires in all; None for ever."""
    count = text.partition("/")[0].removeprefix("R")
    return int(count) if count else None


def _date(spec: TimerSpec, case: "Case | None") -> datetime.datetime:
    value: Any = spec.text
    if spec.text.startswith("="):
        value = evaluate(spec.text[1:], case.flow_class.model.typed(case.variables) if case else {})
    moment = value if isinstance(value, datetime.datetime) else datetime.datetime.fromisoformat(str(value))
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def schedule(
    task: "Task | None",
    kind: str,
    node_id: str,
    run_at: datetime.datetime,
    *,
    repeat: str = "",
    data: dict[str, Any] | None = None,
) -> "Job":
    """Put down a job for *task*; it is written with the unit of work."""
    from processes.models import Job

    unit = current_unit_of_work()
    job = Job(
        case=task.process if task else None,
        task=task,
        kind=kind,
        flow_key=task.flow_key if task else "",
        node_id=node_id,
        run_at=run_at,
        repeat=repeat,
        data=data or {},
        created=unit.now,
    )
    unit.keep(job)
    return job


def rearm(job: "Job", now: datetime.datetime) -> bool:
    """Set a repeating timer anew; False when it has fired as often as it shall.

    What was missed while nobody swept is not made up for one by one.
    """
    fired, most = job.data.get("fired", 0) + 1, repetitions(job.repeat) if job.repeat else 1
    if most is not None and fired >= most:
        return False
    run_at = after(job.repeat, "", job.run_at)
    while run_at <= now:
        run_at = after(job.repeat, "", run_at)
    job.run_at, job.lease_until, job.attempts = run_at, None, 0
    job.data = {"fired": fired}
    current_unit_of_work().keep(job, ["run_at", "lease_until", "attempts", "data"])
    return True

"""Cases that begin by themselves: on time, or when a message comes."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from processes.actions import next_numbers
from processes.bpmn.model import MESSAGE, START_EVENT, TIMER
from processes.engine import runtime
from processes.engine.actor import SYSTEM, Agent
from processes.engine.timing import first_run
from processes.engine.unit_of_work import UnitOfWork, current_unit_of_work
from processes.models import Case, DefinitionVersion, Job, JobKind, JobState
from processes.queries import published_flow_class
from processes.registry import flow_for


@transaction.atomic
def arm_starts(version: DefinitionVersion, now: datetime.datetime) -> None:
    """Put down the timer starts of a version that begins to hold; those of the version before are void."""
    key = version.definition.key
    old = Job.objects.filter(kind=JobKind.START, flow_key=key, state=JobState.WAITING)
    old.update(state=JobState.VOID, finished=now)
    for element in published_flow_class(key).model.of_type(START_EVENT):
        spec = element.event.timer if element.is_event(TIMER) and element.event else None
        if spec is not None:
            with UnitOfWork(SYSTEM, now=now):
                run_at = first_run(element, None)
            repeat = spec.text if spec.kind == "cycle" else ""
            Job.objects.create(
                kind=JobKind.START, flow_key=key, node_id=element.id, run_at=run_at, repeat=repeat
            )


def start_on_time(job: Job) -> list[Case]:
    """Start a case on every record the flow names for this time, in the unit of work that closes *job*."""
    flow, now = flow_for(job.flow_key), current_unit_of_work().now
    wanted = list(flow.timed_subjects(now))
    numbers = next_numbers(None, len(wanted)) if wanted else []
    return [
        runtime.start(flow, subject, initiator, number, at=job.node_id)
        for (subject, initiator), number in zip(wanted, numbers, strict=True)
    ]


def start_by_message(
    flow_key: str, name: str, subject: Any, initiator: Any, by: Agent, values: Mapping[str, Any]
) -> Case:
    """Start a case with the message *name*. Raises LookupError when no start event waits for it."""
    model = published_flow_class(flow_key).model
    for element in model.of_type(START_EVENT):
        if element.is_event(MESSAGE) and element.event and element.event.name == name:
            flow, number = flow_for(flow_key), next_numbers(None)[0]
            with UnitOfWork(by):
                return runtime.start(flow, subject, initiator, number, at=element.id, values=values)
    raise LookupError(f"{flow_key} has no start event for the message {name!r}.")

"""Reusable reads about definitions, cases and tasks."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import BadInput, Refused
from common.expressions import ExpressionError
from processes import compiled
from processes.bpmn.back import applicants_step
from processes.bpmn.model import (
    END_EVENT,
    EXCLUSIVE_GATEWAY,
    INCLUSIVE_GATEWAY,
    SUB_PROCESS,
    USER_TASK,
    Element,
)
from processes.engine.returns import still_counting
from processes.engine.tokens import is_under
from processes.models import (
    Case,
    CaseState,
    Definition,
    DefinitionVersion,
    Event,
    Job,
    JobKind,
    JobState,
    Task,
    TaskType,
    VersionState,
)

if TYPE_CHECKING:
    from processes.engine.compiler import CaseFlow


def published_version(key: str) -> DefinitionVersion:
    """The version new cases of *key* start on. Raises Refused when it was retired, BadInput when none is."""
    version = (
        DefinitionVersion.objects.filter(definition__key=key, state=VersionState.PUBLISHED)
        .select_related("definition")
        .order_by("-number")
        .first()
    )
    if version is None:
        retired = Definition.objects.filter(key=key, versions__state=VersionState.RETIRED).first()
        if retired is not None:
            raise Refused(_("“%(title)s” takes no new cases at present.") % {"title": retired.title})
        raise BadInput(
            _("No published definition “%(key)s”. Run “manage.py load_definitions”.") % {"key": key}
        )
    return version


def published_flow_class(key: str) -> "type[CaseFlow]":
    """The compiled class of the published version of *key*."""
    version = published_version(key)
    return getattr(compiled, f"{key}_v{version.number}")


def open_tasks(case: Case) -> QuerySet[Task]:
    """The tasks of *case* that still wait for a person."""
    rows = Task.objects.filter(process=case, finished=None, flow_task_type=TaskType.HUMAN)
    return rows.select_related("process", "unit")


def next_timer(case: Case) -> datetime.datetime | None:
    """When the chain goes on by itself if nobody acts before; None when no timer waits in *case*."""
    timers = Job.objects.filter(case=case, kind=JobKind.TIMER, state=JobState.WAITING)
    return timers.aggregate(first=Min("run_at"))["first"]


def cases_on(subject: Any) -> QuerySet[Case]:
    """All cases of a subject record, newest first."""
    kind = ContentType.objects.get_for_model(subject)
    return Case.objects.filter(subject_type=kind, subject_id=subject.pk).order_by("-created")


def return_targets(task: Task, tasks: Iterable[Task] | None = None) -> list[Element]:
    """The earlier user tasks this case has passed and may be returned to, in order of the flow.

    With several paths under way only those on the task's own line count: a colleague's path beside it is
    none of its business. The applicant's step counts as passed even in a case that a message or a time began
    behind it. *tasks* are those of the case, if the caller has them.
    """
    model = task.flow_task.flow_class.model
    earlier = model.reachable(task.node_id, backwards=True) - {task.node_id}
    if tasks is None:
        kinds = (TaskType.HUMAN, TaskType.GROUP)
        rows = Task.objects.filter(process_id=task.process_id, host=None, flow_task_type__in=kinds)
        tasks = rows.order_by("created", "id")
    passed = {
        row.node_id
        for row in still_counting(tasks)
        if is_under(task.token, row.token) or is_under(row.token, task.token)
    } | {applicants_step(model)}
    return [element for element in model.of_type(USER_TASK) if element.id in earlier & passed]


def expected_route(case: Case, after: str) -> list[Element]:
    """The user tasks that follow the element *after* if nothing changes, by the case's variables."""
    flow_class: type[CaseFlow] = case.flow_class
    model, route, seen = flow_class.model, [], {after}
    waiting = [*_expected_next(flow_class, case, model.elements[after])]
    while waiting:
        here = waiting.pop(0)
        if here in seen:
            continue
        seen.add(here)
        element = model.elements[here]
        if element.type == USER_TASK:
            route.append(element)
        waiting += _expected_next(flow_class, case, element)
    return route


def _expected_next(flow_class: "type[CaseFlow]", case: Case, element: Element) -> list[str]:
    """Where tokens go on from *element* if nothing special happens; nowhere when that cannot be said yet."""
    model = flow_class.model
    if element.type == END_EVENT and element.parent:
        return [flow.target for flow in model.outgoing(element.parent)]
    start = model.start_of(element.id) if element.type == SUB_PROCESS else None
    if start is not None:
        return [start.id]
    if element.type not in (EXCLUSIVE_GATEWAY, INCLUSIVE_GATEWAY):
        return [flow.target for flow in model.outgoing(element.id)]
    node = flow_class.node_for(element.id)
    try:
        flows = node.holding(model.typed(case.variables)) if len(node.flows) > 1 else node.flows
    except ExpressionError:
        return []  # deciding will say why
    return [flow.target for flow in (flows[:1] if element.type == EXCLUSIVE_GATEWAY else flows)]


@dataclass(frozen=True)
class Step:
    """One line of a case's history for people to read."""

    kind: str
    at: datetime.datetime
    element: Element | None
    person: User | None
    acting_for: User | None
    reason_code: str
    text: str
    target: Element | None
    fields: tuple[str, ...]
    note: dict[str, Any]
    channel: str
    people: tuple[User, ...] = ()
    """Whom it was done to: who got the task, was asked, mentioned, sent a copy."""
    data: dict[str, Any] = field(default_factory=dict)
    task_id: UUID | None = None
    before: User | None = None
    """Who was the applicant until then."""


def history(case: Case) -> list[Step]:
    """The case's events in order, with the people's names (two queries)."""
    return steps_of(list(Event.objects.filter(case=case).order_by("seq")), case.flow_class.model.elements)


def steps_of(events: Sequence[Event], elements: Mapping[str, Element]) -> list[Step]:
    """*events* for people to read, with the people's names (one query)."""
    wanted = {event.actor_id for event in events} | {event.acting_for_id for event in events}
    wanted |= {UUID(key) for event in events for key in event.content.get("people", ())}
    wanted |= {UUID(event.content["handed_from"]) for event in events if "handed_from" in event.content}
    people = User.objects.in_bulk([key for key in wanted if key])
    return [_step(event, people, elements) for event in events]


def _step(event: Event, people: dict[UUID, User], elements: Any) -> Step:
    data = event.content
    return Step(
        kind=event.kind,
        at=event.at,
        element=elements.get(event.node_id),
        person=people.get(event.actor_id) if event.actor_id else None,
        acting_for=people.get(event.acting_for_id) if event.acting_for_id else None,
        reason_code=data.get("reason_code", ""),
        text=data.get("text", ""),
        target=elements.get(data.get("target", "")),
        fields=tuple(data.get("fields", ())),
        note=data.get("note", {}),
        channel=event.channel,
        people=tuple(people[UUID(key)] for key in data.get("people", ()) if UUID(key) in people),
        data=data,
        task_id=event.task_id,
        before=people.get(UUID(data["handed_from"])) if "handed_from" in data else None,
    )


def signer_tasks(case: Case) -> frozenset[UUID]:
    """The tasks of those who were asked to sign beside a decision of *case*."""
    signers = Task.objects.filter(
        process=case, flow_task_type=TaskType.HUMAN, host__flow_task_type=TaskType.HUMAN
    )
    return frozenset(signers.values_list("pk", flat=True))


@dataclass(frozen=True)
class Stop:
    """One stop of the parcel line: a step that is done, where the case is, or one to come.

    *people* are those who have it now, when it is not a pool: an assignee, voters, signers. *voted* are those
    who have answered on a joint decision, done or still counting, in the order in which they were asked.
    """

    element: Element | None
    state: str  # done | current | waiting | final
    person: User | None = None
    at: datetime.datetime | None = None
    task: Task | None = None
    people: tuple[User, ...] = ()
    voted: tuple[User, ...] = ()

    @property
    def is_joint(self) -> bool:
        """Whether several people decide it together."""
        return self.task is not None and self.task.flow_task_type == TaskType.GROUP

    @property
    def agreed(self) -> bool:
        """Whether those who were asked together agreed; a chain may go on all the same."""
        return self.task is not None and self.task.outcome == "approve"


def position(case: Case) -> list[Stop]:
    """The case as a parcel line: what was passed in the present round, who has it, what comes next."""
    tasks = list(
        Task.objects.filter(process=case, flow_task_type__in=[TaskType.HUMAN, TaskType.GROUP])
        .select_related("decided_by", "owner", "unit")
        .order_by("created", "id")
    )
    stops, waiting = _passed(tasks), [task for task in tasks if task.finished is None]
    for task in waiting:
        if not any(task.host_id == other.pk for other in waiting):
            stops.append(_current(task, tasks))
    stops += [Stop(element, "waiting") for element in _ahead(case, waiting)]
    if case.finished is None or case.state == CaseState.APPROVED:
        done = case.state == CaseState.APPROVED
        stops.append(Stop(None, "done" if done else "final", at=case.finished))
    return stops


def _current(task: Task, tasks: Sequence[Task]) -> Stop:
    """A step that waits, with everybody who was asked in person and has not answered."""
    asked = [task.owner, *(part.owner for part in parts_of(task.pk, tasks) if part.finished is None)]
    people = tuple(dict.fromkeys(person for person in asked if person is not None))
    return Stop(task.element, "current", task.owner, task.created, task, people, _voted(task, tasks))


def _ahead(case: Case, waiting: Iterable[Task]) -> list[Element]:
    """What is expected behind all steps that wait, each once."""
    here = {task.node_id for task in waiting}
    routes = [expected_route(case, task.node_id) for task in waiting]
    ahead = {element.id: element for route in routes for element in route if element.id not in here}
    return list(ahead.values())


def _passed(tasks: Sequence[Task]) -> list[Stop]:
    """Forward steps that still count: a return or withdrawal wipes out what came after its target."""
    return [
        Stop(task.element, "done", task.decided_by, task.finished, task, voted=_voted(task, tasks))
        for task in still_counting(tasks)
    ]


def _voted(group: Task, tasks: Iterable[Task]) -> tuple[User, ...]:
    """Who has answered on a joint decision; nobody where one person decides."""
    if group.flow_task_type != TaskType.GROUP:
        return ()
    return tuple(vote.decided_by for vote in parts_of(group.pk, tasks) if vote.decided_by is not None)


def parts_of(key: UUID, tasks: Iterable[Task]) -> list[Task]:
    """The votes of the joint decision *key*, in the order of who was asked; of a step, its signers."""
    parts = (each for each in tasks if each.host_id == key)
    return sorted(parts, key=lambda part: part.data.get("member", 0))  # rows made together have no order

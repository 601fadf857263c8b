"""What can happen to a case, inside an open unit of work. Rules are the callers' (`approvals/`).

Every function changes the case, writes one event and leaves the flush to the unit of work.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from viewflow.workflow.status import PROCESS

from accounts.models import Unit
from processes.engine.compiler import CaseFlow
from processes.engine.context import CaseChange, Decision, HandlerContext
from processes.engine.nodes import UserTaskActivation
from processes.engine.unit_of_work import UnitOfWork, current_unit_of_work
from processes.models import Case, CaseState, Task
from processes.queries import published_flow_class
from processes.registry import FlowRegistration, SubjectCard, flow_for

if TYPE_CHECKING:
    from accounts.models import User

#: Outcomes with which a task moves the token on along its outgoing flow.
FORWARD = frozenset({"submit", "approve"})


def start(flow: FlowRegistration, subject: Any, initiator: "User", number: str) -> Case:
    """Open a case on *subject* with the published version; its first task goes to *initiator*."""
    unit, flow_class = current_unit_of_work(), published_flow_class(flow.key)
    case = Case(
        flow_class=flow_class,
        version_id=flow_class.version_id,
        flow_key=flow.key,
        number=number,
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        initiator=initiator,
        created=unit.now,
    )
    unit.remember(("subjects", case.subject_type_id), dict)[subject.pk] = subject
    _copy_card(case, flow.describe(subject))
    case.variables = dict(flow.variables(subject))
    unit.cases[case.pk] = case
    case.save()
    with unit.attempt(case):
        flow_class.start_node.run(case)
        _record(unit, case, "started", None, None)
    return case


def complete(task: Task, decision: Decision) -> None:
    """Finish *task* with a forward outcome and move the token on to where people are asked again."""
    unit, case = current_unit_of_work(), task.process
    activation = _decided(task, decision)
    if decision.outcome == "submit":
        _submitted(case, task, decision)
    activation.activate_next()
    _record(unit, case, "submitted" if decision.outcome == "submit" else "approved", task, decision)


def send_back(task: Task, decision: Decision) -> None:
    """Finish *task* with a return and open the element *decision.target* again (empty: the first task)."""
    unit, case = current_unit_of_work(), task.process
    flow_class: type[CaseFlow] = case.flow_class
    target = decision.target or first_task_id(flow_class)
    activation = _decided(task, decision)
    reopened = flow_class.node_for(target)._create(activation, task.token, data=_correction(decision))
    if reopened.flow_task.element.is_initiators:
        case.state = CaseState.RETURNED
        _tell_flow(case, task, CaseChange("returned", decision))
    _record(unit, case, "returned", task, decision)


def close(task: Task, decision: Decision) -> None:
    """Finish *task* with a rejection; the case ends."""
    unit, case = current_unit_of_work(), task.process
    _decided(task, decision)
    _finish(unit, case, CaseState.REJECTED)
    _tell_flow(case, task, CaseChange("rejected", decision))
    _record(unit, case, "rejected", task, decision)


def pull_back(case: Case, open_tasks: Iterable[Task], decision: Decision) -> None:
    """The applicant takes the case back: what was open is void, the first task opens again (flows X1)."""
    unit = current_unit_of_work()
    flow_class: type[CaseFlow] = case.flow_class
    void = _void(open_tasks)
    flow_class.node_for(first_task_id(flow_class))._create(
        void[-1].flow_task.activation_class(void[-1]), void[-1].token
    )
    case.state = CaseState.DRAFT
    _tell_flow(case, None, CaseChange("withdrawn", decision))
    _record(unit, case, "withdrawn", None, decision)


def cancel(case: Case, open_tasks: Iterable[Task], decision: Decision) -> None:
    """End the case without a result."""
    unit = current_unit_of_work()
    _void(open_tasks)
    _finish(unit, case, CaseState.CANCELLED)
    _tell_flow(case, None, CaseChange("cancelled", decision))
    _record(unit, case, "cancelled", None, decision)


def first_task_id(flow_class: type[CaseFlow]) -> str:
    """The id of the initiator's task right after the start (lint guarantees it)."""
    model = flow_class.model
    return model.outgoing(flow_class.start_node.element.id)[0].target


def _copy_card(case: Case, card: SubjectCard) -> None:
    case.title, case.brief, case.search_text = card.title, card.brief, card.search_text
    case.cohort = card.cohort
    if case.unit_id != card.unit.pk:
        case.unit, case.units = card.unit, _units_above(card.unit)


def _units_above(unit: Unit) -> dict[str, int]:
    """Kind -> id for *unit* and every unit it lies in, looked up once per unit of work."""
    return current_unit_of_work().remember(
        ("units", unit.pk),
        lambda: {node.kind: node.pk for node in [*Unit.objects.get_ancestors(unit), unit]},
    )


def _submitted(case: Case, task: Task, decision: Decision) -> None:
    """Let the flow take over what was submitted, then refresh what the case knows of its subject."""
    flow = flow_for(case.flow_key)
    context = HandlerContext(current_unit_of_work(), case, task, decision)
    case.state, case.submitted_at = CaseState.IN_REVIEW, context.now
    flow.on_change(context, CaseChange("submitted", decision))
    _copy_card(case, flow.describe(context.subject))
    case.variables = dict(flow.variables(context.subject))
    case.save(update_fields=case.card_fields)


def _decided(task: Task, decision: Decision) -> UserTaskActivation:
    activation: UserTaskActivation = task.flow_task.activation_class(task)
    activation.decide(decision)
    activation.complete()
    return activation


def _correction(decision: Decision) -> dict[str, Any]:
    """What the person who gets a case back needs to see on the reopened task."""
    return {
        "reason_code": decision.reason_code,
        "reason_text": decision.text,
        "fields": list(decision.fields),
    }


def _void(open_tasks: Iterable[Task]) -> list[Task]:
    tasks = list(open_tasks)
    for task in tasks:
        task.flow_task.activation_class(task).cancel()
    return tasks


def _finish(unit: UnitOfWork, case: Case, state: str) -> None:
    case.status = PROCESS.CANCELED if state == CaseState.CANCELLED else PROCESS.DONE
    case.state = state
    case.finished = unit.now
    case.save(update_fields=case.finish_fields)


def _tell_flow(case: Case, task: Task | None, change: CaseChange) -> None:
    context = HandlerContext(current_unit_of_work(), case, task, change.decision)
    flow_for(case.flow_key).on_change(context, change)


def _record(unit: UnitOfWork, case: Case, kind: str, task: Task | None, decision: Decision | None) -> None:
    data: dict[str, Any] = {
        "state": case.state,
        "path": list(unit.path),
        "opened": [
            {"task": t.pk.hex, "node": t.node_id, "role": t.role, "unit": t.unit_id} for t in unit.opened
        ],
    }
    if decision is not None:
        data |= {
            "reason_code": decision.reason_code,
            "text": decision.text,
            "target": decision.target,
            "fields": list(decision.fields),
            "note": dict(decision.note),
        }
    unit.record(case, kind, task=task, **data)

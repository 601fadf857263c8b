"""What can happen to a case, inside an open unit of work. Rules are the callers' (`approvals/`).

Every function changes the case, writes one event and leaves the flush to the unit of work.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType

from accounts.models import Unit
from processes.bpmn.back import applicants_step
from processes.bpmn.model import MESSAGE, Element
from processes.engine import returns, scopes, walk
from processes.engine.calls import set_variables
from processes.engine.compiler import CaseFlow
from processes.engine.context import CaseChange, Decision, HandlerContext
from processes.engine.nodes import UserTaskActivation
from processes.engine.tokens import ROOT
from processes.engine.unit_of_work import Step, UnitOfWork, current_unit_of_work
from processes.models import Case, CaseState, Task
from processes.queries import published_flow_class
from processes.registry import FlowRegistration, SubjectCard, flow_for

if TYPE_CHECKING:
    from accounts.models import User


def start(
    flow: FlowRegistration,
    subject: Any,
    initiator: "User",
    number: str,
    *,
    at: str = "",
    values: Mapping[str, Any] | None = None,
    flow_class: type[CaseFlow] | None = None,
) -> Case:
    """Open a case on *subject*; its first task goes to *initiator*.

    *at* is the id of a message or timer start event; empty: the plain one. *values* become variables. It runs
    on *flow_class*, or on the published version.
    """
    unit = current_unit_of_work()
    case = _new_case(flow, subject, initiator.pk, number, flow_class=flow_class)
    _take(case, values or {})
    with unit.attempt(case):
        _send_off(unit, case, at)
        walk.run()
        record(unit, case, "started", None, None)
    return case


def begin(
    flow: FlowRegistration,
    subject: Any,
    initiator_id: UUID,
    number: str,
    *,
    caller: Task,
    variables: Mapping[str, Any],
) -> Case:
    """Open the case that *caller* waits for, inside the attempt of the calling one."""
    unit = current_unit_of_work()
    case = _new_case(flow, subject, initiator_id, number, caller)
    case.variables |= variables
    unit.live.watch(case)
    _send_off(unit, case, "")
    return case


def complete(task: Task, decision: Decision) -> None:
    """Finish *task* with what a person said and move the tokens on to where people are asked again."""
    unit, case = current_unit_of_work(), task.process
    _decided(task, decision)
    if decision.outcome == "submit":
        _submitted(case, task, decision)
    if not (decision.outcome == "submit" and returns.resume(task)):
        task.flow_task.completed(task)
    go_on(case, decision)
    record(unit, case, _SAID[decision.outcome], task, decision)


def go_on(case: Case, decision: Decision) -> None:
    """Move the tokens on; *decision* is what may have made a joint decision fail."""
    objected = current_unit_of_work().step(case).objected
    if objected is not None:  # before the tokens settle: a case with none left would be over
        _returned_by(objected, decision)
    walk.run()


def send_back(task: Task, decision: Decision) -> None:
    """Finish *task* with a return and open the element *decision.target* again (empty: the first task)."""
    unit, case = current_unit_of_work(), task.process
    _decided(task, decision)
    _returned_by(task, decision)
    record(unit, case, "returned", task, decision)


def close(task: Task, decision: Decision) -> None:
    """Finish *task* with a rejection; the case ends."""
    unit, case = current_unit_of_work(), task.process
    _decided(task, decision)
    _end_all(case, task)
    walk.finish(case, CaseState.REJECTED)
    walk.run()
    tell_flow(case, task, CaseChange("rejected", decision))
    record(unit, case, "rejected", task, decision)


def pull_back(case: Case, decision: Decision) -> None:
    """The applicant takes the case back: what was open is void, the first task opens again (flows X1)."""
    unit = current_unit_of_work()
    scopes.end_all(case, ROOT)
    case.flow_class.node_for(first_task_id(case.flow_class)).reopen(case, ROOT)
    case.go_to(CaseState.DRAFT)
    tell_flow(case, None, CaseChange("withdrawn", decision))
    record(unit, case, "withdrawn", None, decision)


def cancel(case: Case, decision: Decision, kind: str = "cancelled") -> None:
    """End the case without a result."""
    unit = current_unit_of_work()
    scopes.end_all(case, ROOT)
    walk.finish(case, CaseState.CANCELLED)
    walk.run()
    tell_flow(case, None, CaseChange("cancelled", decision))
    record(unit, case, kind, None, decision)


def fire(task: Task, element: Element, kind: str, **data: Any) -> None:
    """A timer or message has come: on the row that waits for it, or on the boundary of one."""
    unit, case = current_unit_of_work(), task.process
    unit.step(case)
    case.flow_class.node_for(element.id).fire(task)
    walk.run()
    record(unit, case, kind, task, None, node=element.id, **data)


def deliver(case: Case, name: str, values: Mapping[str, Any]) -> bool:
    """Give the message *name* to whatever waits for it first; *values* become declared variables.

    Gives False, changing nothing, when nothing waits for it.
    """
    unit = current_unit_of_work()
    for row in unit.live.of(case):
        for element in (row.element, *case.flow_class.model.boundaries(row.node_id)):
            event = element.event
            if event is not None and event.kind == MESSAGE and event.name == name:
                _take(case, values)
                fire(row, element, "message", message=name)
                return True
    return False


def finish_job(task: Task, values: Mapping[str, Any]) -> None:
    """An automatic task has run: its *values* become variables, the token goes on."""
    unit, case = current_unit_of_work(), task.process
    _take(case, values)
    task.flow_task.done(task)
    walk.run()
    record(unit, case, "job_done", task, None)


def fail_job(task: Task, code: str) -> None:
    """An automatic task ended with an error that a boundary event may catch."""
    unit, case = current_unit_of_work(), task.process
    unit.step(case)
    task.flow_task.failed(task, code)
    walk.run()
    record(unit, case, "job_error", task, None, code=code)


def first_task_id(flow_class: type[CaseFlow]) -> str:
    """The id of the initiator's task to which a case is returned; empty where only other processes call."""
    return applicants_step(flow_class.model)


def _new_case(
    flow: FlowRegistration,
    subject: Any,
    initiator_id: UUID,
    number: str,
    caller: Task | None = None,
    flow_class: type[CaseFlow] | None = None,
) -> Case:
    unit, flow_class = current_unit_of_work(), flow_class or published_flow_class(flow.key)
    case = Case(
        flow_class=flow_class,
        version_id=flow_class.version_id,
        flow_key=flow.key,
        number=number,
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        initiator_id=initiator_id,
        caller=caller,
        created=unit.now,
    )
    unit.remember(("subjects", case.subject_type_id), dict)[subject.pk] = subject
    _copy_card(case, flow.describe(subject))
    case.variables = dict(flow.variables(subject))
    unit.cases[case.pk] = case
    unit.live.begins(case)
    case.save()
    return case


def _send_off(unit: UnitOfWork, case: Case, at: str) -> None:
    start_event = case.flow_class.model.elements[at] if at else case.flow_class.model.start_of()
    unit.step(case)
    unit.agenda.append((case, case.flow_class.node_for(start_event.id), ROOT, ""))
    if at or not first_task_id(case.flow_class):  # nobody hands it in
        case.state, case.submitted_at = CaseState.IN_REVIEW, unit.now


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
    case.go_to(CaseState.IN_REVIEW)
    if task.node_id == first_task_id(case.flow_class):
        case.submitted_at = context.now
        flow.on_change(context, CaseChange("submitted", decision))
    else:
        flow.on_change(context, CaseChange("answered", decision))
    _copy_card(case, flow.describe(context.subject))
    case.variables = case.variables | dict(flow.variables(context.subject))
    case.save(update_fields=case.card_fields)


def _decided(task: Task, decision: Decision) -> None:
    activation: UserTaskActivation = task.flow_task.activation_class(task)
    activation.decide(decision)


def _returned_by(task: Task, decision: Decision) -> None:
    """Send the case back from *task*, and tell the flow when it lies with the applicant again."""
    case = task.process
    first = first_task_id(case.flow_class)
    target = decision.target or first
    reopened = returns.reopen(task, target, _correction(task, decision))
    if reopened.node_id == first:
        case.go_to(CaseState.RETURNED)
        tell_flow(case, task, CaseChange("returned", decision))


def _correction(task: Task, decision: Decision) -> dict[str, Any]:
    """What the person who gets a case back needs to see on the reopened task, and who sent it."""
    return {
        "reason_code": decision.reason_code,
        "reason_text": decision.text,
        "fields": list(decision.fields),
        "returned_from": task.node_id,
    }


def _end_all(case: Case, decided: Task) -> None:
    """Void whatever else is open; a plain chain has nothing else."""
    if case.flow_class.model.is_concurrent or decided.data.get("signed"):
        scopes.end_all(case, ROOT)


def _take(case: Case, values: Mapping[str, Any]) -> None:
    declared = case.flow_class.model.variables
    known = {name: value for name, value in values.items() if name in declared}
    if known:
        set_variables(case, known)


def tell_flow(case: Case, task: Task | None, change: CaseChange) -> None:
    """Let the flow's own code keep its record in step."""
    context = HandlerContext(current_unit_of_work(), case, task, change.decision)
    flow_for(case.flow_key).on_change(context, change)


_SAID = {"submit": "submitted", "approve": "approved", "object": "objected"}


def record(
    unit: UnitOfWork, case: Case, kind: str, task: Task | None, decision: Decision | None, **more: Any
) -> None:
    """One event for the case, and one for every other case that moved with it."""
    data: dict[str, Any] = _moves(unit.step(case)) | more
    if decision is not None:
        data |= {
            "reason_code": decision.reason_code,
            "text": decision.text,
            "target": decision.target,
            "fields": list(decision.fields),
            "note": dict(decision.note),
        }
    unit.record(case, kind, task=task, **data)
    for step in list(unit.steps.values()):
        if step.case is not case:
            unit.record(step.case, "moved", by_case=case.number, **_moves(step))


def _moves(step: Step) -> dict[str, Any]:
    return {
        "state": step.case.state,
        "path": list(step.path),
        "opened": [
            {"task": t.pk.hex, "node": t.node_id, "type": t.flow_task_type, "role": t.role, "unit": t.unit_id}
            for t in step.opened
        ],
        "skipped": list(step.skipped),
        "error": step.error,
    }

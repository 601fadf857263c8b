"""Call activities: a case that another case waits for, with data in and out."""

from typing import TYPE_CHECKING

from common.expressions import evaluate, stored
from processes.engine import errors, scopes
from processes.engine.context import CaseChange, HandlerContext
from processes.engine.nodes.base import close
from processes.engine.tokens import ROOT
from processes.engine.unit_of_work import current_unit_of_work
from processes.models import Case, CaseState, Task
from processes.registry import flow_for

if TYPE_CHECKING:
    from collections.abc import Iterator


def start_called(row: Task) -> Case:
    """Start the case that *row* waits for, on the subject its flow names for the caller's."""
    from processes.engine.runtime import begin

    caller, element = row.process, row.element
    flow = flow_for(element.called)
    context = HandlerContext(current_unit_of_work(), caller)
    given = caller.flow_class.model.typed(caller.variables)
    inputs = {m.target: stored(evaluate(m.source, given)) for m in element.inputs}
    number = f"{caller.number}.{current_unit_of_work().step(caller).name()}"
    return begin(
        flow, flow.called_on(context.subject), caller.initiator_id, number, caller=row, variables=inputs
    )


def returned(called: Case) -> None:
    """Let the calling case go on with what came out; anything but an approval is an error there."""
    row = _calling_row(called)
    if row.finished is not None or row.process.finished is not None:
        return
    caller, element = row.process, row.element
    if called.state != CaseState.APPROVED:
        errors.throw(caller, element, row.token, called.state, host=row)
        return
    given = called.flow_class.model.typed(called.variables)
    outputs = {m.target: evaluate(m.source, given) for m in element.outputs}
    if outputs:
        set_variables(caller, outputs)
    close(row, "done")
    row.flow_task.leave(caller, row.token)


def cancel_called(row: Task) -> None:
    """The calling case went another way: end the called one."""
    unit = current_unit_of_work()
    for called in _called_by(row):
        unit.live.watch(called)
        scopes.end_all(called, ROOT)
        called.caller_id = None  # nobody waits for it any more
        from processes.engine.walk import finish

        finish(called, CaseState.CANCELLED)
        called.caller_id = row.pk
        context = HandlerContext(unit, called)
        flow_for(called.flow_key).on_change(context, CaseChange("cancelled"))
        unit.step(called)


def set_variables(case: Case, values: dict[str, object]) -> None:
    """Give variables of a case new values, times as ISO texts."""
    case.variables = case.variables | {name: stored(value) for name, value in values.items()}
    case.save(update_fields=["variables"])


def _calling_row(called: Case) -> Task:
    """The row of the calling case, that case locked and at hand."""
    unit = current_unit_of_work()
    row = unit.live.find(called.caller_id)
    if row is None:
        row = Task.objects.get(called=called.pk)
        case = unit.cases.get(row.process_id)
        if case is None:
            case = unit.locking(Case.objects.filter(pk=row.process_id)).get()
            unit.cases[case.pk] = case
            row.refresh_from_db()
        row.process = case
        unit.live.adopt(row)
    unit.live.watch(row.process)
    unit.step(row.process)
    return row


def _called_by(row: Task) -> "Iterator[Case]":
    unit = current_unit_of_work()
    known = [case for case in unit.cases.values() if case.caller_id == row.pk]
    found = unit.locking(Case.objects.filter(caller=row, finished=None))
    for case in known or list(found):
        if case.finished is None:
            unit.cases[case.pk] = case
            yield case

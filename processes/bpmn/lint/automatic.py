"""What runs by itself: handlers, business rules, called processes."""

from collections.abc import Iterator, Mapping

from common.expressions import SAMPLES, check_condition, check_value
from processes.bpmn.lint.problems import CalledFlow, Catalogue, Check, Problem, listed, meant, on, shown
from processes.bpmn.model import (
    BUSINESS_RULE_TASK,
    CALL_ACTIVITY,
    SEND_TASK,
    SERVICE_TASK,
    DataMapping,
    Element,
    Model,
)


def _handlers(model: Model, catalogue: Catalogue) -> Iterator[Problem]:
    for task in model.of_type(SERVICE_TASK, SEND_TASK):
        handler = task.settings.get("handler", "")
        if not handler:
            yield on(task, "no-handler", "The task names no handler.", "Set qc:handler.")
        elif catalogue.handlers is not None and handler not in catalogue.handlers:
            message = f"The handler {shown(handler)} does not exist."
            yield on(task, "unknown-handler", message, f"Use one of {listed(catalogue.handlers)}.")
        run = task.settings.get("run", "now")
        if run not in ("now", "later"):
            message = f"qc:run={shown(run)} is neither now nor later."
            yield on(task, "choice", message, "Write now (in the decision) or later (after it, as a job).")


def _rules(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    declared = _declared(model.variables)
    for task in model.of_type(BUSINESS_RULE_TASK):
        result = task.settings.get("result", "")
        if result not in declared:
            message = f"qc:result={shown(result)} is no declared variable."
            yield on(task, "result", message, f"Declared variables: {listed(declared)}.")
        yield from _order(task)
        for number, rule in enumerate(task.rules, start=1):
            wrong = rule.when and check_condition(rule.when, declared)
            if wrong:
                message = f"Rule {number}: the condition `{rule.when[:80]}` {wrong}."
                yield on(task, "bad-rule", message, f"Declared variables: {listed(declared)}.")
            wanted = [declared[result]] if result in declared else []
            wrong = check_value(rule.value, declared, *wanted)
            if wrong:
                message = f"Rule {number}: the value `{rule.value[:80]}` {wrong}."
                yield on(task, "bad-rule", message, "Write texts in quotes; the type is the variable's.")


def _order(task: Element) -> Iterator[Problem]:
    always = [number for number, rule in enumerate(task.rules, start=1) if not rule.when]
    if not task.rules:
        message = "The business rule task has no rule."
        yield on(task, "no-rule", message, "Add <qc:rule> lines to its extension elements.")
    elif not always:
        message = "No rule holds when all conditions fail."
        yield on(task, "no-otherwise", message, "Add a last rule without a condition.")
    elif always[0] != len(task.rules):
        message = f"Rule {always[0]} always holds, so those after it are never looked at."
        yield on(task, "rule-order", message, "Put the rule without a condition last.")


def _calls(model: Model, catalogue: Catalogue) -> Iterator[Problem]:
    for call in model.of_type(CALL_ACTIVITY):
        called: CalledFlow | None = None
        if not call.called:
            message = "The call activity names no definition."
            yield on(call, "no-called", message, "Set calledElement to the key of a definition.")
        elif call.called == model.id or _leads_back(model.id, call.called, catalogue.flows or {}):
            message = f"Calling {shown(call.called)} leads back here, so it would never end."
            yield on(call, "call-cycle", message, "Break the circle of calls.")
        elif catalogue.flows is not None:
            called = catalogue.flows.get(call.called)
            yield from _callable(call, called, catalogue.flows)
        yield from _data(model, call, called)


def _callable(call: Element, called: CalledFlow | None, flows: Mapping[str, CalledFlow]) -> Iterator[Problem]:
    if called is None:
        message = f"There is no definition {shown(call.called)}."
        yield on(call, "unknown-flow", message, meant(call.called, flows))
    elif not called.can_be_called:
        message = f"The definition {shown(call.called)} has no plain start event at which a call could begin."
        yield on(call, "cannot-be-called", message, "Give it a plain start event, or call another one.")


def _leads_back(key: str, called: str, flows: Mapping[str, CalledFlow]) -> bool:
    seen, waiting = {called}, [called]
    while waiting:
        flow = flows.get(waiting.pop())
        for other in flow.calls - seen if flow else ():
            if other == key:
                return True
            seen.add(other)
            waiting.append(other)
    return False


def _data(model: Model, call: Element, called: CalledFlow | None) -> Iterator[Problem]:
    """Data goes in from our variables to theirs, and comes out from theirs to ours."""
    ours, theirs = _declared(model.variables), None if called is None else _declared(called.variables)
    yield from _mapped(call, "in", call.inputs, ours, theirs)
    yield from _mapped(call, "out", call.outputs, theirs, ours)


def _mapped(
    call: Element,
    name: str,
    mappings: tuple[DataMapping, ...],
    sources: Mapping[str, str] | None,
    targets: Mapping[str, str] | None,
) -> Iterator[Problem]:
    filled: set[str] = set()
    for mapping in mappings:
        kind = (targets or {}).get(mapping.target)
        if not mapping.target or (targets is not None and kind is None):
            message = f"qc:{name}: there is no variable {shown(mapping.target)} to fill."
            hint = f"Declared there: {listed(targets or ())}." if targets is not None else "Name a variable."
            yield on(call, "bad-data", message, hint)
        elif mapping.target in filled:
            message = f"qc:{name}: the variable {shown(mapping.target)} is filled twice."
            yield on(call, "bad-data", message, "Keep one of them.")
        filled.add(mapping.target)
        wrong = None if sources is None else check_value(mapping.source, sources, *([kind] if kind else []))
        if wrong or not mapping.source:
            message = f"qc:{name}: the source `{mapping.source[:80]}` {wrong or 'is empty'}."
            yield on(call, "bad-data", message, f"Variables there: {listed(sources or ())}.")


def _declared(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables of a known type."""
    return {name: kind for name, kind in variables.items() if kind in SAMPLES}


CHECKS: tuple[Check, ...] = (_handlers, _rules, _calls)

"""How elements are connected: starts, ends, and what may lead where."""

from collections import Counter
from collections.abc import Iterator

from processes.bpmn.back import applicants_step
from processes.bpmn.lint.problems import Catalogue, Check, Problem, on, shown
from processes.bpmn.lint.text import WORDS
from processes.bpmn.model import (
    ACTIVITIES,
    BOUNDARY_EVENT,
    CATCH_EVENT,
    END_EVENT,
    ERROR,
    EXCLUSIVE_GATEWAY,
    GATEWAYS,
    INCLUSIVE_GATEWAY,
    MESSAGE,
    START_EVENT,
    SUB_PROCESS,
    TERMINATE,
    TIMER,
    USER_TASK,
    Element,
    Model,
)

#: With one of these codes, how tokens move cannot be told.
DISCONNECTED = frozenset(
    {
        "unsupported",
        "duplicate-id",
        "no-id",
        "no-start",
        "several-starts",
        "start-entered",
        "no-end",
        "end-left",
        "dangling",
        "crosses-scope",
        "one-way-out",
        "unreachable",
        "no-way-out",
        "boundary-entered",
        "boundary-on-nothing",
        "event-gateway-target",
    }
)
_ONE_WAY_OUT = ACTIVITIES | {START_EVENT, CATCH_EVENT, BOUNDARY_EVENT}
_DECIDING = frozenset({EXCLUSIVE_GATEWAY, INCLUSIVE_GATEWAY})


def _starts(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    starts: dict[str, list[Element]] = {"": []}
    starts.update((scope.id, []) for scope in model.of_type(SUB_PROCESS))
    for start in model.of_type(START_EVENT):
        starts.setdefault(start.parent, []).append(start)
        if model.incoming(start.id):
            yield on(start, "start-entered", "A sequence flow leads into the start event.", "Remove it.")
    for scope, inside in starts.items():
        if not inside:
            yield _in_scope(model, scope, "no-start", "There is no start event.", "Add one.")
        yield from _inner_starts(inside) if scope else _outer_starts(inside)


def _outer_starts(starts: list[Element]) -> Iterator[Problem]:
    for extra in [start for start in starts if start.event is None][1:]:
        yield on(extra, "several-starts", "A second plain start event.", "Keep one.")
    messages: Counter[str] = Counter()
    for start in starts:
        if start.event is not None and start.event.kind not in (TIMER, MESSAGE):
            yield _not_run(start, "Use a plain, a timer or a message start event.")
        elif start.event is not None and start.event.name:
            messages[start.event.name] += 1
            if messages[start.event.name] == 2:
                words = f"A second start event for the message {shown(start.event.name)}."
                yield on(start, "same-message", words, "Keep one, or give them messages of their own.")


def _inner_starts(starts: list[Element]) -> Iterator[Problem]:
    for start in starts:
        if start.event is not None:
            yield _not_run(start, "A sub-process begins with a plain start event.")
    for extra in starts[1:]:
        yield on(extra, "several-starts", "A second start event in the sub-process.", "Keep one.")


def _ends(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    ends: dict[str, int] = {e.id: 0 for e in model.of_type(SUB_PROCESS)} | {"": 0}
    for end in model.of_type(END_EVENT):
        ends[end.parent] = ends.get(end.parent, 0) + 1
        if model.outgoing(end.id):
            yield on(end, "end-left", "A sequence flow leaves the end event.", "Remove it.")
        if end.event is not None and end.event.kind not in (TERMINATE, ERROR):
            yield _not_run(end, "Use a plain, a terminate or an error end event.")
    for scope, count in ends.items():
        if not count:
            yield _in_scope(model, scope, "no-end", "There is no end event.", "Add one.")


def _not_run(event: Element, hint: str) -> Problem:
    kind = event.event.kind if event.event else ""
    where = " in a sub-process" if event.type == START_EVENT and event.parent else ""
    return on(
        event, "unsupported", f"{WORDS[event.type]} with {kind}{where} is not run by this engine.", hint
    )


def _in_scope(model: Model, scope: str, code: str, message: str, hint: str) -> Problem:
    line = model.elements[scope].line if scope in model.elements else 0
    return Problem(code, scope or model.id, message, hint, line)


def _flows(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    named_already = {oddity.element_id for oddity in model.oddities if oddity.code == "unsupported"}
    for flow in model.flows.values():
        ends = (("source", flow.source), ("target", flow.target))
        missing = [(end, name) for end, name in ends if name not in model.elements]
        for end, name in missing:
            if name not in named_already:
                message = f"The {end} {shown(name)} of the sequence flow does not exist."
                yield on(flow, "dangling", message, "Connect it to an element.")
        if not missing and model.elements[flow.source].parent != model.elements[flow.target].parent:
            yield on(
                flow,
                "crosses-scope",
                "The sequence flow crosses the border of a sub-process.",
                "Lead it to the sub-process itself; inside, begin at its start event.",
            )


def _ways_out(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    for element in model.elements.values():
        count = len(model.outgoing(element.id))
        if element.type in _ONE_WAY_OUT and count != 1:
            message = f"{count} sequence flows leave it; it needs exactly one."
            yield on(element, "one-way-out", message, "Use a gateway to branch.")
        elif element.type in GATEWAYS and not count:
            yield on(element, "one-way-out", "No sequence flow leaves the gateway.", "Connect it.")
        if element.default and element.type not in _DECIDING:
            message = f"{WORDS[element.type]} has no default flow."
            yield on(element, "default-outside-gateway", message, "Use an exclusive gateway to branch.")


def _conditions_in_place(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    for flow in model.flows.values():
        source = model.elements.get(flow.source)
        if not flow.condition or source is None:
            continue
        if source.type not in _DECIDING:
            yield on(
                flow,
                "condition-outside-gateway",
                "A condition on a flow that does not leave an exclusive or inclusive gateway.",
                "Put an exclusive gateway before it.",
            )
        elif len(model.outgoing(source.id)) == 1:
            yield on(
                flow,
                "condition-on-only-way",
                "A condition on the only flow that leaves the gateway; a case for which it does not hold "
                "would be stuck.",
                "Remove the condition, or add another way.",
            )


def _first_task(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    """The case opens with its initiator, who is also where a return goes by default.

    A process that only others call (`qc:called="true"`) has nobody to hand it in.
    """
    if model.settings.get("called") == "true":
        return
    start = model.start_of()
    flows = model.outgoing(start.id) if start else ()
    first = model.elements.get(flows[0].target) if len(flows) == 1 else None
    if first is not None and not (first.type == USER_TASK and first.is_initiators and first.loop is None):
        yield on(
            first,
            "first-task",
            "The first element must be a user task of the initiator.",
            'Put a user task with qc:initiator="true" right after the start.',
        )
    if start is None and not applicants_step(model):
        yield Problem(
            "no-initiator-task",
            model.id,
            "No user task that runs beside no other belongs to the initiator, so there is none to which a "
            "case can be returned.",
            'Add a user task with qc:initiator="true" outside of parallel paths and sub-processes.',
        )


CHECKS: tuple[Check, ...] = (_starts, _ends, _flows, _ways_out, _conditions_in_place, _first_task)

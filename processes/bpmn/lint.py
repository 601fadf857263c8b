"""Finding what is wrong with a definition, with the element and the way to mend it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from common.expressions import SAMPLES, check_condition
from processes.bpmn.model import (
    END_EVENT,
    EXCLUSIVE_GATEWAY,
    SERVICE_TASK,
    START_EVENT,
    USER_TASK,
    Element,
    Model,
    SequenceFlow,
)
from processes.bpmn.reader import BpmnError, read


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: a stable code, the element it sits on, what is wrong and how to mend it."""

    code: str
    element_id: str
    message: str
    hint: str = ""
    line: int = 0

    def __str__(self) -> str:
        where = f"{self.element_id or '-'} (line {self.line})" if self.line else self.element_id or "-"
        return f"{where}: {self.message} [{self.code}]" + (f"\n    {self.hint}" if self.hint else "")


@dataclass(frozen=True)
class Catalogue:
    """The names a definition may use; None means: not checked."""

    roles: frozenset[str] | None = None
    units: frozenset[str] | None = None
    handlers: frozenset[str] | None = None


ANYTHING = Catalogue()

#: What the columns of cases and tasks hold.
MAX_ID_LENGTH = 80
MAX_KEY_LENGTH = 60

Check = Callable[[Model, Catalogue], Iterable[Problem]]


def lint_text(text: str | bytes, catalogue: Catalogue = ANYTHING) -> list[Problem]:
    """Every problem of *text*; an unreadable text is one problem. Never raises on bad input."""
    try:
        model = read(text)
    except BpmnError as error:
        return [Problem("unreadable", "", str(error))]
    return lint(model, catalogue)


def lint(model: Model, catalogue: Catalogue = ANYTHING) -> list[Problem]:
    """Every problem of *model*, in document order per check."""
    return [problem for check in CHECKS for problem in check(model, catalogue)]


def _oddities(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    texts = {
        "unsupported": ("<{0}> is not run by this engine.", "Remove it or use another element."),
        "several-processes": ("A second process in one file.", "Keep one process a file."),
        "duplicate-id": ("The id is used more than once.", "Give every element an id of its own."),
        "bad-variable": (
            "The variable {0!r} has no usable name or is declared twice.",
            "Use a letter, then letters or digits.",
        ),
    }
    for oddity in model.oddities:
        message, hint = texts[oddity.code]
        yield Problem(oddity.code, oddity.element_id, message.format(oddity.detail), hint, oddity.line)


def _process(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    if len(model.id) > MAX_KEY_LENGTH:
        message = f"The process id is longer than {MAX_KEY_LENGTH} characters."
        yield Problem("long-id", model.id, message, "Shorten it.")
    if not model.id.isidentifier():
        yield Problem(
            "process-id",
            model.id,
            "The process id is the definition's key and must be an identifier.",
            "Use letters, digits and underscores.",
        )
    for name, kind in model.variables.items():
        if kind not in SAMPLES:
            yield Problem(
                "variable-type",
                model.id,
                f"The variable {name!r} has the unknown type {kind!r}.",
                f"Use one of {', '.join(SAMPLES)}.",
            )


def _ids(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    items: list[Element | SequenceFlow] = [*model.elements.values(), *model.flows.values()]
    for item in items:
        if len(item.id) > MAX_ID_LENGTH:
            message = f"The id is longer than {MAX_ID_LENGTH} characters."
            yield Problem("long-id", item.id, message, "Shorten it.", item.line)
        if not item.id:
            yield Problem("no-id", "", "An element has no id.", "Give it one.", item.line)


def _start(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    starts = list(model.of_type(START_EVENT))
    if not starts:
        yield Problem("no-start", model.id, "There is no start event.", "Add one.")
    for extra in starts[1:]:
        yield _on(extra, "several-starts", "A second start event.", "Keep one.")
    for start in starts:
        if model.incoming(start.id):
            yield _on(start, "start-entered", "A sequence flow leads into the start event.", "Remove it.")
        if start.details:
            yield _on(
                start,
                "unsupported",
                f"A start event with {start.details[0]} is not run by this engine.",
                "Use a plain start event.",
            )


def _end(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    ends = list(model.of_type(END_EVENT))
    if not ends:
        yield Problem("no-end", model.id, "There is no end event.", "Add one.")
    for end in ends:
        if model.outgoing(end.id):
            yield _on(end, "end-left", "A sequence flow leaves the end event.", "Remove it.")
        for detail in end.details:
            if detail != "terminateEventDefinition":
                yield _on(
                    end,
                    "unsupported",
                    f"An end event with {detail} is not run by this engine.",
                    "Use a plain or a terminate end event.",
                )


def _wiring(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    for flow in model.flows.values():
        for end, name in (("source", flow.source), ("target", flow.target)):
            if name not in model.elements:
                yield Problem(
                    "dangling",
                    flow.id,
                    f"The {end} {name!r} of the sequence flow does not exist.",
                    "Connect it to an element.",
                    flow.line,
                )
        if flow.condition and model.elements.get(flow.source, _NOBODY).type != EXCLUSIVE_GATEWAY:
            yield Problem(
                "condition-outside-gateway",
                flow.id,
                "A condition on a flow that does not leave a gateway.",
                "Put an exclusive gateway before it.",
                flow.line,
            )
    for element in model.elements.values():
        out = len(model.outgoing(element.id))
        if element.type in (START_EVENT, USER_TASK, SERVICE_TASK) and out != 1:
            yield _on(
                element,
                "one-way-out",
                f"{out} sequence flows leave it; it needs exactly one.",
                "Use a gateway to branch.",
            )


def _reach(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    starts = [element.id for element in model.of_type(START_EVENT)]
    ends = [element.id for element in model.of_type(END_EVENT)]
    from_start = frozenset().union(*(model.reachable(start) for start in starts))
    to_end = frozenset().union(*(model.reachable(end, backwards=True) for end in ends))
    for element in model.elements.values():
        if starts and element.id not in from_start:
            yield _on(
                element, "unreachable", "No path from the start leads here.", "Connect it or remove it."
            )
        if ends and element.id not in to_end:
            yield _on(
                element, "no-way-out", "No path leads from here to an end.", "Connect it to an end event."
            )
    yield from _endless_loops(model)


def _endless_loops(model: Model) -> Iterator[Problem]:
    """Loops through which a case would run for ever because nobody is asked on the way.

    Automatic elements that lead to no automatic element, or come from none, are on no such loop; taking
    them away until none is left to take leaves the loops.
    """
    left = {e.id for e in model.elements.values() if e.type in (SERVICE_TASK, EXCLUSIVE_GATEWAY)}
    after = {key: {flow.target for flow in model.outgoing(key)} & left for key in left}
    before = {key: {flow.source for flow in model.incoming(key)} & left for key in left}
    ends = [key for key in left if not after[key] or not before[key]]
    while ends:
        key = ends.pop()
        if key not in left:
            continue
        left.discard(key)
        for ways, back in ((before, after), (after, before)):
            for other in ways[key] & left:
                back[other].discard(key)
                if not back[other]:
                    ends.append(other)
    for element_id in model.elements:
        if element_id in left:
            yield _on(
                model.elements[element_id],
                "endless-loop",
                "A loop without a user task would never stop.",
                "Put a user task into the loop.",
            )


def _gateways(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    for gateway in model.of_type(EXCLUSIVE_GATEWAY):
        flows = model.outgoing(gateway.id)
        if not flows:
            yield _on(gateway, "one-way-out", "No sequence flow leaves the gateway.", "Connect it.")
        if len(flows) > 1:
            yield from _branches(model, gateway)


def _branches(model: Model, gateway: Element) -> Iterator[Problem]:
    flows = model.outgoing(gateway.id)
    default = next((flow for flow in flows if flow.id == gateway.default), None)
    if default is None:
        yield _on(
            gateway,
            "no-default",
            "The gateway has no default flow, so a case could get stuck.",
            "Mark one outgoing flow as default.",
        )
    elif default.condition:
        yield Problem(
            "condition-on-default",
            default.id,
            "The default flow has a condition.",
            "Remove the condition.",
            default.line,
        )
    seen: dict[str, str] = {}
    for flow in flows:
        if flow is default:
            continue
        if not flow.condition:
            yield Problem(
                "no-condition",
                flow.id,
                "A flow that is not the default has no condition.",
                "Write one.",
                flow.line,
            )
            continue
        wrong = check_condition(flow.condition, {k: v for k, v in model.variables.items() if v in SAMPLES})
        if wrong:
            yield Problem(
                "bad-condition",
                flow.id,
                f"The condition `{flow.condition}` {wrong}.",
                "Declared variables: " + (", ".join(model.variables) or "none") + ".",
                flow.line,
            )
        if flow.condition in seen:
            yield Problem(
                "same-condition",
                flow.id,
                f"The same condition as {seen[flow.condition]}: it can never be taken.",
                "Change one of them.",
                flow.line,
            )
        seen.setdefault(flow.condition, flow.id)


def _user_tasks(model: Model, catalogue: Catalogue) -> Iterator[Problem]:
    for task in model.of_type(USER_TASK):
        for detail in task.details:
            yield _on(
                task, "unsupported", f"A user task with {detail} is not run by this engine.", "Remove it."
            )
        yield from _assignment(task, catalogue)
        days = task.settings.get("dueWorkdays", "1")
        if not (days.isdecimal() and 0 < int(days) <= 365):
            yield _on(
                task,
                "due",
                f"qc:dueWorkdays={days!r} is not a number of workdays from 1 to 365.",
                "Correct it.",
            )
        for name in ("initiator", "canReject", "batch"):
            if task.settings.get(name, "true") not in ("true", "false"):
                yield _on(
                    task,
                    "flag",
                    f"qc:{name}={task.settings[name]!r} is neither true nor false.",
                    "Correct it.",
                )
    yield from _first_task(model)


def _assignment(task: Element, catalogue: Catalogue) -> Iterator[Problem]:
    if task.is_initiators == bool(task.role):
        yield _on(
            task,
            "nobody",
            'It must say who does it: qc:initiator="true" or qc:role with qc:unit.',
            "Set one of them.",
        )
    if task.role:
        if catalogue.roles is not None and task.role not in catalogue.roles:
            yield _on(
                task,
                "unknown-role",
                f"The role {task.role!r} does not exist.",
                f"Use one of {', '.join(sorted(catalogue.roles))}.",
            )
        if not task.unit_kind or (catalogue.units is not None and task.unit_kind not in catalogue.units):
            known = ", ".join(sorted(catalogue.units or ()))
            yield _on(
                task,
                "unknown-unit",
                f"qc:unit={task.unit_kind!r} is no level of the organisation.",
                f"Use one of {known}." if known else "Name the level at which the role is held.",
            )


def _first_task(model: Model) -> Iterator[Problem]:
    """The case opens with its initiator, who is also where a return goes by default."""
    start = next(model.of_type(START_EVENT), None)
    flows = model.outgoing(start.id) if start else ()
    first = model.elements.get(flows[0].target) if len(flows) == 1 else None
    if first is not None and not (first.type == USER_TASK and first.is_initiators):
        yield _on(
            first,
            "first-task",
            "The first element must be a user task of the initiator.",
            'Put a user task with qc:initiator="true" right after the start.',
        )


def _service_tasks(model: Model, catalogue: Catalogue) -> Iterator[Problem]:
    for task in model.of_type(SERVICE_TASK):
        for detail in task.details:
            yield _on(
                task, "unsupported", f"A service task with {detail} is not run by this engine.", "Remove it."
            )
        handler = task.settings.get("handler", "")
        if not handler:
            yield _on(task, "no-handler", "The service task names no handler.", "Set qc:handler.")
        elif catalogue.handlers is not None and handler not in catalogue.handlers:
            yield _on(
                task,
                "unknown-handler",
                f"The handler {handler!r} does not exist.",
                f"Use one of {', '.join(sorted(catalogue.handlers)) or 'none registered'}.",
            )


def _on(element: Element, code: str, message: str, hint: str) -> Problem:
    return Problem(code, element.id, message, hint, element.line)


_NOBODY = Element(id="", type="")

CHECKS: tuple[Check, ...] = (
    _oddities,
    _process,
    _ids,
    _start,
    _end,
    _wiring,
    _reach,
    _gateways,
    _user_tasks,
    _service_tasks,
)

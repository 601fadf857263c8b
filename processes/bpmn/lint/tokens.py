"""How tokens move: joins that never complete, and what would run twice."""

from collections.abc import Iterator, Mapping

from processes.bpmn.lint.problems import Problem
from processes.bpmn.model import EXCLUSIVE_GATEWAY, INCLUSIVE_GATEWAY, Model
from processes.bpmn.soundness import Fault, faults
from processes.bpmn.soundness.net import DEAD_ELEMENT, DEAD_JOIN, ENTANGLED, NEVER_ENDS, RUNS_TWICE

_HINTS: Mapping[str, str] = {
    DEAD_JOIN: "Join the paths with an exclusive gateway if only one of them is taken, with an inclusive one "
    "if some may be; and let every path lead to the join.",
    RUNS_TWICE: "Join them before it with a parallel gateway; with an inclusive one if not all are taken.",
    DEAD_ELEMENT: "Remove it, or change the gateways before it.",
    NEVER_ENDS: "Let an exclusive gateway lead out of the loop, so that it is left at some time.",
    ENTANGLED: "Close every split with a join of the same kind, or put a part into a sub-process.",
}


def token_problems(model: Model) -> Iterator[Problem]:
    """Joins that never complete, what would run twice, and what no case gets past."""
    for fault in faults(model):
        element = model.elements.get(fault.element_id)
        line = element.line if element else 0
        yield Problem(fault.kind, fault.element_id, _message(model, fault), _HINTS[fault.kind], line)


def _message(model: Model, fault: Fault) -> str:
    other = model.elements.get(fault.other)
    if fault.kind == DEAD_JOIN:
        return _dead_join(fault.other, other.type if other else "")
    if fault.kind == RUNS_TWICE:
        where = f"side by side from {fault.other} on " if fault.other else "side by side "
        return f"Paths that are taken {where}meet here unjoined, so what follows would run twice."
    if fault.kind == DEAD_ELEMENT:
        return "No case ever gets past here."
    if fault.kind == NEVER_ENDS:
        return "A case that comes here goes round for ever; no way out of the loop ends it."
    return "Splits and joins around here are too entangled to tell whether every case gets to an end."


def _dead_join(other: str, kind: str) -> str:
    if kind == EXCLUSIVE_GATEWAY:
        taken = f"of which only one is taken at {other}"
    elif kind == INCLUSIVE_GATEWAY:
        taken = f"of which not all need be taken at {other}"
    else:
        taken = "of which not all need be taken"
    return f"A parallel gateway joins paths {taken}; a case would wait here for ever."

"""Whether the tokens of a case stand where its definition could have brought them by itself.

A sound definition comes to its end from wherever its tokens can be. So a case that was put somewhere, by a
migration or by a return behind one, can be finished if its tokens could also have got there together.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from processes.bpmn.model import EVENT_GATEWAY, SUB_PROCESS, Model
from processes.bpmn.soundness.positions import Marking, Position, markings
from processes.models import Task, TaskType


def misplaced(flow_class: Any, rows: Iterable[Task]) -> str:
    """The element at which a token stands that could not be there with the others; empty when all fit.

    *flow_class* is a compiled flow; *rows* are the open activations of one case, each at an element of it.
    """
    model, by_scope = flow_class.model, dict[str, list[Position]]()
    for position in _positions(model, list(rows)):
        by_scope.setdefault(model.elements[position[0]].parent, []).append(position)
    for scope, positions in by_scope.items():
        together, possible = frozenset(positions), _possible(flow_class)[scope]
        if possible is None or len(together) < len(positions) or together not in possible:
            return positions[-1][0]
    empty = [scope for scope in by_scope if scope and (scope, "") not in _above(model, by_scope, scope)]
    return empty[0] if empty else ""


@lru_cache(maxsize=64)
def _possible(flow_class: Any) -> "Mapping[str, frozenset[Marking] | None]":
    model: Model = flow_class.model
    scopes = ["", *(element.id for element in model.of_type(SUB_PROCESS))]
    return {scope: markings(model, scope) for scope in scopes}


def _above(model: Model, by_scope: Mapping[str, list[Position]], scope: str) -> list[Position]:
    return by_scope.get(model.elements[scope].parent, [])


def _positions(model: Model, rows: list[Task]) -> Iterator[Position]:
    """Each token once: parts of a task stand for it only when it is decided itself."""
    known, seen = {row.pk for row in rows}, set()
    for row in rows:
        if row.host_id in known:
            continue
        if row.flow_task_type == TaskType.JOIN:
            for flow_id, _token in row.data["arrived"]:
                yield row.node_id, model.flows[flow_id].source
            continue
        once = row.host_id or row.data.get("race") or row.pk
        if once not in seen:
            seen.add(once)
            yield (_gateway_of(model, row) if row.data.get("race") else row.node_id), ""


def _gateway_of(model: Model, row: Task) -> str:
    """The gateway that waits for the first of several events, *row* being one of them."""
    sources = (flow.source for flow in model.incoming(row.node_id))
    return next((s for s in sources if model.elements[s].type == EVENT_GATEWAY), row.node_id)

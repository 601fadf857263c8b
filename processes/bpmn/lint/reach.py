"""Where a case can come from and get to, and where it would go round for ever."""

from collections.abc import Iterator

from processes.bpmn.lint.problems import Catalogue, Check, Problem, on
from processes.bpmn.model import (
    BOUNDARY_EVENT,
    CALL_ACTIVITY,
    CATCH_EVENT,
    END_EVENT,
    ERROR,
    SEND_TASK,
    SERVICE_TASK,
    START_EVENT,
    USER_TASK,
    Element,
    Model,
)

Graph = dict[str, list[str]]

#: Where a case rests until something comes from outside.
_STOPS = frozenset({USER_TASK, CATCH_EVENT, CALL_ACTIVITY})


def _reach(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    if any(oddity.code == "unsupported" for oddity in model.oddities):
        return  # paths may lead over what could not be read
    starts = [e.id for e in model.of_type(START_EVENT) if not e.parent]
    ends = [e.id for e in model.of_type(END_EVENT) if not e.parent]
    from_start = model.reachable(*starts)
    to_end = model.reachable(*ends, backwards=True)
    for element in model.elements.values():
        if starts and element.id not in from_start:
            yield on(element, "unreachable", "No path from the start leads here.", "Connect it or remove it.")
        if ends and element.id not in to_end:
            yield on(
                element, "no-way-out", "No path leads from here to an end.", "Connect it to an end event."
            )


def _endless_loops(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    """Loops through which a case would run for ever because nobody and no time is waited for on the way."""
    for key in _on_loops(_automatic(model)):
        element = model.elements.get(key)
        if element is not None:
            yield on(
                element,
                "endless-loop",
                "A loop in which nothing is waited for would never stop.",
                "Put a user task or a timer into the loop.",
            )


def _automatic(model: Model) -> Graph:
    """How a token runs on without stopping; a sub-process is two places, its border in and its border out."""
    graph: Graph = {}
    for element in model.elements.values():
        if _stops(model, element):
            continue
        leaves = model.exit_of(element.id)
        graph.setdefault(leaves, []).extend(flow.target for flow in model.outgoing(element.id))
        if element.type == START_EVENT and element.parent:
            graph.setdefault(element.parent, []).append(element.id)
        if element.type == END_EVENT and element.parent and not element.is_event(ERROR):
            graph[leaves].append(model.exit_of(element.parent))
        if element.type in (SERVICE_TASK, SEND_TASK) or element.is_event(ERROR):
            _add_errors(model, element, graph)
    return graph


def _stops(model: Model, element: Element) -> bool:
    if element.type == USER_TASK:
        return element.settings.get("onEmpty") != "skip" and element.settings.get("onSame") != "skip"
    if element.type == BOUNDARY_EVENT:
        return not element.is_event(ERROR)
    return element.type in _STOPS


def _add_errors(model: Model, element: Element, graph: Graph) -> None:
    """Lead from what may throw an error to what may catch it, border by border."""
    if element.type == BOUNDARY_EVENT:
        return
    here = element.id
    if element.type != END_EVENT:
        graph[here] += [e.id for e in model.boundaries(here) if e.is_event(ERROR)]
    while element.parent in model.elements:
        element = model.elements[element.parent]
        thrown = f"{element.id}\0thrown"
        graph[here].append(thrown)
        if thrown in graph:
            return
        graph[thrown] = [e.id for e in model.boundaries(element.id) if e.is_event(ERROR)]
        here = thrown


def _on_loops(graph: Graph) -> list[str]:
    """The places that lie on a loop, in the order of the graph (Tarjan's components, without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    inside: set[str] = set()
    found: set[str] = set()
    for root in graph:
        if root in order:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(graph[root]))]
        order[root] = low[root] = len(order)
        stack.append(root)
        inside.add(root)
        while work:
            here, nexts = work[-1]
            there = next((each for each in nexts if each in graph), None)
            if there is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[here])
                if low[here] == order[here]:
                    found |= _component(here, stack, inside, graph)
            elif there not in order:
                order[there] = low[there] = len(order)
                stack.append(there)
                inside.add(there)
                work.append((there, iter(graph[there])))
            elif there in inside:
                low[here] = min(low[here], order[there])
    return [key for key in graph if key in found]


def _component(root: str, stack: list[str], inside: set[str], graph: Graph) -> set[str]:
    """Take the component of *root* off the stack; gives it if it is a loop."""
    members: set[str] = set()
    while root not in members:
        members.add(stack.pop())
    inside -= members
    return members if len(members) > 1 or root in graph[root] else set()


CHECKS: tuple[Check, ...] = (_reach, _endless_loops)

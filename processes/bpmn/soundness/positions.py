"""Where all tokens of a scope can rest together.

A position is an element at which a token waits, with an empty word; at a gateway that joins, the element
with the one from which the token came. What descends from a boundary event that does not interrupt may be
there or not.
"""

from processes.bpmn.model import BOUNDARY_EVENT, INCLUSIVE_GATEWAY, PARALLEL_GATEWAY, Model
from processes.bpmn.soundness.explore import Budget, resting
from processes.bpmn.soundness.net import Net, net_of

Position = tuple[str, str]
Marking = frozenset[Position]

#: Positions of all tokens that are looked at for one scope.
MAX_MARKINGS = 20_000
_JOINING = frozenset({PARALLEL_GATEWAY, INCLUSIVE_GATEWAY})


def markings(model: Model, scope: str) -> frozenset[Marking] | None:
    """Every set of positions in which the tokens of *scope* (empty: the process) can rest.

    None when there are too many to look at. The model must be sound.
    """
    net = net_of(model, scope)
    if net is None:
        return frozenset(frozenset({(element.id, "")}) for element in model.children(scope))
    found = resting(net, Budget(MAX_MARKINGS))
    if found is None:
        return None
    return frozenset(frozenset(_positions(model, net, edges)) for edges in found)


def is_joining(model: Model, element_id: str) -> bool:
    """Whether tokens wait for each other at the element."""
    return model.elements[element_id].type in _JOINING and len(model.incoming(element_id)) > 1


def _positions(model: Model, net: Net, edges: frozenset[tuple[int, int]]) -> "list[Position]":
    found = []
    for source, target in edges:
        if target < 0:
            continue
        here = net.nodes[target].joiner
        element = model.elements.get(here)
        if element is not None and element.type == BOUNDARY_EVENT and not element.interrupting:
            continue
        came = net.nodes[source].joiner if source >= 0 else ""
        found.append((here, came if element is not None and is_joining(model, here) else ""))
    return found

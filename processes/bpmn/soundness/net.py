"""The net of one scope: places where tokens come together and part, with steps left out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from processes.bpmn.model import (
    BOUNDARY_EVENT,
    END_EVENT,
    ERROR,
    GATEWAYS,
    INCLUSIVE_GATEWAY,
    PARALLEL_GATEWAY,
    START_EVENT,
    TERMINATE,
    Element,
    Model,
)

#: How tokens come together at a node, and how they part.
XOR, AND, OR = "exclusive", "parallel", "inclusive"

#: Instead of a node: the token ends; it ends and takes all others of the scope with it.
END, TERMINATION = -1, -2

DEAD_JOIN, RUNS_TWICE, DEAD_ELEMENT = "dead-join", "runs-twice", "dead-element"
NEVER_ENDS, ENTANGLED = "never-ends", "too-entangled"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at an element; *other* is where it began, if that is known."""

    kind: str
    element_id: str
    other: str = ""


@dataclass(slots=True)
class Node:
    """A place. *joiner* and *splitter* are the elements that it begins and ends with."""

    join: str
    split: str
    joiner: str
    splitter: str
    #: Whether something is done here, so that it matters how often a token comes.
    works: bool


@dataclass
class Net:
    """Nodes with the number of edges between them; `END` and `TERMINATION` only as targets."""

    nodes: dict[int, Node] = field(default_factory=dict)
    out: dict[int, dict[int, int]] = field(default_factory=dict)
    into: dict[int, dict[int, int]] = field(default_factory=dict)
    start: int = 0
    count: int = 0

    def add(self, join: str, split: str, element_id: str, *, works: bool = False) -> int:
        """A new node; gives its key."""
        key = self.count
        self.count += 1
        self.nodes[key] = Node(join, split, element_id, element_id, works)
        self.out[key], self.into[key] = {}, {}
        return key

    def connect(self, source: int, target: int, count: int = 1) -> None:
        """Add edges."""
        self.out[source][target] = self.out[source].get(target, 0) + count
        if target >= 0:
            self.into[target][source] = self.into[target].get(source, 0) + count

    def disconnect(self, source: int, target: int) -> int:
        """Take all edges between two nodes away; gives how many there were."""
        if target >= 0:
            self.into[target].pop(source, None)
        return self.out[source].pop(target, 0)

    def remove(self, key: int) -> None:
        """Take a node away that has no edges any more."""
        del self.nodes[key], self.out[key], self.into[key]

    def ways_in(self, key: int) -> int:
        """How many edges lead in."""
        return sum(self.into[key].values())

    def ways_out(self, key: int) -> int:
        """How many edges lead out."""
        return sum(self.out[key].values())

    @property
    def is_concurrent(self) -> bool:
        """Whether one token can become several."""
        return any(node.split != XOR and self.ways_out(key) > 1 for key, node in self.nodes.items())


def net_of(model: Model, scope: str) -> Net | None:
    """The net of a scope (empty: the process); None when it has one token at most and nothing joins."""
    inside = [e for e in model.children(scope) if e.type != END_EVENT]
    if not any(_matters(element) for element in inside):
        return None
    net, keys = Net(), dict[str, int]()
    for element in inside:
        keys[element.id] = _add(net, element)
    starts = [e for e in inside if e.type == START_EVENT]
    if len(starts) == 1:
        net.start = keys[starts[0].id]
    else:
        net.start = net.add(XOR, XOR, scope or model.id)
        for start in starts:
            net.connect(net.start, keys[start.id])
    for element in inside:
        _connect(net, model, element, keys)
    return net


def _matters(element: Element) -> bool:
    return element.type in (PARALLEL_GATEWAY, INCLUSIVE_GATEWAY) or (
        element.type == BOUNDARY_EVENT and not element.interrupting
    )


def _add(net: Net, element: Element) -> int:
    kind = {PARALLEL_GATEWAY: AND, INCLUSIVE_GATEWAY: OR}.get(element.type, XOR)
    return net.add(kind, kind, element.id, works=element.type not in GATEWAYS | {START_EVENT})


def _connect(net: Net, model: Model, element: Element, keys: dict[str, int]) -> None:
    here = keys[element.id]
    boundaries = [event for event in model.boundaries(element.id) if event.id in keys]
    beside = [event for event in boundaries if not event.interrupting]
    if beside:
        net.nodes[here].split = AND
        main = net.add(XOR, XOR, element.id)
        net.connect(here, main)
        for event in beside:
            perhaps = net.add(XOR, XOR, event.id)
            net.connect(here, perhaps)
            net.connect(perhaps, keys[event.id])
            net.connect(perhaps, END)
        here = main
    for target in _targets(model, element, keys):
        net.connect(here, target)
    for event in boundaries:
        if event.interrupting:
            net.connect(here, keys[event.id])


def _targets(model: Model, element: Element, keys: dict[str, int]) -> Iterator[int]:
    for flow in model.outgoing(element.id):
        target = model.elements[flow.target]
        if target.type != END_EVENT:
            yield keys[target.id]
        elif target.is_event(TERMINATE) or target.is_event(ERROR):
            yield TERMINATION
        else:
            yield END

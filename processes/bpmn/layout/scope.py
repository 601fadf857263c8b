"""What is to be drawn of a process or sub-process, and how large it is."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from processes.bpmn.model import BOUNDARY_EVENT
from processes.bpmn.parts import BPMN, QC, local

EVENT_SIZE, GATEWAY_SIZE = 36, 50
TASK_WIDTH, TASK_HEIGHT = 100, 80
#: Room that a boundary event takes on the lower edge of its host.
BOUNDARY_ROOM = 50
#: A name outside its shape: width of a letter, greatest width of a name, height of a line.
LETTER, NAME_WIDTH, LINE = 12, 90, 16
#: Sub-process: room for its name above, and on the other sides of what it holds.
SCOPE_HEAD, SCOPE_PAD = 40, 24
SCOPE_WIDTH, SCOPE_HEIGHT = 140, 100

#: Sub-processes of every kind; they are drawn open.
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_ACTIVITIES = SCOPES | {"task", "callActivity"}


@dataclass
class Node:
    """A shape: an element with its size and the boundary events on it (ids, left to right)."""

    id: str
    kind: str
    name: str
    width: float
    height: float
    boundaries: list[str] = field(default_factory=list)
    #: How much of the lower edge each of them takes, with its name.
    rooms: list[float] = field(default_factory=list)

    @property
    def is_gateway(self) -> bool:
        """Whether edges may also leave and enter above and below."""
        return self.kind.endswith("Gateway")


@dataclass(frozen=True)
class Edge:
    """A flow between two shapes of one scope; *port* is the boundary event it leaves, if it does.

    *usual* is the way that its source takes when no condition holds.
    """

    id: str
    source: str
    target: str
    name: str = ""
    port: str = ""
    usual: bool = False


@dataclass
class Scope:
    """The shapes and edges of one process or sub-process, in document order."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    #: Boundary event -> its name.
    ports: dict[str, str] = field(default_factory=dict)


def flow_nodes(scope: etree._Element) -> Iterator[etree._Element]:
    """The elements directly inside a process or sub-process that tokens pass, known to the engine or not."""
    for node in scope.iterchildren(f"{BPMN}*"):
        if node.get("id") and is_flow_node(local(node.tag)):
            yield node


def is_flow_node(tag: str) -> bool:
    """Whether elements of this tag are drawn as shapes that sequence flows may touch."""
    return tag in _ACTIVITIES or tag.endswith(("Task", "Event", "Gateway"))


def sequence_flows(scope: etree._Element) -> Iterator[etree._Element]:
    """The sequence flows directly inside a process or sub-process that have an id."""
    return (node for node in scope.iterchildren(f"{BPMN}sequenceFlow") if node.get("id"))


def read_scope(element: etree._Element) -> Scope:
    """Shapes and edges of a process or sub-process, without what its sub-processes hold."""
    found, hosts = Scope(), {}
    nodes = list({node.get("id", ""): node for node in reversed(list(flow_nodes(element)))}.values())[::-1]
    for node in nodes:
        if local(node.tag) != BOUNDARY_EVENT:
            found.nodes[node.get("id", "")] = _node(node)
    for node in nodes:
        key, host = node.get("id", ""), node.get("attachedToRef", "")
        if local(node.tag) != BOUNDARY_EVENT:
            continue
        if host in found.nodes and is_activity(found.nodes[host].kind):
            found.nodes[host].boundaries.append(key)
            found.nodes[host].rooms.append(max(BOUNDARY_ROOM, EVENT_SIZE + 8 + name_width(_name(node))))
            found.ports[key], hosts[key] = _name(node), host
        else:
            found.nodes[key] = _node(node)
    for host_node in found.nodes.values():
        host_node.width = max(host_node.width, sum(host_node.rooms[:-1]) + BOUNDARY_ROOM + 10)
    found.edges = list(_edges(element, found, hosts))
    return found


def is_activity(kind: str) -> bool:
    """Whether boundary events may sit on elements of this kind."""
    return kind in _ACTIVITIES or kind.endswith("Task")


def name_width(name: str) -> float:
    """About how wide a name outside its shape is drawn."""
    return min(NAME_WIDTH, 2 * math.ceil(_letters(name) * LETTER / 2))


def lines(name: str) -> int:
    """How many lines a name outside its shape takes, four at most."""
    return min(4, int(_letters(name) * LETTER / NAME_WIDTH) + 1)


def _edges(element: etree._Element, found: Scope, hosts: dict[str, str]) -> Iterator[Edge]:
    seen: set[str] = set()
    usual = {node.get("default", "") for node in flow_nodes(element)} - {""}
    for flow in sequence_flows(element):
        key, source, target = flow.get("id", ""), flow.get("sourceRef", ""), flow.get("targetRef", "")
        if key in seen or hosts.get(source, source) not in found.nodes or target not in found.nodes:
            continue
        seen.add(key)
        port = source if source in hosts else ""
        yield Edge(key, hosts.get(source, source), target, _name(flow), port, key in usual)


def _node(node: etree._Element) -> Node:
    tag = local(node.tag)
    if tag.endswith("Event"):
        width, height = EVENT_SIZE, EVENT_SIZE
    elif tag.endswith("Gateway"):
        width, height = GATEWAY_SIZE, GATEWAY_SIZE
    elif tag in SCOPES:
        width, height = SCOPE_WIDTH, SCOPE_HEIGHT
    else:
        width, height = TASK_WIDTH, TASK_HEIGHT
    return Node(node.get("id", ""), tag, _name(node), width, height)


def _name(node: etree._Element) -> str:
    """The longer one of an element's names, so that there is room in both languages."""
    names = (" ".join(node.get(key, "").split()) for key in ("name", f"{QC}nameEn"))
    return max(names, key=_letters)


def _letters(name: str) -> float:
    """How long a name is, in letters as wide as a Chinese one."""
    return sum(1 if ord(letter) > 0x2E80 else 0.6 for letter in name)

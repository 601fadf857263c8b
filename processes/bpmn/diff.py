"""What differs between two texts of a definition, element by element.

    for each in diff(before, after):
        each.kind, each.element_id, each.changes

Elements and flows are the same when their ids are. `processes.diagrams.difference` says it in words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from processes.bpmn.layout.scope import is_flow_node
from processes.bpmn.model import Element, Model, SequenceFlow
from processes.bpmn.parts import BPMN, WIRING, local
from processes.bpmn.reader import parse, read

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
#: What `Difference.type` says of a flow and of the process itself.
FLOW, PROCESS = "sequenceFlow", "process"
#: Facet of what the model does not carry: documentation, parts of other tools.
CONTENT = "content"

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_PLACES = (
    "{http://www.omg.org/spec/DD/20100524/DC}Bounds",
    "{http://www.omg.org/spec/DD/20100524/DI}waypoint",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One facet that differs: `name`, `type`, `condition`, a setting (`role`)...; empty means: not there."""

    facet: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """One element, flow or the process itself that differs; *name* as in the text where it was last."""

    kind: str
    element_id: str
    type: str
    name: str = ""
    changes: tuple[Change, ...] = ()


def diff(before: str, after: str) -> list[Difference]:
    """Everything that differs, in the order of *after*, then what was removed in the order of *before*.

    What only lies elsewhere in the drawing is `moved`. Raises BpmnError when a text cannot be read.
    """
    old, new = _Side(before), _Side(after)
    found = list(_process(old, new))
    for key, facets in new.facets.items():
        earlier = old.facets.get(key)
        if earlier is None:
            found.append(new.difference(ADDED, key, _changes({}, facets)))
        elif changes := _changes(earlier, facets) or _content(old, new, key):
            found.append(new.difference(CHANGED, key, changes))
        elif _has_moved(old, new, key):
            found.append(new.difference(MOVED, key))
    gone = (key for key in old.facets if key not in new.facets)
    return found + [old.difference(REMOVED, key, _changes(old.facets[key], {})) for key in gone]


class _Side:
    """One of the two texts."""

    def __init__(self, text: str) -> None:
        self.model: Model = read(text)
        root = parse(text)
        parts: list[Element | SequenceFlow] = [*self.model.elements.values(), *self.model.flows.values()]
        self._parts = {part.id: part for part in parts}
        self.facets = {part.id: facets_of(part) for part in parts}
        self.contents = {
            node.get("id", ""): _content_of(node)
            for node in root.iter(f"{BPMN}*")
            if node.get("id", "") in self._parts
        }
        self.places = dict(_places(root))

    def difference(self, kind: str, key: str, changes: tuple[Change, ...] = ()) -> Difference:
        part = self._parts[key]
        return Difference(
            kind, key, FLOW if isinstance(part, SequenceFlow) else part.type, part.name, changes
        )


def facets_of(part: Element | SequenceFlow) -> Mapping[str, str]:
    """Facet -> value of everything that the model carries of an element or flow; empty ones are left out."""
    own = dict(_flow_facets(part) if isinstance(part, SequenceFlow) else _element_facets(part))
    return {facet: value for facet, value in own.items() if value} | dict(part.settings)


def _flow_facets(flow: SequenceFlow) -> Iterator[tuple[str, str]]:
    yield "name", " ".join(flow.name.split())
    yield "from", flow.source
    yield "to", flow.target
    yield "condition", flow.condition
    yield "inside", flow.parent


def _element_facets(element: Element) -> Iterator[tuple[str, str]]:
    yield "name", element.name
    yield "type", element.type
    yield "inside", element.parent
    yield "default", element.default
    yield "attachedTo", element.attached_to
    yield "interrupting", "" if element.interrupting else "false"
    yield "called", element.called
    yield "inputs", "; ".join(f"{each.target} = {each.source}" for each in element.inputs)
    yield "outputs", "; ".join(f"{each.target} = {each.source}" for each in element.outputs)
    yield "rules", "; ".join(f"{each.when or '*'} → {each.value}" for each in element.rules)
    yield "details", "; ".join(element.details)
    if element.event is not None:
        yield "event", " ".join(filter(None, (element.event.kind, element.event.name)))
        timer = element.event.timer
        if timer is not None:
            yield "timer", timer.text or timer.kind * (not timer.workdays)
            yield "timerWorkdays", timer.workdays
    if element.loop is not None:
        yield "loop", "sequential" if element.loop.sequential else "parallel"
        yield "collection", element.loop.collection
        yield "complete", element.loop.complete
        yield "ratio", element.loop.ratio
        yield "weights", element.loop.weights


def _process(old: _Side, new: _Side) -> Iterator[Difference]:
    changes = _changes(_process_facets(old.model), _process_facets(new.model))
    if changes:
        yield Difference(CHANGED, new.model.id, PROCESS, new.model.name, changes)


def _process_facets(model: Model) -> Mapping[str, str]:
    variables = {f"variable {name}": kind for name, kind in model.variables.items()}
    own = {"name": model.name, "key": model.id}
    return own | dict(model.settings) | variables


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    facets = dict.fromkeys([*before, *after])
    pairs = ((facet, before.get(facet, ""), after.get(facet, "")) for facet in facets)
    return tuple(Change(*each) for each in pairs if each[1] != each[2])


def _content(old: _Side, new: _Side, key: str) -> tuple[Change, ...]:
    same = old.contents.get(key) == new.contents.get(key)
    return () if same else (Change(CONTENT, "", ""),)


def _content_of(node: etree._Element) -> bytes:
    """An element's own text in one spelling, without the elements of its scope and its wiring."""
    shallow = etree.Element(node.tag, dict(sorted(node.attrib.items())))
    for child in node.iterchildren(etree.Element):
        name = local(child.tag)
        if str(child.tag).startswith(BPMN) and (name in WIRING or name == FLOW or is_flow_node(name)):
            continue
        shallow.append(_bare(child))
    return bytes(etree.tostring(shallow, method="c14n", exclusive=True))


def _bare(node: etree._Element) -> etree._Element:
    """A copy without the white space between elements and the ids of what nothing refers to."""
    copy = etree.Element(node.tag, {name: value for name, value in node.items() if name != "id"})
    copy.text = (node.text or "").strip() or None
    for child in node.iterchildren(etree.Element):
        copy.append(_bare(child))
    return copy


def _places(root: etree._Element) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    for drawn in root.iter(f"{_DI}BPMNShape", f"{_DI}BPMNEdge"):
        spots = (each for each in drawn.iterchildren(etree.Element) if each.tag in _PLACES)
        sides = ("x", "y", "width", "height")
        yield (
            drawn.get("bpmnElement", ""),
            tuple(tuple(_number(each.get(side, "")) for side in sides) for each in spots),
        )


def _number(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text


def _has_moved(old: _Side, new: _Side, key: str) -> bool:
    return key in old.places and key in new.places and old.places[key] != new.places[key]

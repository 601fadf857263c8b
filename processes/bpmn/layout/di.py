"""The drawing written into the text as BPMN DI."""

import math
from collections.abc import Iterator
from itertools import chain

from lxml import etree

from processes.bpmn.errors import BpmnError
from processes.bpmn.layout.place import Box, Drawing, draw
from processes.bpmn.layout.route import Point
from processes.bpmn.layout.scope import SCOPES, flow_nodes, sequence_flows
from processes.bpmn.parts import BPMN, local
from processes.bpmn.reader import parse

_DI_SPACE = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC_SPACE = "http://www.omg.org/spec/DD/20100524/DC"
_WAY_SPACE = "http://www.omg.org/spec/DD/20100524/DI"
_DI, _DC, _WAY = f"{{{_DI_SPACE}}}", f"{{{_DC_SPACE}}}", f"{{{_WAY_SPACE}}}"
_PREFIXES = {"bpmndi": _DI_SPACE, "dc": _DC_SPACE, "di": _WAY_SPACE}
#: Free space around the drawing.
MARGIN = 60


def lay_out(text: str | bytes) -> str:
    """The text with a fresh drawing of its process in place of the one it has; all else stays.

    Every element and every sequence flow is drawn, sub-processes open; doing it twice gives the same text.
    Raises BpmnError when the text cannot be read or holds no process.
    """
    root = parse(text, everything=True)
    process = _process(root)
    for old in root.findall(f"{_DI}BPMNDiagram"):
        root.remove(old)
    drawing = Drawing()
    drawing.add(draw(process), MARGIN, MARGIN)
    _write(root, process, drawing)
    return _text(root)


def drawn(text: str) -> str:
    """The text itself when all of it is drawn, else with a fresh drawing. Raises BpmnError."""
    return text if is_drawn(text) else lay_out(text)


def is_drawn(text: str | bytes) -> bool:
    """Whether every element of the process, and every flow between two of them, has its place in the diagram.

    A flow to nowhere cannot be drawn. Raises BpmnError.
    """
    root = parse(text)
    process = _process(root)
    shapes = {_element_of(node) for node in root.iter(f"{_DI}BPMNShape") if _has_bounds(node)}
    edges = {_element_of(node) for node in root.iter(f"{_DI}BPMNEdge") if _has_way(node)}
    for scope in _scopes(process):
        nodes = {node.get("id", "") for node in flow_nodes(scope)}
        flows = {flow.get("id", "") for flow in sequence_flows(scope) if _ends(flow) <= nodes}
        if not (nodes <= shapes and flows <= edges):
            return False
    return True


def _ends(flow: etree._Element) -> set[str]:
    return {flow.get("sourceRef", ""), flow.get("targetRef", "")}


def _process(root: etree._Element) -> etree._Element:
    process = root.find(f"{BPMN}process")
    if process is None:
        raise BpmnError("no-process")
    return process


def _scopes(process: etree._Element) -> Iterator[etree._Element]:
    inner = (node for node in process.iter(f"{BPMN}*") if local(node.tag) in SCOPES)
    return chain([process], inner)


def _element_of(node: etree._Element) -> str:
    return node.get("bpmnElement", "").rpartition(":")[2]


def _has_bounds(shape: etree._Element) -> bool:
    bounds = shape.find(f"{_DC}Bounds")
    return bounds is not None and all(_is_number(bounds.get(name)) for name in ("x", "y", "width", "height"))


def _has_way(edge: etree._Element) -> bool:
    points = edge.findall(f"{_WAY}waypoint")
    return len(points) > 1 and all(_is_number(point.get(name)) for point in points for name in ("x", "y"))


def _is_number(text: str | None) -> bool:
    try:
        return math.isfinite(float(text or ""))
    except ValueError:
        return False


def _write(root: etree._Element, process: etree._Element, drawing: Drawing) -> None:
    """Append the diagram, a line an element, indented."""
    new_id = _Ids(root)
    diagram = etree.Element(f"{_DI}BPMNDiagram", {"id": new_id("diagram")}, nsmap=_PREFIXES)
    plane = etree.SubElement(
        diagram, f"{_DI}BPMNPlane", {"id": new_id("plane"), "bpmnElement": process.get("id", "")}
    )
    crossed = {node.get("id") for node in process.iter(f"{BPMN}exclusiveGateway")}
    for key, box in drawing.shapes.items():
        shape = etree.SubElement(plane, f"{_DI}BPMNShape", {"id": new_id(f"{key}_di"), "bpmnElement": key})
        if key in drawing.scopes:
            shape.set("isExpanded", "true")
        if key in crossed:
            shape.set("isMarkerVisible", "true")
        _bounds(shape, box)
        _label(shape, drawing.names.get(key))
    for key, points in drawing.edges.items():
        edge = etree.SubElement(plane, f"{_DI}BPMNEdge", {"id": new_id(f"{key}_di"), "bpmnElement": key})
        _waypoints(edge, points)
        _label(edge, drawing.names.get(key))
    etree.indent(diagram, space="  ", level=1)
    if len(root):
        root[-1].tail = "\n  "
    root.append(diagram)
    diagram.tail = "\n"


def _bounds(parent: etree._Element, box: Box) -> None:
    sides = zip(("x", "y", "width", "height"), box, strict=True)
    etree.SubElement(parent, f"{_DC}Bounds", {name: _shown(value) for name, value in sides})


def _waypoints(parent: etree._Element, points: list[Point]) -> None:
    for x, y in points:
        etree.SubElement(parent, f"{_WAY}waypoint", x=_shown(x), y=_shown(y))


def _label(parent: etree._Element, box: Box | None) -> None:
    if box:
        _bounds(etree.SubElement(parent, f"{_DI}BPMNLabel"), box)


def _shown(number: float) -> str:
    return str(round(number))


class _Ids:
    """Ids that nothing else in the file has."""

    def __init__(self, root: etree._Element) -> None:
        self._taken = {str(node.get("id")) for node in root.iter(etree.Element) if node.get("id")}

    def __call__(self, wish: str) -> str:
        while wish in self._taken:
            wish += "_"
        self._taken.add(wish)
        return wish


def _text(root: etree._Element) -> str:
    body = etree.tostring(root.getroottree(), encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'

"""Changing BPMN text without losing what is not understood: diagram, comments, parts of other tools.

document = Document(text)
document.set_setting("review", "dueWorkdays", "3")
document.set_condition("to_dean", "salary > 20000.0")
text = document.text()
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from processes.bpmn.errors import BpmnError
from processes.bpmn.model import QC_NAMESPACE, USER_TASK
from processes.bpmn.parts import BPMN, QC, local
from processes.bpmn.reader import parse

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
_WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
#: Size of the box of a task as modellers draw it.
_WIDTH, _HEIGHT = 100, 80

etree.register_namespace("qc", QC_NAMESPACE)


def normalise(text: str | bytes) -> str:
    """The same definition in the spelling in which it is stored; doing it twice changes nothing more.

    Raises BpmnError when the text cannot be read.
    """
    return Document(text).text()


class Document:
    """A BPMN text that is being changed. Every method raises BpmnError when it cannot do what it says."""

    def __init__(self, text: str | bytes) -> None:
        self._root = parse(text, everything=True)
        self._by_id: dict[str, etree._Element] = {}
        for node in self._root.iter(f"{BPMN}*"):
            self._by_id.setdefault(node.get("id", ""), node)

    def text(self) -> str:
        """The text as it stands."""
        body = etree.tostring(self._root.getroottree(), encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'

    def set_setting(self, element_id: str, name: str, value: str | None) -> None:
        """Give an element, a flow or the process our own attribute `qc:NAME`; None takes it away."""
        self._set(element_id, f"{QC}{name}", value)

    def set_attribute(self, element_id: str, name: str, value: str | None) -> None:
        """Give an element an attribute of BPMN (`name`, `default`, `calledElement`...); None takes it away.

        An id is not changed here: flows and the diagram refer to it.
        """
        if name == "id":
            raise BpmnError("fixed-id", element=element_id)
        self._set(element_id, name, value)

    def set_condition(self, flow_id: str, condition: str | None) -> None:
        """Give a sequence flow a condition (CEL); None takes it away."""
        flow = self._flow(flow_id)
        node = flow.find(f"{BPMN}conditionExpression")
        if condition is None:
            if node is not None:
                flow.remove(node)
            return
        _made(f"{BPMN}conditionExpression", text=condition)
        if node is None:
            node = etree.SubElement(flow, f"{BPMN}conditionExpression")
        for inner in list(node):
            node.remove(inner)
        node.text = condition

    def insert_user_task(self, flow_id: str, task_id: str, name: str, settings: Mapping[str, str]) -> str:
        """Put a user task on a sequence flow; gives the id of the new flow that leaves it.

        The flow keeps its id and its condition and now leads to the task. In the diagram the task lies in
        the middle of the flow.
        """
        flow, onward_id = self._flow(flow_id), f"{task_id}_onward"
        for key in (task_id, onward_id):
            if key in self._by_id or not key:
                raise BpmnError("taken-id", element=key)
        target = flow.get("targetRef", "")
        ours = {f"{QC}{setting}": value for setting, value in settings.items()}
        task = _made(f"{BPMN}{USER_TASK}", flow, {"id": task_id, "name": name, **ours})
        ends = {"id": onward_id, "sourceRef": task_id, "targetRef": target}
        for new in (task, _made(f"{BPMN}sequenceFlow", flow, ends)):
            _put_before(flow, new)
            self._by_id[new.get("id", "")] = new
        flow.set("targetRef", task_id)
        self._rewire(flow_id, onward_id, target, task)
        self._draw(flow_id, onward_id, task_id)
        return onward_id

    def _set(self, element_id: str, name: str, value: str | None) -> None:
        node = self._node(element_id)
        try:
            if value is None:
                node.attrib.pop(name, None)
            else:
                node.set(name, value)
        except ValueError as error:
            raise BpmnError(
                "bad-value", element=element_id, name=local(name), value=value or "", reason=str(error)
            ) from error

    def _node(self, element_id: str) -> etree._Element:
        if not element_id or element_id not in self._by_id:
            raise BpmnError("no-element", element=element_id)
        return self._by_id[element_id]

    def _flow(self, flow_id: str) -> etree._Element:
        node = self._node(flow_id)
        if local(node.tag) != "sequenceFlow":
            raise BpmnError("no-flow", element=flow_id)
        return node

    def _rewire(self, flow_id: str, onward_id: str, target: str, task: etree._Element) -> None:
        """Say again which flows touch the task and its next element, in files that say so."""
        incoming = [
            child
            for child in (
                self._by_id[target].iterchildren(f"{BPMN}incoming") if target in self._by_id else ()
            )
            if (child.text or "").strip() == flow_id
        ]
        for child in incoming:
            child.text = onward_id
        if incoming:
            etree.SubElement(task, f"{BPMN}incoming").text = flow_id
            etree.SubElement(task, f"{BPMN}outgoing").text = onward_id

    def _draw(self, flow_id: str, onward_id: str, task_id: str) -> None:
        """Draw the task in the middle of the flow, if the flow is drawn."""
        for edge in self._drawn("BPMNEdge", flow_id):
            points = [point for point in edge.iterchildren(_WAYPOINT) if _place(point) is not None]
            if len(points) < 2:
                continue
            half = len(points) // 2
            (x1, y1), (x2, y2) = (_place(point) or (0, 0) for point in (points[half - 1], points[half]))
            x, y = round((x1 + x2) / 2), round((y1 + y2) / 2)
            shape = _drawing(edge, "BPMNShape", task_id)
            bounds = {"x": x - _WIDTH // 2, "y": y - _HEIGHT // 2, "width": _WIDTH, "height": _HEIGHT}
            etree.SubElement(shape, _BOUNDS, {key: str(value) for key, value in bounds.items()})
            onward = _drawing(edge, "BPMNEdge", onward_id)
            etree.SubElement(onward, _WAYPOINT, x=str(x), y=str(y))
            onward.extend(points[half:])
            etree.SubElement(edge, _WAYPOINT, x=str(x), y=str(y))

    def _drawn(self, tag: str, key: str) -> Iterator[etree._Element]:
        for node in list(self._root.iter(f"{_DI}{tag}")):
            if node.get("bpmnElement", "").rpartition(":")[2] == key:
                yield node


def _drawing(beside: etree._Element, tag: str, key: str) -> etree._Element:
    new = _made(f"{_DI}{tag}", beside, {"id": f"{key}_di", "bpmnElement": key})
    _put_before(beside, new)
    return new


def _put_before(node: etree._Element, new: etree._Element) -> None:
    """Put a new element before another one, set off alike."""
    new.tail = node.tail
    node.getparent().insert(node.getparent().index(node), new)


def _made(
    tag: str, like: etree._Element | None = None, attributes: Mapping[str, str] | None = None, text: str = ""
) -> etree._Element:
    """A new element with the prefixes of another one. Raises BpmnError when XML cannot hold it."""
    try:
        new = etree.Element(tag, dict(attributes or {}), nsmap=None if like is None else like.nsmap)
        new.text = text or None
    except ValueError as error:
        raise BpmnError("bad-text", tag=local(tag), reason=str(error)) from error
    return new


def _place(point: etree._Element) -> tuple[float, float] | None:
    try:
        return float(point.get("x", "")), float(point.get("y", ""))
    except ValueError:
        return None

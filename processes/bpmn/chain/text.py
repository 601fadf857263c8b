"""Changing how the elements of a text are connected; what is not touched stays as it was written."""

from collections.abc import Iterable, Mapping

from lxml import etree

from processes.bpmn.errors import BpmnError
from processes.bpmn.model import USER_TASK, Loop
from processes.bpmn.parts import BPMN, QC, local
from processes.bpmn.writer import Document

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
#: What stands before `incoming` and `outgoing` in an element (BPMN 2.0, tFlowNode).
_FIRST = frozenset({"documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef"})


class ChainText(Document):
    """A text whose elements are put in, taken out and led elsewhere. Raises BpmnError like `Document`."""

    def __init__(self, text: str | bytes) -> None:
        super().__init__(text)
        self._ids = {str(node.get("id")) for node in self._root.iter(etree.Element) if node.get("id")}
        self._says_wiring = any(True for _node in self._root.iter(f"{BPMN}incoming", f"{BPMN}outgoing"))
        self._touched: set[str] = set()

    def new_id(self, prefix: str) -> str:
        """An id that nothing in the text has: `level_1`, `level_2`..."""
        number = 1
        while f"{prefix}_{number}" in self._ids:
            number += 1
        self._ids.add(f"{prefix}_{number}")
        return f"{prefix}_{number}"

    def put(self, tag: str, key: str, before: str, attributes: Mapping[str, str]) -> None:
        """A new element or flow, written before the one with the id *before*. `qc:` stands before our own."""
        beside = self._node(before)
        named = {
            f"{QC}{name[3:]}" if name.startswith("qc:") else name: value for name, value in attributes.items()
        }
        try:
            node = etree.Element(f"{BPMN}{tag}", {"id": key, **named}, nsmap=beside.nsmap)
        except ValueError as error:
            raise BpmnError("bad-text", tag=tag, reason=str(error)) from error
        node.tail = beside.tail
        beside.addprevious(node)
        beside.tail, node.tail = node.tail, beside.tail
        self._by_id[key] = node
        self._ids.add(key)

    def connect(self, prefix: str, source: str, target: str, before: str) -> str:
        """A new sequence flow, written before the one with the id *before*; gives its id."""
        key = self.new_id(prefix)
        self.put("sequenceFlow", key, before, {"sourceRef": source, "targetRef": target})
        self._touched |= {source, target}
        return key

    def lead(self, flow_id: str, target: str) -> None:
        """Let a flow lead to *target*."""
        flow = self._flow(flow_id)
        self._touched |= {flow.get("targetRef", ""), flow.get("sourceRef", ""), target}
        flow.set("targetRef", target)

    def target(self, flow_id: str) -> str:
        """Where a flow leads."""
        return str(self._flow(flow_id).get("targetRef", ""))

    def take_out(self, keys: Iterable[str]) -> None:
        """Remove elements and flows, with what is drawn of them and lines from notes to them."""
        gone = set(keys)
        for node in [self._node(key) for key in gone]:
            if local(node.tag) == "sequenceFlow":
                self._touched |= {node.get("sourceRef", ""), node.get("targetRef", "")}
        gone |= {
            str(node.get("id"))
            for node in self._root.iter(f"{BPMN}association")
            if {node.get("sourceRef"), node.get("targetRef")} & gone and node.get("id")
        }
        for key in gone:
            _remove(self._by_id.pop(key))
        self._touched -= gone
        for node in list(self._root.iter(f"{BPMN}flowNodeRef")):
            if (node.text or "").strip() in gone:
                _remove(node)
        for node in list(self._root.iter(f"{_DI}BPMNShape", f"{_DI}BPMNEdge")):
            if node.get("bpmnElement", "").rpartition(":")[2] in gone:
                _remove(node)

    def put_flow_before(self, flow_id: str, other: str) -> None:
        """Write a flow before another one; the conditions of a gateway are tried in the order of the text."""
        flow, beside = self._flow(flow_id), self._flow(other)
        tail, flow.tail = flow.tail, None
        before = flow.getprevious()
        if before is not None and flow.getnext() is None:
            before.tail, tail = tail, before.tail
        beside.addprevious(flow)
        flow.tail = tail
        self._touched.add(str(flow.get("sourceRef")))

    def set_loop(self, task_id: str, loop: Loop | None) -> None:
        """Let several people do a user task, or (None) one."""
        task = self._node(task_id)
        if local(task.tag) != USER_TASK:
            raise BpmnError("no-user-task", element=task_id)
        node = task.find(f"{BPMN}multiInstanceLoopCharacteristics")
        if loop is None:
            if node is not None:
                _remove(node)
            return
        if node is None:
            node = etree.SubElement(task, f"{BPMN}multiInstanceLoopCharacteristics")
        values = {
            "isSequential": "true" if loop.sequential else "",
            f"{QC}collection": loop.collection,
            f"{QC}complete": loop.complete,
            f"{QC}ratio": loop.ratio,
            f"{QC}weights": loop.weights,
        }
        for name, value in values.items():
            if value:
                node.set(name, value)
            else:
                node.attrib.pop(name, None)

    def text(self) -> str:
        """The text as it stands, with the flows that touch each changed element said again."""
        if self._says_wiring:
            for key in self._touched:
                if key in self._by_id:
                    self._say_wiring(key)
        self._touched = set()
        return super().text()

    def _say_wiring(self, key: str) -> None:
        node = self._by_id[key]
        wanted = [
            (side, str(flow.get("id")))
            for side, end in (("incoming", "targetRef"), ("outgoing", "sourceRef"))
            for flow in node.getparent().iterchildren(f"{BPMN}sequenceFlow")
            if flow.get(end) == key
        ]
        said = list(node.iterchildren(f"{BPMN}incoming", f"{BPMN}outgoing"))
        if [(local(each.tag), (each.text or "").strip()) for each in said] == wanted:
            return
        at = node.index(said[0]) if said else _after_first(node)
        tail = said[0].tail if said else node[at - 1].tail if at else None
        for each in said:
            _remove(each)
        for number, (side, flow_id) in enumerate(wanted):
            new = etree.Element(f"{BPMN}{side}", nsmap=node.nsmap)
            new.text, new.tail = flow_id, tail
            node.insert(at + number, new)


def _after_first(node: etree._Element) -> int:
    places = [at for at, child in enumerate(node) if local(child.tag) in _FIRST]
    return places[-1] + 1 if places else 0


def _remove(node: etree._Element) -> None:
    """Take a node out; what is written behind it stays unless it is blank."""
    tail, before, parent = node.tail or "", node.getprevious(), node.getparent()
    parent.remove(node)
    if tail.strip():
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail

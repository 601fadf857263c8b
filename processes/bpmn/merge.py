"""What a drawing program changed, carried over into the text without losing what that program does not know.

A modeller reads a text and writes another one: comments, unknown elements, references to nothing and the
spelling are gone from it. So its text is never kept. It writes once right after opening and once after the
change; what differs between these two is what the person did, and that alone is applied to the text.

    text = merged(text, opened, drawn)
"""

from collections import defaultdict
from collections.abc import Iterator

from lxml import etree

from processes.bpmn.chain.text import ChainText
from processes.bpmn.errors import BpmnError
from processes.bpmn.layout.scope import is_flow_node
from processes.bpmn.model import BPMN_NAMESPACE
from processes.bpmn.parts import BPMN, WIRING, local, unprefixed
from processes.bpmn.reader import parse

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
#: Name by which a node is found in all three texts, whatever stands around it.
Key = tuple[str, str]


def merged(text: str, opened: str | bytes, drawn: str | bytes) -> str:
    """*text* with what differs between *opened* and *drawn*, the modeller's writings of it before and after.

    Raises BpmnError when one of them cannot be read, or *opened* is the writing of another text.
    """
    merge = _Merge(text, parse(opened), parse(drawn))
    merge.check()
    merge.run()
    return merge.text()


class _Side:
    """One of the modeller's texts."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.keys: dict[etree._Element, Key | None] = {}
        self.nodes: dict[Key, etree._Element] = {}
        for node in root.iter(etree.Element):
            key = self.keys[node] = _key(node)
            if key is not None:
                self.nodes.setdefault(key, node)


class _Merge(ChainText):
    """The text that is being changed."""

    def __init__(self, text: str, opened: etree._Element, drawn: etree._Element) -> None:
        super().__init__(text)
        self._mine = _Side(self._root)
        self._before, self._after = _Side(opened), _Side(drawn)
        #: Node of the new drawing -> the node of the text that stands for it.
        self._stands_for: dict[etree._Element, etree._Element] = {}

    def check(self) -> None:
        """Refuse what the modeller did not make of this text. Raises BpmnError."""
        for key, node in self._before.nodes.items():
            if key not in self._mine.nodes and is_flow_node(local(node.tag)) and _is_bpmn(node):
                raise BpmnError("other-state", element=key[1])
        if self._after.root.tag != self._root.tag or self._before.root.tag != self._root.tag:
            raise BpmnError("other-root")

    def run(self) -> None:
        """Apply what differs."""
        self._apply(self._root, self._before.root, self._after.root)
        for key, node in self._before.nodes.items():
            if key not in self._after.nodes and key in self._mine.nodes:
                self._touch(node)
                _take_out(self._mine.nodes[key])
        self._by_id = {str(node.get("id")): node for node in self._root.iter(f"{BPMN}*") if node.get("id")}

    def _apply(self, here: etree._Element, before: etree._Element, after: etree._Element) -> None:
        self._stands_for[after] = here
        if _is_same(before, after):
            return
        here.tag = after.tag
        self._attributes(here, before, after)
        if not len(before) and not len(after) and _said(before) != _said(after):
            here.text = after.text
        for child in after.iterchildren(etree.Element):
            if self._after.keys[child] is not None:
                self._keyed(here, child)
        self._unkeyed(here, before, after)

    def _attributes(self, here: etree._Element, before: etree._Element, after: etree._Element) -> None:
        for name in dict.fromkeys([*map(str, before.attrib), *map(str, after.attrib)]):
            value = after.get(name)
            if value == before.get(name):
                continue
            if name in ("sourceRef", "targetRef"):
                self._touch(before)
                self._touch(after)
            if value is None:
                here.attrib.pop(name, None)
            else:
                here.set(name, _with_prefix_of(here, value) if name == _XSI_TYPE else value)

    def _keyed(self, here: etree._Element, child: etree._Element) -> None:
        """A part with a name: new, moved here from another part, or the same as before."""
        key = self._after.keys[child] or ("", "")
        before, mine = self._before.nodes.get(key), self._mine.nodes.get(key)
        if before is not None and mine is not None:
            if self._has_moved(before, child):
                _take_out(mine)
                self._put(here, child, mine)
            self._apply(mine, before, child)
        elif mine is None and (before is None or not _is_same(before, child)):
            self._add(here, child)

    def _has_moved(self, before: etree._Element, after: etree._Element) -> bool:
        old, new = before.getparent(), after.getparent()
        return self._before.keys.get(old) != self._after.keys.get(new)

    def _unkeyed(self, here: etree._Element, before: etree._Element, after: etree._Element) -> None:
        """Parts without a name (way points, conditions, our own elements), compared tag by tag."""
        old, new = self._by_tag(self._before, before), self._by_tag(self._after, after)
        mine = self._by_tag(self._mine, here)
        for tag in [*new, *(tag for tag in old if tag not in new)]:
            pairs = zip(old[tag], new[tag], strict=False)
            if len(old[tag]) == len(new[tag]) and all(_is_same(*pair) for pair in pairs):
                self._stands_for |= dict(zip(new[tag], mine[tag], strict=False))
            elif len(old[tag]) == len(new[tag]) == len(mine[tag]):
                for each in zip(mine[tag], old[tag], new[tag], strict=True):
                    self._apply(*each)
            else:
                for node in mine[tag]:
                    _take_out(node)
                for node in new[tag]:
                    self._add(here, node)

    def _by_tag(self, side: _Side, node: etree._Element) -> defaultdict[str, list[etree._Element]]:
        found: defaultdict[str, list[etree._Element]] = defaultdict(list)
        for child in node.iterchildren(etree.Element):
            wires = _is_bpmn(child) and local(child.tag) in WIRING  # said again from the flows
            if side.keys.get(child, _key(child)) is None and not wires:
                found[str(child.tag)].append(child)
        return found

    def _put(self, here: etree._Element, child: etree._Element, new: etree._Element) -> None:
        """Write a node where *child* stands in the drawing: behind the part that stands before it there."""
        at = 0
        for sibling in child.itersiblings(etree.Element, preceding=True):
            mine = self._stands_for.get(sibling)
            if mine is not None and mine.getparent() is here:
                at = here.index(mine) + 1
                break
        beside = here[at - 1] if at else here[0] if len(here) else None
        new.tail = "\n" if beside is None else beside.tail
        here.insert(at, new)

    def _add(self, here: etree._Element, child: etree._Element) -> None:
        """Write what is new in the drawing, with what moved into it."""
        used = {etree.QName(name).namespace for name in (child.tag, *child.attrib)}
        known = set(here.nsmap.values())
        spaces = {prefix: space for prefix, space in child.nsmap.items() if space in used - known}
        new = etree.Element(child.tag, nsmap=spaces | here.nsmap)
        self._touch(child)
        self._put(here, child, new)
        self._apply(new, etree.Element(child.tag), child)

    def _touch(self, node: etree._Element) -> None:
        """Remember whose wiring has to be said anew."""
        if local(node.tag) == "sequenceFlow":
            self._touched |= {node.get("sourceRef", ""), node.get("targetRef", "")}
        elif _is_bpmn(node) and is_flow_node(local(node.tag)):
            self._touched.add(node.get("id", ""))


def _key(node: etree._Element) -> Key | None:
    if node.tag in (f"{_DI}BPMNShape", f"{_DI}BPMNEdge") and node.get("bpmnElement"):
        return local(node.tag), unprefixed(node.get("bpmnElement", ""))
    return ("id", str(node.get("id"))) if node.get("id") else None


def _with_prefix_of(node: etree._Element, name: str) -> str:
    """The name of a type of BPMN under the prefix that the text has for it."""
    prefix = next((each for each, space in node.nsmap.items() if space == BPMN_NAMESPACE), None)
    return f"{prefix}:{unprefixed(name)}" if prefix else unprefixed(name)


def _is_bpmn(node: etree._Element) -> bool:
    return str(node.tag).startswith(BPMN)


def _said(node: etree._Element) -> str:
    return (node.text or "").strip()


def _is_same(one: etree._Element, other: etree._Element) -> bool:
    """Whether two writings of the modeller say the same; wiring is not looked at."""
    if one.tag != other.tag or dict(one.attrib) != dict(other.attrib) or _said(one) != _said(other):
        return False
    mine, others = list(_compared(one)), list(_compared(other))
    return len(mine) == len(others) and all(map(_is_same, mine, others))


def _compared(node: etree._Element) -> Iterator[etree._Element]:
    for child in node.iterchildren(etree.Element):
        if not (_is_bpmn(child) and local(child.tag) in WIRING):
            yield child


def _take_out(node: etree._Element) -> None:
    """Take a node out; what is written behind it stays unless it is blank."""
    parent, tail, before = node.getparent(), node.tail or "", node.getprevious()
    if parent is None:
        return
    parent.remove(node)
    node.tail = None
    if not tail.strip():
        return
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail

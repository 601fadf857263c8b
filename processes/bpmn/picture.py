"""What a browser that only draws a definition gets of it: shapes and names in one language."""

from functools import lru_cache

from lxml import etree

from processes.bpmn.layout import drawn
from processes.bpmn.model import BPMN_NAMESPACE
from processes.bpmn.parts import BPMN, QC, local
from processes.bpmn.reader import parse

#: What says how a process runs, not how it looks.
_HIDDEN = frozenset({"extensionElements", "documentation", "conditionExpression", "incoming", "outgoing"})
_DI_NAMESPACES = (
    "http://www.omg.org/spec/BPMN/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/DC",
    "http://www.omg.org/spec/DD/20100524/DI",
)
_KNOWN = (BPMN_NAMESPACE, *_DI_NAMESPACES)


@lru_cache(maxsize=64)
def picture(text: str, language: str) -> str:
    """The BPMN of a drawing: laid out when it has no diagram, `qc:nameEn` as name when *language* is English.

    Conditions, settings, documentation and parts of other tools stay behind: readers of a case need not know
    them. Raises BpmnError when the text cannot be read.
    """
    root = parse(drawn(text))
    for node in list(root.iter(etree.Element)):
        english = node.get(f"{QC}nameEn", "")
        if language.startswith("en") and english:
            node.set("name", english)
        for name in [str(name) for name in node.attrib if str(name).startswith("{")]:
            del node.attrib[name]
    for node in [node for node in root.iter(etree.Element) if not _is_drawn(node)]:
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))


def _is_drawn(node: etree._Element) -> bool:
    tag = str(node.tag)
    if tag.startswith(BPMN):
        parent = node.getparent()
        inside_event = parent is not None and local(parent.tag).endswith("EventDefinition")
        return local(tag) not in _HIDDEN and not inside_event
    return tag.startswith(tuple(f"{{{space}}}" for space in _KNOWN))

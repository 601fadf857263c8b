"""What a browser would run, were a name or text of a definition ever shown unescaped; no process needs it."""

import re
from collections.abc import Iterator

from lxml import etree

from processes.bpmn.parts import BPMN, local
from processes.bpmn.reader import parse

#: Words that begin with "on" and are the name of no event, so `a <b and only=1` is a comparison.
_NO_EVENT = "ce|e|es|ly|to|line|going|board|boarding|set|site|ward|wards"
_SCRIPT = re.compile(r"<\s*script\b|\bjavascript\s*:", re.IGNORECASE)
_TAG = re.compile(r"<[a-z]", re.IGNORECASE)
#: `online == true` is none.
_HANDLER = re.compile(rf"[\s/\"']on(?!(?:{_NO_EVENT})\s*=)[a-z]+\s*=(?!=)", re.IGNORECASE)


def holds_script(text: str | bytes) -> bool:
    """Whether a value of *text*, or an element beside BPMN's own, is a script. Raises BpmnError.

    Where a tag ends is not asked: a browser reads on behind a quoted `>`, so whatever stands behind the
    beginning of a tag counts as part of it.
    """
    root = parse(text, everything=True)
    return any(_is_markup(node) for node in root.iter(etree.Element)) or any(map(_is_script, _values(root)))


def _is_markup(node: etree._Element) -> bool:
    is_script = local(node.tag).lower() == "script" and not str(node.tag).startswith(BPMN)
    return is_script or any(_HANDLER.match(f" {name}=") for name in node.attrib)


def _is_script(value: str) -> bool:
    if _SCRIPT.search(value):
        return True
    tag = _TAG.search(value)
    return tag is not None and _HANDLER.search(value, tag.end()) is not None


def _values(root: etree._Element) -> Iterator[str]:
    """Every attribute and text, comments too."""
    for node in [*root.itersiblings(preceding=True), *root.iter(), *root.itersiblings()]:
        yield from map(str, node.attrib.values())
        yield from filter(None, (node.text, node.tail))

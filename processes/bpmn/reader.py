"""Reading BPMN text safely: no entities, no network, bounded size and depth."""

from collections import Counter
from types import MappingProxyType

from lxml import etree

from processes.bpmn.model import (
    BPMN_NAMESPACE,
    DESCRIPTIVE,
    EXECUTABLE,
    QC_NAMESPACE,
    Element,
    Model,
    Oddity,
    SequenceFlow,
)

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 60
MAX_ELEMENTS = 20_000

_SETTING = f"{{{QC_NAMESPACE}}}"
_BPMN = f"{{{BPMN_NAMESPACE}}}"
_WIRING = frozenset({"incoming", "outgoing"})
_DEFINITION_LEVEL = frozenset({"process", "documentation", "extensionElements"})


class BpmnError(ValueError):
    """The text cannot be read as a BPMN definition; the message says why."""


def read(text: str | bytes) -> Model:
    """The model of *text*. Raises BpmnError when there is no process to be read in it."""
    root = _parse(text)
    if root.tag != f"{_BPMN}definitions":
        raise BpmnError(
            f"The root element is {_shown(root.tag)}, not a BPMN 2.0 <definitions>. "
            "Export the file as BPMN 2.0."
        )
    processes = root.findall(f"{_BPMN}process")
    if not processes:
        raise BpmnError("The file holds no <process>. Draw one and export the file again.")
    return _model(root, processes)


def _parse(text: str | bytes) -> etree._Element:
    raw = text.encode("utf-8", errors="replace") if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        raise BpmnError(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise BpmnError("The file declares a document type or entities; remove them.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BpmnError(f"The file is not well-formed XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise BpmnError("The file declares a document type; remove it.")
    _check_bounds(root)
    return root


def _check_bounds(root: etree._Element) -> None:
    depth = count = 0
    for event, _node in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH:
            raise BpmnError(f"Elements are nested more than {MAX_DEPTH} deep.")
        if count > MAX_ELEMENTS:
            raise BpmnError(f"The file holds more than {MAX_ELEMENTS} elements.")


def _model(root: etree._Element, processes: list[etree._Element]) -> Model:
    process = processes[0]
    oddities = [
        Oddity("several-processes", other.get("id", ""), line=other.sourceline or 0)
        for other in processes[1:]
    ]
    oddities += _unsupported_definitions(root)
    elements: dict[str, Element] = {}
    flows: dict[str, SequenceFlow] = {}
    for node in process.iterchildren(etree.Element):
        name = _local(node.tag)
        if name == "sequenceFlow":
            flow = _flow(node)
            flows.setdefault(flow.id, flow)
        elif name in EXECUTABLE:
            element = _element(node)
            elements.setdefault(element.id, element)
        elif name not in DESCRIPTIVE:
            oddities.append(Oddity("unsupported", node.get("id", ""), name, node.sourceline or 0))
    oddities += _duplicate_ids(root)
    return Model(
        id=process.get("id", ""),
        name=process.get("name", ""),
        elements=MappingProxyType(elements),
        flows=MappingProxyType(flows),
        variables=MappingProxyType(_variables(process, oddities)),
        oddities=tuple(oddities),
        settings=MappingProxyType(_settings(process)),
    )


def _unsupported_definitions(root: etree._Element) -> list[Oddity]:
    """Global parts beside the process that would change how it runs (collaborations, messages...)."""
    return [
        Oddity("unsupported", node.get("id", ""), _local(node.tag), node.sourceline or 0)
        for node in root.iterchildren(etree.Element)
        if str(node.tag).startswith(_BPMN) and _local(node.tag) not in _DEFINITION_LEVEL
    ]


def _duplicate_ids(root: etree._Element) -> list[Oddity]:
    ids = [str(node.get("id")) for node in root.iter(f"{_BPMN}*") if node.get("id")]
    return [Oddity("duplicate-id", key) for key, count in Counter(ids).items() if count > 1]


def _element(node: etree._Element) -> Element:
    details = [
        _local(child.tag)
        for child in node.iterchildren(etree.Element)
        if _local(child.tag) not in DESCRIPTIVE | _WIRING
    ]
    return Element(
        id=node.get("id", ""),
        type=_local(node.tag),
        name=" ".join(node.get("name", "").split()),
        line=node.sourceline or 0,
        settings=MappingProxyType(_settings(node)),
        details=tuple(details),
        default=node.get("default", ""),
    )


def _flow(node: etree._Element) -> SequenceFlow:
    condition = node.find(f"{_BPMN}conditionExpression")
    return SequenceFlow(
        id=node.get("id", ""),
        source=node.get("sourceRef", ""),
        target=node.get("targetRef", ""),
        name=node.get("name", ""),
        condition=(condition.text or "").strip() if condition is not None else "",
        line=node.sourceline or 0,
    )


def _settings(node: etree._Element) -> dict[str, str]:
    return {str(key)[len(_SETTING) :]: value for key, value in node.items() if str(key).startswith(_SETTING)}


def _variables(process: etree._Element, oddities: list[Oddity]) -> dict[str, str]:
    declared: dict[str, str] = {}
    for node in process.iterfind(f"{_BPMN}extensionElements/{_SETTING}variable"):
        name = node.get("name", "")
        if not name.isidentifier() or name in declared:
            oddities.append(Oddity("bad-variable", process.get("id", ""), name, node.sourceline or 0))
            continue
        declared[name] = node.get("type", "string")
    return declared


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _shown(tag: object) -> str:
    return f"<{_local(tag)[:40]}>"

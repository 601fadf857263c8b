"""Reading BPMN text safely: no entities, no network, bounded size and depth.

What the model cannot carry is named, on the element (`Element.details`) or in the model (`Model.oddities`);
nothing that could change how a process runs is passed over.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lxml import etree

from processes.bpmn import parts
from processes.bpmn.errors import BpmnError
from processes.bpmn.model import (
    DESCRIPTIVE,
    EXECUTABLE,
    SUB_PROCESS,
    Element,
    Model,
    Oddity,
    SequenceFlow,
)
from processes.bpmn.parts import BPMN, QC, local, settings_of

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 60
MAX_ELEMENTS = 20_000
#: Of one element; reading them takes time that grows with the square of their number.
MAX_ATTRIBUTES = 200

#: Beside the process: where messages and errors get their names, and what is only drawn or written.
_DEFINITION_LEVEL = frozenset(
    {"process", "documentation", "extensionElements", "message", "error", "category"}
)
#: What a `language` of a condition may say.
_CEL = frozenset({"", "cel", "https://cel.dev"})


def read(text: str | bytes) -> Model:
    """The model of *text*. Raises BpmnError when there is no process to be read in it."""
    root = parse(text)
    if root.tag != f"{BPMN}definitions":
        raise BpmnError("not-bpmn", tag=local(root.tag))
    processes = root.findall(f"{BPMN}process")
    if not processes:
        raise BpmnError("no-process")
    return _model(root, processes)


def parse(text: str | bytes, *, everything: bool = False) -> etree._Element:
    """The root of a well-formed, bounded XML text; with *everything*, comments and such are kept.

    Raises BpmnError.
    """
    raw = text.encode("utf-8", errors="replace") if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        raise BpmnError("too-large", most=MAX_BYTES // 1024 // 1024)
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise BpmnError("document-type")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=not everything,
        remove_comments=not everything,
        strip_cdata=not everything,
        encoding="utf-8" if isinstance(text, str) else None,
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise BpmnError("not-xml", line=getattr(error, "lineno", 0) or 1, reason=str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise BpmnError("document-type")
    _check_bounds(root)
    return root


def _check_bounds(root: etree._Element) -> None:
    depth = count = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH:
            raise BpmnError("too-deep", most=MAX_DEPTH, line=node.sourceline or 0)
        if count > MAX_ELEMENTS:
            raise BpmnError("too-many-elements", most=MAX_ELEMENTS)
        if len(node.attrib) > MAX_ATTRIBUTES:
            raise BpmnError("too-many-attributes", most=MAX_ATTRIBUTES, line=node.sourceline or 0)


@dataclass
class _Found:
    """What has been read so far."""

    names: Mapping[str, str]
    elements: dict[str, Element] = field(default_factory=dict)
    flows: dict[str, SequenceFlow] = field(default_factory=dict)
    oddities: list[Oddity] = field(default_factory=list)

    def odd(self, code: str, node: etree._Element, detail: str = "", *, on: str | None = None) -> None:
        """Note something that the model cannot carry."""
        where = node.get("id", "") if on is None else on
        self.oddities.append(Oddity(code, where, detail, node.sourceline or 0))


def _model(root: etree._Element, processes: list[etree._Element]) -> Model:
    process, found = processes[0], _Found(parts.referable(root))
    for other in processes[1:]:
        found.odd("several-processes", other)
    _definition_level(root, found)
    variables = _variables(process, found)
    _scope(process, "", found)
    found.oddities += _ids(root)
    return Model(
        id=process.get("id", ""),
        name=process.get("name", ""),
        elements=MappingProxyType(found.elements),
        flows=MappingProxyType(found.flows),
        variables=MappingProxyType(variables),
        oddities=tuple(found.oddities),
        settings=MappingProxyType(settings_of(process)),
    )


def _definition_level(root: etree._Element, found: _Found) -> None:
    """Global parts beside the process that would change how it runs (collaborations, signals...)."""
    for node in root.iterchildren(etree.Element):
        if str(node.tag).startswith(BPMN) and local(node.tag) not in _DEFINITION_LEVEL:
            found.odd("unsupported", node, local(node.tag))


def _scope(scope: etree._Element, parent: str, found: _Found) -> None:
    """Read the elements and flows of a process or sub-process, inner ones too."""
    for node in scope.iterchildren(etree.Element):
        name = local(node.tag)
        if not str(node.tag).startswith(BPMN):
            found.odd("unsupported", node, name)
        elif name == "sequenceFlow":
            flow = _flow(node, parent, found)
            found.flows.setdefault(flow.id, flow)
        elif name in EXECUTABLE:
            element = _element(node, parent, found)
            found.elements.setdefault(element.id, element)
            if name == SUB_PROCESS:
                _scope(node, element.id, found)
        elif name not in DESCRIPTIVE and not (parent and parts.is_of_activity(name)):
            found.odd("unsupported", node, name)


def _ids(root: etree._Element) -> Iterator[Oddity]:
    """Ids used twice, and elements and flows without one."""
    ids: Counter[str] = Counter()
    for node in root.iter(f"{BPMN}*"):
        if node.get("id"):
            ids[str(node.get("id"))] += 1
        elif local(node.tag) in EXECUTABLE or local(node.tag) == "sequenceFlow":
            yield Oddity("no-id", "", local(node.tag), node.sourceline or 0)
    for key, count in ids.items():
        if count > 1:
            yield Oddity("duplicate-id", key)


def _element(node: etree._Element, parent: str, found: _Found) -> Element:
    ours = parts.read_parts(node, found.names)
    for name in ours.unknown_references:
        found.odd("unknown-reference", node, name)
    return Element(
        id=node.get("id", ""),
        type=local(node.tag),
        name=" ".join(node.get("name", "").split()),
        line=node.sourceline or 0,
        settings=MappingProxyType(settings_of(node)),
        parent=parent,
        default=node.get("default", ""),
        event=ours.event,
        attached_to=node.get("attachedToRef", ""),
        interrupting=node.get("cancelActivity", "true").strip() not in ("false", "0"),
        loop=ours.loop,
        called=parts.unprefixed(node.get("calledElement", "")),
        inputs=tuple(ours.inputs),
        outputs=tuple(ours.outputs),
        rules=tuple(ours.rules),
        details=tuple(ours.details),
    )


def _flow(node: etree._Element, parent: str, found: _Found) -> SequenceFlow:
    condition = node.find(f"{BPMN}conditionExpression")
    for detail in parts.flow_details(node):
        found.odd("unsupported-detail", node, detail)
    language = "" if condition is None else condition.get("language", "")
    if language.strip().lower() not in _CEL:
        found.odd("condition-language", node, language)
    return SequenceFlow(
        id=node.get("id", ""),
        source=node.get("sourceRef", ""),
        target=node.get("targetRef", ""),
        name=node.get("name", ""),
        condition=(condition.text or "").strip() if condition is not None else "",
        line=node.sourceline or 0,
        parent=parent,
        settings=MappingProxyType(settings_of(node)),
    )


def _variables(process: etree._Element, found: _Found) -> dict[str, str]:
    declared: dict[str, str] = {}
    for node in process.iterfind(f"{BPMN}extensionElements/{QC}*"):
        if local(node.tag) != "variable":
            found.odd("unsupported-detail", node, f"qc:{local(node.tag)}", on=process.get("id", ""))
            continue
        name = node.get("name", "")
        if not name.isidentifier() or name in declared:
            found.odd("bad-variable", node, name, on=process.get("id", ""))
            continue
        for detail in parts.unknown_attributes(node, frozenset({"name", "type"})):
            found.odd("unsupported-detail", node, f"qc:variable {detail}", on=process.get("id", ""))
        declared[name] = node.get("type", "string")
    for detail in parts.process_details(process):
        found.odd("unsupported-detail", process, detail)
    return declared

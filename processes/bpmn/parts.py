"""What stands inside an element of the text: events, loops, our extension elements, the rest by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from processes.bpmn.model import (
    ALL,
    BOUNDARY_EVENT,
    BPMN_NAMESPACE,
    BUSINESS_RULE_TASK,
    CALL_ACTIVITY,
    DESCRIPTIVE,
    ERROR,
    EVENT_GATEWAY,
    MESSAGE,
    QC_NAMESPACE,
    SEND_TASK,
    SERVICE_TASK,
    START_EVENT,
    SUB_PROCESS,
    TERMINATE,
    TIMER,
    DataMapping,
    EventDefinition,
    Loop,
    Rule,
    TimerSpec,
)

BPMN = f"{{{BPMN_NAMESPACE}}}"
QC = f"{{{QC_NAMESPACE}}}"

#: Children of an element that say again which flows touch it.
WIRING = frozenset({"incoming", "outgoing"})
#: Children of an activity that are read with it, not as elements of their own.
OF_ACTIVITIES = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})

_EVENTS = {
    "timerEventDefinition": TIMER,
    "messageEventDefinition": MESSAGE,
    "errorEventDefinition": ERROR,
    "terminateEventDefinition": TERMINATE,
}
_TIMES = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
#: Attributes of BPMN that every element may have without changing how it runs.
_PLAIN = frozenset({"id", "name", "default", "gatewayDirection"})
#: Attributes that are allowed where they say what would hold anyway.
_AS_USUAL = {
    "isForCompensation": "false",
    "startQuantity": "1",
    "completionQuantity": "1",
    "parallelMultiple": "false",
    "triggeredByEvent": "false",
    "instantiate": "false",
    "eventGatewayType": "Exclusive",
}
_OF_TYPE: Mapping[str, frozenset[str]] = {
    BOUNDARY_EVENT: frozenset({"attachedToRef", "cancelActivity"}),
    START_EVENT: frozenset({"isInterrupting"}),
    CALL_ACTIVITY: frozenset({"calledElement"}),
    SERVICE_TASK: frozenset({"implementation"}),
    SEND_TASK: frozenset({"implementation"}),
    BUSINESS_RULE_TASK: frozenset({"implementation"}),
    "userTask": frozenset({"implementation"}),
    SUB_PROCESS: frozenset(),
    EVENT_GATEWAY: frozenset(),
}
_FLOW = frozenset({"id", "name", "sourceRef", "targetRef"})
_PROCESS = frozenset({"id", "name", "isExecutable", "processType", "isClosed"})


@dataclass
class Parts:
    """What an element holds."""

    event: EventDefinition | None = None
    loop: Loop | None = None
    inputs: list[DataMapping] = field(default_factory=list)
    outputs: list[DataMapping] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    #: What the model cannot carry.
    details: list[str] = field(default_factory=list)
    #: Names of messages and errors that the file does not hold.
    unknown_references: list[str] = field(default_factory=list)


def referable(root: etree._Element) -> Mapping[str, str]:
    """Id -> name of every message, id -> code of every error of the file; ids are unique over both."""
    names = {node.get("id", ""): node.get("name", "") for node in root.iterfind(f"{BPMN}message")}
    return names | {node.get("id", ""): node.get("errorCode", "") for node in root.iterfind(f"{BPMN}error")}


def read_parts(node: etree._Element, names: Mapping[str, str]) -> Parts:
    """Everything inside an element but the elements of a sub-process."""
    found = Parts()
    found.details += _attributes(node)
    for child in node.iterchildren(etree.Element):
        _read_child(node, child, names, found)
    return found


def _read_child(node: etree._Element, child: etree._Element, names: Mapping[str, str], found: Parts) -> None:
    name, is_scope = local(child.tag), local(node.tag) == SUB_PROCESS
    if not str(child.tag).startswith(BPMN):
        found.details += [] if is_scope else [name]  # there it is named as an element
    elif name == "extensionElements":
        _extensions(child, found)
    elif name in _EVENTS and found.event is None:
        found.event = _event(child, names, found)
    elif name == "multiInstanceLoopCharacteristics" and found.loop is None:
        found.loop = _loop(child, found)
    elif name not in DESCRIPTIVE | WIRING and (not is_scope or is_of_activity(name)):
        found.details.append(name)


def is_of_activity(name: str) -> bool:
    """Whether a child of a sub-process belongs to it as an activity, not to what it contains."""
    return name in WIRING | OF_ACTIVITIES or name.endswith("EventDefinition") or name == "eventDefinitionRef"


def _event(node: etree._Element, names: Mapping[str, str], found: Parts) -> EventDefinition:
    kind = _EVENTS[local(node.tag)]
    if kind == TIMER:
        return EventDefinition(TIMER, timer=_timer(node, found))
    reference = {MESSAGE: "messageRef", ERROR: "errorRef"}.get(kind, "")
    found.details += _strange(node, frozenset({"id", reference}), frozenset())
    referred = node.get(reference, "") if reference else ""
    name = names.get(referred) or names.get(unprefixed(referred), "")
    if referred and not name:
        found.unknown_references.append(referred)
    return EventDefinition(kind, name)


def _timer(node: etree._Element, found: Parts) -> TimerSpec:
    found.details += _strange(node, frozenset({"id"}), frozenset(_TIMES), settings=frozenset({"workdays"}))
    times = [child for child in node.iterchildren(etree.Element) if local(child.tag) in _TIMES]
    found.details += [f"a second {local(child.tag)}" for child in times[1:]]
    workdays = node.get(f"{QC}workdays", "")
    if not times:
        return TimerSpec("duration" if workdays else "", "", workdays)
    return TimerSpec(_TIMES[local(times[0].tag)], (times[0].text or "").strip(), workdays)


def _loop(node: etree._Element, found: Parts) -> Loop:
    known = frozenset({"collection", "complete", "ratio", "weights"})
    found.details += _strange(node, frozenset({"id", "isSequential"}), frozenset(), settings=known)
    return Loop(
        sequential=node.get("isSequential", "false").strip() in ("true", "1"),
        collection=node.get(f"{QC}collection", ""),
        complete=node.get(f"{QC}complete", ALL),
        ratio=node.get(f"{QC}ratio", ""),
        weights=node.get(f"{QC}weights", ""),
    )


def _extensions(node: etree._Element, found: Parts) -> None:
    """Our own extension elements; those of other tools are theirs."""
    for child in node.iterchildren(f"{QC}*"):
        name = local(child.tag)
        if name in ("in", "out"):
            mapping = DataMapping(child.get("source", "").strip(), child.get("target", "").strip())
            (found.inputs if name == "in" else found.outputs).append(mapping)
            known = frozenset({"source", "target"})
        elif name == "rule":
            found.rules.append(Rule(child.get("when", "").strip(), child.get("value", "").strip()))
            known = frozenset({"when", "value"})
        else:
            found.details.append(f"qc:{name}")
            continue
        found.details += [f"qc:{name} {detail}" for detail in unknown_attributes(child, known)]


def flow_details(node: etree._Element) -> Iterator[str]:
    """What a sequence flow holds beyond what the model carries."""
    yield from (detail for detail in unknown_attributes(node, _FLOW) if detail != 'isImmediate="true"')
    conditions = 0
    for child in node.iterchildren(etree.Element):
        name = local(child.tag)
        if name == "conditionExpression":
            conditions += 1
            yield from (local(inner.tag) for inner in child.iterchildren(etree.Element))
        elif name == "extensionElements":
            yield from (f"qc:{local(inner.tag)}" for inner in child.iterchildren(f"{QC}*"))
        elif name != "documentation":
            yield name
    if conditions > 1:
        yield "a second conditionExpression"


def process_details(node: etree._Element) -> Iterator[str]:
    """Attributes of a process that would change how it runs."""
    return unknown_attributes(node, _PROCESS)


def unknown_attributes(node: etree._Element, known: frozenset[str]) -> Iterator[str]:
    """Attributes of BPMN (those without a prefix) beyond the *known* ones, as they are written."""
    for key, value in node.items():
        name = str(key)
        if not name.startswith("{") and name not in known:
            yield f'{name}="{value[:40]}"'


def _attributes(node: etree._Element) -> Iterator[str]:
    known = _PLAIN | _OF_TYPE.get(local(node.tag), frozenset())
    usual = {f'{name}="{value}"' for name, value in _AS_USUAL.items()}
    return (detail for detail in unknown_attributes(node, known) if detail not in usual)


def _strange(
    node: etree._Element,
    attributes: frozenset[str],
    children: frozenset[str],
    settings: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """What stands in a part of an element beyond what is read there."""
    name = local(node.tag)
    for detail in unknown_attributes(node, attributes):
        yield f"{name} {detail}"
    for setting in sorted(settings_of(node).keys() - settings):
        yield f"{name} qc:{setting}"
    for child in node.iterchildren(etree.Element):
        inner = local(child.tag)
        if inner == "extensionElements":
            yield from (f"{name} qc:{local(each.tag)}" for each in child.iterchildren(f"{QC}*"))
        elif inner not in children | {"documentation"}:
            yield f"{name} {inner}"


def settings_of(node: etree._Element) -> dict[str, str]:
    """Our own attributes of a node, without their prefix."""
    return {str(key)[len(QC) :]: value for key, value in node.items() if str(key).startswith(QC)}


def unprefixed(name: str) -> str:
    """A qualified name without its prefix."""
    return name.rpartition(":")[2]


def local(tag: object) -> str:
    """A tag without its namespace."""
    return str(tag).rpartition("}")[2]

"""The frozen model of a definition, in the words of BPMN 2.0 (ISO/IEC 19510)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from common.expressions import typed

BPMN_NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
QC_NAMESPACE = "https://qicheng.dev/bpmn"

START_EVENT = "startEvent"
END_EVENT = "endEvent"
CATCH_EVENT = "intermediateCatchEvent"
BOUNDARY_EVENT = "boundaryEvent"
USER_TASK = "userTask"
SERVICE_TASK = "serviceTask"
SEND_TASK = "sendTask"
BUSINESS_RULE_TASK = "businessRuleTask"
EXCLUSIVE_GATEWAY = "exclusiveGateway"
PARALLEL_GATEWAY = "parallelGateway"
INCLUSIVE_GATEWAY = "inclusiveGateway"
EVENT_GATEWAY = "eventBasedGateway"
SUB_PROCESS = "subProcess"
CALL_ACTIVITY = "callActivity"

#: Activities: they begin, last and end, and boundary events may sit on them.
ACTIVITIES = frozenset({USER_TASK, SERVICE_TASK, SEND_TASK, BUSINESS_RULE_TASK, SUB_PROCESS, CALL_ACTIVITY})
EVENTS = frozenset({START_EVENT, END_EVENT, CATCH_EVENT, BOUNDARY_EVENT})
GATEWAYS = frozenset({EXCLUSIVE_GATEWAY, PARALLEL_GATEWAY, INCLUSIVE_GATEWAY, EVENT_GATEWAY})
#: What the engine runs; lint refuses every other flow node by name.
EXECUTABLE = ACTIVITIES | EVENTS | GATEWAYS

#: Drawn or written beside the flow; nothing to run, kept in the text.
DESCRIPTIVE = frozenset(
    {"documentation", "extensionElements", "textAnnotation", "association", "group", "laneSet"}
)

TIMER, MESSAGE, ERROR, TERMINATE = "timer", "message", "error", "terminate"

#: What is written behind the id of a sub-process to name its way out; no id holds it.
_OUT = "\0out"

#: How the votes of a countersigned task are counted (`qc:complete`).
ALL, ANY, RATIO, WEIGHTED = "all", "any", "ratio", "weighted"


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    """An arrow between two elements, with its condition (CEL) if it has one."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""
    line: int = field(default=0, compare=False)
    #: Id of the sub-process the flow lies in, or empty.
    parent: str = ""
    settings: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class TimerSpec:
    """When a timer fires: at a date, after a duration, or again and again.

    *kind* is `date`, `duration` or `cycle`. *text* is ISO 8601 (`2027-06-20T18:00:00+08:00`, `P3D`,
    `R/P1D`) or, for a date, `=` and a CEL expression over the case's variables that gives a time or an ISO
    text. *workdays* counts school workdays and stands instead of a text.
    """

    kind: str
    text: str = ""
    workdays: str = ""


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What makes an event more than a plain one.

    *kind* is `timer`, `message`, `error` or `terminate`; *name* the message's name or the error's code
    (empty on a boundary event: any error).
    """

    kind: str
    name: str = ""
    timer: TimerSpec | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """Several people on one user task (multi-instance): one after another or side by side.

    *collection* says for whom: `members` (everybody in the pool when the task opens) or a declared variable
    of type `list` with the keys of people. *complete* is `all`, `any`, `ratio` or `weighted`; *ratio* is the
    share of votes (or of their weight) that has to agree; *weights* names a variable of type `list` with a
    number for each person in *collection*.
    """

    sequential: bool = False
    collection: str = ""
    complete: str = ALL
    ratio: str = ""
    weights: str = ""


@dataclass(frozen=True, slots=True)
class DataMapping:
    """Data into or out of a called process: the value of *source* (CEL) becomes the variable *target*."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of a business rule task: where *when* (CEL, empty: always) holds, the result is *value*."""

    when: str
    value: str


@dataclass(frozen=True)
class Element:
    """A flow node. `settings` are our own attributes (`qc:role` is `settings["role"]`)."""

    id: str
    type: str
    name: str = ""
    line: int = field(default=0, compare=False)
    settings: Mapping[str, str] = field(default_factory=dict, hash=False)
    #: Id of the sub-process the element lies in, or empty.
    parent: str = ""
    #: Id of the default sequence flow of a gateway, or empty.
    default: str = ""
    event: EventDefinition | None = None
    #: Of a boundary event: the activity it sits on, and whether it ends that activity.
    attached_to: str = ""
    interrupting: bool = True
    loop: Loop | None = None
    #: Of a call activity: the key of the definition called.
    called: str = ""
    inputs: tuple[DataMapping, ...] = ()
    outputs: tuple[DataMapping, ...] = ()
    rules: tuple[Rule, ...] = ()
    #: Children (by local tag name) and attributes (`name="value"`) that the model cannot carry; lint refuses
    #: them.
    details: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """The name in *language*: `qc:nameEn` for English when given, else the drawn name."""
        english = self.settings.get("nameEn", "")
        return english if language.startswith("en") and english else self.name or self.id

    def ask(self, language: str) -> str:
        """One sentence that says what is asked of the person (`qc:ask`, `qc:askEn`)."""
        english = self.settings.get("askEn", "")
        return english if language.startswith("en") and english else self.settings.get("ask", "")

    def flag(self, name: str) -> bool:
        """Whether the setting *name* is `true`."""
        return self.settings.get(name) == "true"

    @property
    def role(self) -> str:
        """The role of the pool, or empty when no pool does the task."""
        return self.settings.get("role", "")

    @property
    def unit_kind(self) -> str:
        """The level of the organisation tree at which the pool's role is held."""
        return self.settings.get("unit", "")

    @property
    def is_initiators(self) -> bool:
        """Whether the person who started the case does this task."""
        return self.flag("initiator")

    @property
    def doer_of(self) -> str:
        """The earlier user task whose doer does this one too (`qc:doerOf`), or empty."""
        return self.settings.get("doerOf", "")

    @property
    def runs_later(self) -> bool:
        """Whether a service or send task runs after commit, as a job that may be tried again."""
        return self.settings.get("run") == "later"

    def is_event(self, kind: str) -> bool:
        """Whether the element is an event of this kind."""
        return self.event is not None and self.event.kind == kind


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something in the text that the model cannot carry: where, what, and a code for lint."""

    code: str
    element_id: str
    detail: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Model:
    """One executable process with its elements and flows, of all its sub-processes too, in document order."""

    id: str
    name: str
    elements: Mapping[str, Element]
    flows: Mapping[str, SequenceFlow]
    variables: Mapping[str, str]
    oddities: tuple[Oddity, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _outgoing(self) -> Mapping[str, tuple[SequenceFlow, ...]]:
        table: dict[str, list[SequenceFlow]] = {key: [] for key in self.elements}
        for flow in self.flows.values():
            table.setdefault(flow.source, []).append(flow)
        return {key: tuple(flows) for key, flows in table.items()}

    @cached_property
    def _incoming(self) -> Mapping[str, tuple[SequenceFlow, ...]]:
        table: dict[str, list[SequenceFlow]] = {key: [] for key in self.elements}
        for flow in self.flows.values():
            table.setdefault(flow.target, []).append(flow)
        return {key: tuple(flows) for key, flows in table.items()}

    @cached_property
    def _boundaries(self) -> Mapping[str, tuple[Element, ...]]:
        table: dict[str, list[Element]] = {}
        for element in self.of_type(BOUNDARY_EVENT):
            table.setdefault(element.attached_to, []).append(element)
        return {key: tuple(elements) for key, elements in table.items()}

    def outgoing(self, element_id: str) -> tuple[SequenceFlow, ...]:
        """The flows that leave an element, in document order."""
        return self._outgoing.get(element_id, ())

    def incoming(self, element_id: str) -> tuple[SequenceFlow, ...]:
        """The flows that enter an element, in document order."""
        return self._incoming.get(element_id, ())

    def boundaries(self, element_id: str) -> tuple[Element, ...]:
        """The boundary events on an activity, in document order."""
        return self._boundaries.get(element_id, ())

    def of_type(self, *types: str) -> Iterator[Element]:
        """The elements of the given types, in document order."""
        return (element for element in self.elements.values() if element.type in types)

    @cached_property
    def _children(self) -> Mapping[str, tuple[Element, ...]]:
        table: dict[str, list[Element]] = {}
        for element in self.elements.values():
            table.setdefault(element.parent, []).append(element)
        return {key: tuple(elements) for key, elements in table.items()}

    def children(self, parent: str = "") -> Iterator[Element]:
        """The elements directly inside a sub-process (empty: the process), in document order."""
        return iter(self._children.get(parent, ()))

    def start_of(self, parent: str = "") -> Element | None:
        """The none start event of a sub-process (empty: of the process), if it has one."""
        plain = (e for e in self.children(parent) if e.type == START_EVENT and e.event is None)
        return next(plain, None)

    @cached_property
    def starts(self) -> Mapping[str, str]:
        """Sub-process (empty: the process) -> id of its plain start event."""
        plain = [e for e in self.of_type(START_EVENT) if e.event is None]
        return {element.parent: element.id for element in reversed(plain)}

    def exit_of(self, element_id: str) -> str:
        """From where an element is left: a sub-process is two places, its way in and its way out."""
        element = self.elements.get(element_id)
        return f"{element_id}{_OUT}" if element is not None and element.type == SUB_PROCESS else element_id

    def next_places(self, place: str) -> tuple[str, ...]:
        """Where a token may go from a place: over flows, into boundary events, into and out of a sub-process.

        A sub-process leads to its start; its ends lead to its way out, which never leads in again by itself.
        """
        return self._neighbours[0].get(place, ())

    def previous_places(self, place: str) -> tuple[str, ...]:
        """From where a token may come to a place: `next_places` the other way round."""
        return self._neighbours[1].get(place, ())

    @cached_property
    def _neighbours(self) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
        forward: dict[str, dict[str, None]] = {}
        for flow in self.flows.values():
            if flow.source in self.elements and flow.target in self.elements:
                forward.setdefault(self.exit_of(flow.source), {})[flow.target] = None
        for element in self.elements.values():
            if element.type == BOUNDARY_EVENT and element.attached_to in self.elements:
                for place in (element.attached_to, self.exit_of(element.attached_to)):
                    forward.setdefault(place, {})[element.id] = None
            if element.parent in self.elements and element.type == START_EVENT:
                forward.setdefault(element.parent, {})[element.id] = None
            if element.parent in self.elements and element.type == END_EVENT:
                forward.setdefault(element.id, {})[self.exit_of(element.parent)] = None
        backward: dict[str, dict[str, None]] = {}
        for place, nexts in forward.items():
            for other in nexts:
                backward.setdefault(other, {})[place] = None
        return (
            {key: tuple(value) for key, value in forward.items()},
            {key: tuple(value) for key, value in backward.items()},
        )

    def reachable(self, *starts: str, backwards: bool = False, around: str = "") -> frozenset[str]:
        """Ids of all elements a token can reach from any of *starts*, these included, without *around*."""
        neighbours = self._neighbours[1 if backwards else 0]
        seen, waiting = set(starts), list(starts)
        while waiting:
            for there in neighbours.get(waiting.pop(), ()):
                if there not in seen and there != around:
                    seen.add(there)
                    waiting.append(there)
        return frozenset(place.removesuffix(_OUT) for place in seen)

    @cached_property
    def _leading(self) -> dict[str, frozenset[str]]:
        return {}

    def upstream(self, join_id: str, arrived: Iterable[str] = ()) -> frozenset[str]:
        """Elements of the same scope from which a token that a joining gateway waits for can still come.

        *arrived* are the incoming flows over which tokens have come already. What can also come over one of
        these, without passing the gateway, is not waited for: it comes round once more, as in a loop around
        the gateway (ISO/IEC 19510, 13.4.3, inclusive gateway).
        """
        here = set(arrived)
        missing = [flow for flow in self.incoming(join_id) if flow.id not in here]
        there = [flow for flow in self.incoming(join_id) if flow.id in here]
        waited = frozenset().union(*(self._leading_to(flow) for flow in missing))
        return waited.difference(*(self._leading_to(flow) for flow in there))

    def _leading_to(self, entering: SequenceFlow) -> frozenset[str]:
        """Elements from which a token can come over a flow without passing its target before."""
        if entering.id not in self._leading:
            seen: set[str] = set()
            waiting = [entering.source]
            while waiting:
                here = waiting.pop()
                if here in seen or here == entering.target or here not in self.elements:
                    continue
                seen.add(here)
                waiting += [flow.source for flow in self.incoming(here)]
                waiting += [self.elements[here].attached_to] if self.elements[here].attached_to else []
            self._leading[entering.id] = frozenset(seen)
        return self._leading[entering.id]

    def typed(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The stored *variables* as expressions see them (see `common.expressions.typed`)."""
        return typed(variables, self.variables)

    @cached_property
    def is_concurrent(self) -> bool:
        """Whether more than one token can be under way in a case, so that others have to be looked at."""
        several = frozenset({PARALLEL_GATEWAY, INCLUSIVE_GATEWAY, EVENT_GATEWAY, SUB_PROCESS, CALL_ACTIVITY})
        return any(
            element.type in several or element.loop or element.type == BOUNDARY_EVENT or element.runs_later
            for element in self.elements.values()
        )

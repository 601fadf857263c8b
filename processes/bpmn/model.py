"""The frozen model of a definition, in the words of BPMN 2.0 (ISO/IEC 19510)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

BPMN_NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
QC_NAMESPACE = "https://qicheng.dev/bpmn"

START_EVENT = "startEvent"
END_EVENT = "endEvent"
USER_TASK = "userTask"
SERVICE_TASK = "serviceTask"
EXCLUSIVE_GATEWAY = "exclusiveGateway"

#: What the engine runs today; lint refuses every other flow node by name.
EXECUTABLE = frozenset({START_EVENT, END_EVENT, USER_TASK, SERVICE_TASK, EXCLUSIVE_GATEWAY})

#: Drawn or written beside the flow; nothing to run, kept in the text.
DESCRIPTIVE = frozenset(
    {"documentation", "extensionElements", "textAnnotation", "association", "group", "laneSet"}
)


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    """An arrow between two elements, with its condition (CEL) if it has one."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""
    line: int = 0


@dataclass(frozen=True)
class Element:
    """A flow node. `settings` are our own attributes (`qc:role` is `settings["role"]`)."""

    id: str
    type: str
    name: str = ""
    line: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)
    #: Children that change what the element does, such as event definitions, by local tag name.
    details: tuple[str, ...] = ()
    #: Id of the default sequence flow of a gateway, or empty.
    default: str = ""

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
        """The role of the pool, or empty when the initiator does the task."""
        return self.settings.get("role", "")

    @property
    def unit_kind(self) -> str:
        """The level of the organisation tree at which the pool's role is held."""
        return self.settings.get("unit", "")

    @property
    def is_initiators(self) -> bool:
        """Whether the person who started the case does this task."""
        return self.flag("initiator")


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something in the text that the model cannot carry: where, what, and a code for lint."""

    code: str
    element_id: str
    detail: str = ""
    line: int = 0


@dataclass(frozen=True)
class Model:
    """One executable process with its elements and flows in document order."""

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

    def outgoing(self, element_id: str) -> tuple[SequenceFlow, ...]:
        """The flows that leave an element, in document order."""
        return self._outgoing.get(element_id, ())

    def incoming(self, element_id: str) -> tuple[SequenceFlow, ...]:
        """The flows that enter an element, in document order."""
        return self._incoming.get(element_id, ())

    def of_type(self, *types: str) -> Iterator[Element]:
        """The elements of the given types, in document order."""
        return (element for element in self.elements.values() if element.type in types)

    def reachable(self, start: str, *, backwards: bool = False) -> frozenset[str]:
        """Ids of all elements that can be reached from *start*, itself included."""
        seen, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            flows = self.incoming(here) if backwards else self.outgoing(here)
            for flow in flows:
                there = flow.source if backwards else flow.target
                if there in self.elements and there not in seen:
                    seen.add(there)
                    waiting.append(there)
        return frozenset(seen)

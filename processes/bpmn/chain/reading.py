"""Reading a chain: which elements follow one another, which lie side by side, what cannot be shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from processes.bpmn.back import applicants_step
from processes.bpmn.chain.conditions import understood
from processes.bpmn.chain.items import (
    Automatic,
    Branch,
    Chain,
    End,
    Gap,
    Gate,
    Item,
    Jump,
    Level,
    Locked,
    Meeting,
    Path,
    Start,
    Step,
    Way,
)
from processes.bpmn.chain.meeting import meeting_places
from processes.bpmn.model import (
    BOUNDARY_EVENT,
    BUSINESS_RULE_TASK,
    CALL_ACTIVITY,
    END_EVENT,
    EVENT_GATEWAY,
    EXCLUSIVE_GATEWAY,
    GATEWAYS,
    SEND_TASK,
    SERVICE_TASK,
    START_EVENT,
    SUB_PROCESS,
    USER_TASK,
    Element,
    Model,
    SequenceFlow,
)
from processes.bpmn.reader import read

_AUTOMATIC = frozenset({SERVICE_TASK, SEND_TASK, BUSINESS_RULE_TASK})
#: Gateways behind which one way is taken.
_CHOOSING = frozenset({EXCLUSIVE_GATEWAY, EVENT_GATEWAY})
_REASONS = {SUB_PROCESS: "subprocess", CALL_ACTIVITY: "call"}


def chain_of(text: str | bytes) -> Chain:
    """The plain view of a definition. Raises BpmnError when the text cannot be read."""
    return view_of(read(text))


def view_of(model: Model) -> Chain:
    """The plain view of a model that has been read."""
    reading = _Reading(model, meeting_places(model))
    start = _start(model)
    path = reading.path(start.id, frozenset(), ()) if start is not None else Path()
    chain = Chain(model.id, model.name, path, model.variables, tuple(reading.left_over()))
    before = {task.id: model.reachable(task.id, backwards=True) for task in model.of_type(USER_TASK)}
    return replace(chain, places=dict(reading.places), before=before, home=applicants_step(model))


def _start(model: Model) -> Element | None:
    starts = [element for element in model.children() if element.type == START_EVENT]
    return model.start_of() or next(iter(starts), None)


@dataclass
class _Reading:
    model: Model
    #: Gateway -> the element at which all that leaves it comes together again, or empty.
    meets: Mapping[str, str]
    places: dict[str, Item] = field(default_factory=dict)
    #: Elements that an item shows without being it: joins, boundary events and what they lead to.
    shown: set[str] = field(default_factory=set)

    def path(self, here: str, stops: frozenset[str], entering: tuple[str, ...]) -> Path:
        """What follows from *here* up to one of *stops*; *entering* are the flows that lead here."""
        steps: list[Step] = []
        waiting = entering
        while here and here not in stops:
            element = self.model.elements.get(here)
            if element is None:
                return Path(tuple(steps))
            if here in self.places or here in self.shown:
                return Path((*steps, Step(_gap(waiting), Jump(element))))
            item = self._item(element, stops)
            steps.append(Step(None if _is_filing(steps, item) else _gap(waiting), item))
            here, waiting = self._onward(item)
        return Path(tuple(steps), _gap(waiting) if here else None)

    def _item(self, element: Element, stops: frozenset[str]) -> Item:
        self.places[element.id] = Meeting(element)  # found again below it, so that a way back is a jump
        item = self._branch(element, stops) if self._parts(element) else self._plain(element)
        if isinstance(item, Level):
            self.shown.add(element.id)
            self.places[item.element.id] = item
        self.places[element.id] = item
        return item

    def _parts(self, element: Element) -> bool:
        return element.type in GATEWAYS and len(self.model.outgoing(element.id)) > 1

    def _plain(self, element: Element) -> Item:
        attached = self._attached(element)
        if element.details or element.type in _REASONS:
            events = tuple(each for locked in attached for each in (locked.element, *locked.contains))
            return Locked(element, _REASONS.get(element.type, "detail"), events)
        if element.type == USER_TASK:
            return Level(element, attached=attached)
        if element.type in _AUTOMATIC:
            return Automatic(element, attached)
        if element.type in GATEWAYS:
            return Meeting(element)
        return self._event(element)

    @staticmethod
    def _event(element: Element) -> Item:
        if element.type == START_EVENT:
            return Start(element)
        return End(element) if element.type == END_EVENT else Locked(element, "event")

    def _attached(self, element: Element) -> tuple[Locked, ...]:
        found = []
        for event in self.model.boundaries(element.id):
            self.shown.add(event.id)
            found.append(Locked(event, "boundary", tuple(self._beyond(event))))
        return tuple(found)

    def _beyond(self, event: Element) -> Iterable[Element]:
        """What only this boundary event leads to, in the order in which it comes."""
        waiting, before = [event.id], {event.id}
        while waiting:
            for flow in self.model.outgoing(waiting.pop(0)):
                target = self.model.elements.get(flow.target)
                sources = {each.source for each in self.model.incoming(flow.target)}
                if target is None or target.id in before or not sources <= before:
                    continue
                before.add(target.id)
                self.shown.add(target.id)
                waiting.append(target.id)
                yield target

    def _branch(self, element: Element, stops: frozenset[str]) -> Item:
        meets = self.meets.get(element.id, "")
        inner = stops | ({meets} if meets else set())
        ways = tuple(self._way(element, flow, inner) for flow in self._in_order(element))
        join = self._join(element, meets, ways, stops)
        if join is not None:
            self.shown.add(join.id)
        branch = Branch(element, ways, join, meets)
        return _as_gate(branch) or branch

    def _in_order(self, element: Element) -> list[SequenceFlow]:
        """The ways as they are tried, the default last."""
        return sorted(self.model.outgoing(element.id), key=lambda flow: flow.id == element.default)

    def _way(self, element: Element, flow: SequenceFlow, stops: frozenset[str]) -> Way:
        condition = understood(flow.condition, self.model.variables) if flow.condition else None
        path = self.path(flow.target, stops, (flow.id,))
        if element.type == EVENT_GATEWAY and path.steps:  # what is waited for follows it directly
            first = replace(path.steps[0], before=None)
            path = replace(path, steps=(first, *path.steps[1:]))
        return Way(flow, flow.id == element.default, condition, path)

    def _join(
        self, element: Element, meets: str, ways: tuple[Way, ...], stops: frozenset[str]
    ) -> Element | None:
        """The gateway that closes a branch and nothing else."""
        other = self.model.elements.get(meets)
        if (
            other is None
            or meets in stops
            or other.type not in GATEWAYS
            or len(self.model.outgoing(meets)) != 1
        ):
            return None
        kind = EXCLUSIVE_GATEWAY if element.type == EVENT_GATEWAY else element.type
        coming = [flow for way in ways for flow in leaving(way)]
        ours = {flow.id for flow in self.model.incoming(meets)} == set(coming)
        return other if other.type == kind and ours and meets not in self.places else None

    def _onward(self, item: Item) -> tuple[str, tuple[str, ...]]:
        """Where the path goes on behind an item, and over which flows (none: nothing can be put there)."""
        if isinstance(item, Branch) and item.join is None:
            flows = tuple(flow for way in item.ways for flow in leaving(way))
            alone = item.element.type in _CHOOSING and _is_single(item)
            return item.leads_to, flows if alone else ()
        last = _last(item)
        out = self.model.outgoing(last.id) if last is not None else ()
        return (out[0].target, (out[0].id,)) if len(out) == 1 else ("", ())

    def left_over(self) -> Iterable[Locked]:
        """What no path shows: other starts and what only they lead to."""
        known = self.shown | self.places.keys()
        for element in self.model.children():
            if element.id not in known and element.type != BOUNDARY_EVENT:
                yield Locked(element, "aside")


def leaving(way: Way) -> tuple[str, ...]:
    """The flows over which a way comes to where its branch comes together; none when it ends before."""
    steps = way.path.steps
    if way.path.after is not None:
        return way.path.after.flows
    last = steps[-1].item if steps else None
    if isinstance(last, Branch) and last.join is None:
        return tuple(flow for inner in last.ways for flow in leaving(inner))
    return ()


def _is_single(branch: Branch) -> bool:
    """Whether just one token comes out of a branch that no gateway of its own closes."""
    lasts = (way.path.steps[-1].item for way in branch.ways if way.path.steps)
    open_ones = [last for last in lasts if isinstance(last, Branch) and last.join is None]
    return all(last.element.type in _CHOOSING and _is_single(last) for last in open_ones)


def _is_filing(steps: list[Step], item: Item) -> bool:
    """Whether this is the applicant's first task, before which nobody can have anything to look at."""
    began = bool(steps) and isinstance(steps[-1].item, Start) and steps[-1].item.element.event is None
    return began and isinstance(item, Level) and item.element.is_initiators


def _gap(flows: tuple[str, ...]) -> Gap | None:
    return Gap(flows) if flows else None


def _last(item: Item) -> Element | None:
    """The element from which the path goes on behind an item."""
    if isinstance(item, Branch):
        return item.join
    if isinstance(item, Level) and item.gate is not None:
        return item.gate.join
    return None if isinstance(item, End | Jump) else item.element


def _as_gate(branch: Branch) -> Level | None:
    """A branch that only lets a single level be left out, as that level with its condition.

    A gateway with a name asks a question that somebody wanted to see; it stays a branch.
    """
    if branch.element.type != EXCLUSIVE_GATEWAY or branch.join is None or len(branch.ways) != 2:
        return None
    if branch.element.name or branch.join.name:
        return None
    deciding, default = branch.ways
    if not default.is_default or not deciding.flow.condition:
        return None
    full = [way for way in branch.ways if way.path.steps]
    if len(full) != 1 or len(full[0].path.steps) != 1:
        return None
    item = full[0].path.steps[0].item
    if not isinstance(item, Level) or item.gate is not None or full[0].path.after is None:
        return None
    gate = Gate(branch.element, branch.join, deciding.flow, full[0] is default, deciding.condition)
    return replace(item, gate=gate)

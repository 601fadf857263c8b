"""What an approval chain is made of, as a person sees it who has only ever used a phone's approval app."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from processes.bpmn.chain.conditions import Condition
from processes.bpmn.model import Element, SequenceFlow


@dataclass(frozen=True)
class Gap:
    """A place between two items: the sequence flows that lead over it, all to the same element."""

    flows: tuple[str, ...]

    @property
    def key(self) -> str:
        """The gap's name in a page."""
        return " ".join(self.flows)


@dataclass(frozen=True)
class Gate:
    """When a level is looked at: only if, or skipped if, a condition holds."""

    gateway: Element
    join: Element
    flow: SequenceFlow
    #: Whether the level is left out when the condition holds, instead of being there only then.
    skips: bool
    #: None when menus cannot say it; `flow.condition` is the text.
    condition: Condition | None


@dataclass(frozen=True)
class Locked:
    """Something that the chain editor shows by name and leaves untouched.

    *reason* is `subprocess`, `call`, `event`, `boundary`, `detail` or `aside`; *contains* are the elements
    that go with it.
    """

    element: Element
    reason: str
    contains: tuple[Element, ...] = ()


@dataclass(frozen=True)
class Level:
    """A user task: somebody files, reviews or answers."""

    element: Element
    gate: Gate | None = None
    attached: tuple[Locked, ...] = ()


@dataclass(frozen=True)
class Automatic:
    """A task that runs by itself: a handler, a message sent, a rule."""

    element: Element
    attached: tuple[Locked, ...] = ()


@dataclass(frozen=True)
class Meeting:
    """A place where paths come together that did not part just before, as where a loop begins."""

    element: Element


@dataclass(frozen=True)
class Start:
    """Where cases begin."""

    element: Element


@dataclass(frozen=True)
class End:
    """Where the path of a case ends."""

    element: Element


@dataclass(frozen=True)
class Jump:
    """The path goes on at an element that is shown elsewhere."""

    target: Element

    @property
    def element(self) -> Element:
        """The element that is shown elsewhere."""
        return self.target


@dataclass(frozen=True)
class Way:
    """One path of a branch. *condition* is None when there is none, or when menus cannot say it."""

    flow: SequenceFlow
    is_default: bool
    condition: Condition | None
    path: "Path"


@dataclass(frozen=True)
class Branch:
    """A gateway with several ways out; *join* is the gateway that closes it, if it has one of its own.

    *leads_to* is the element at which the ways come together again, or empty when they never do.
    """

    element: Element
    ways: tuple[Way, ...]
    join: Element | None = None
    leads_to: str = ""


Item = Start | Level | Automatic | Branch | Meeting | Locked | End | Jump


@dataclass(frozen=True)
class Step:
    """An item with the gap before it; None where nothing can be put."""

    before: Gap | None
    item: Item


@dataclass(frozen=True)
class Path:
    """Steps one after another. *after* is the gap behind the last one; None when the path ends there."""

    steps: tuple[Step, ...] = ()
    after: Gap | None = None


@dataclass(frozen=True)
class Chain:
    """The whole view; *aside* is what hangs together with none of it."""

    key: str
    name: str
    path: Path
    variables: Mapping[str, str]
    aside: tuple[Locked, ...] = ()
    #: Level -> the elements from which a path leads to it.
    before: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: The level to which a case is returned that goes back to its applicant; empty when there is none.
    home: str = ""
    #: Id of an element -> the item that shows it.
    places: Mapping[str, Item] = field(default_factory=dict)

    def paths(self) -> Iterator[Path]:
        """Every path, those of branches too."""
        yield from _paths(self.path)

    def levels(self) -> Iterator[Level]:
        """Every level, in the order of the page."""
        for path in self.paths():
            yield from (step.item for step in path.steps if isinstance(step.item, Level))

    def branches(self) -> Iterator[Branch]:
        """Every branch, outer ones first."""
        for path in self.paths():
            yield from (step.item for step in path.steps if isinstance(step.item, Branch))

    def gaps(self) -> Iterator[Gap]:
        """Every place where a level can be put."""
        for path in self.paths():
            yield from (step.before for step in path.steps if step.before is not None)
            if path.after is not None:
                yield path.after


def _paths(path: Path) -> Iterator[Path]:
    yield path
    for step in path.steps:
        if isinstance(step.item, Branch):
            for way in step.item.ways:
                yield from _paths(way.path)

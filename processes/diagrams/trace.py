"""The way of a case through its definition, read from its trail."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from accounts.models import User
from processes.bpmn.model import Model, SequenceFlow
from processes.queries import Step

#: Events with which a person ends their turn at the step named in the event.
DECISIONS = frozenset({"submitted", "approved", "objected", "returned", "rejected"})
#: Events with which something else ends the waiting at an element.
_ARRIVALS = frozenset({"timer", "message", "job_done", "job_error"})


@dataclass
class Visit:
    """One time the case was at an element; *kind* is the event that ended it, empty while it lasts.

    What a token only passes begins and ends at the same time, with the kind `passed`.
    """

    element_id: str
    since: datetime.datetime
    until: datetime.datetime | None = None
    kind: str = ""
    person: User | None = None
    acting_for: User | None = None


@dataclass
class Trace:
    """Where a case has been, in order, and the flows it took; ids of elements of its own version."""

    visits: list[Visit] = field(default_factory=list)
    flows: dict[str, None] = field(default_factory=dict)

    def at(self, element_id: str) -> list[Visit]:
        """The visits at an element, oldest first."""
        return [visit for visit in self.visits if visit.element_id == element_id]


def trace(model: Model, steps: Iterable[Step]) -> Trace:
    """The way that the events *steps* of a case tell, on the elements of *model*.

    Events name the elements passed, not the flows. A flow counts as taken when it leads from what the case
    has just left to what it came to next; between the same two elements the first flow stands for all.
    """
    walk = _Walk(model)
    for step in steps:
        walk.take(step)
    return walk.trace


class _Walk:
    def __init__(self, model: Model) -> None:
        self.trace = Trace()
        self._model = model
        #: Element -> when it was left last, as a running number.
        self._left: dict[str, int] = {}
        self._count = count()

    def take(self, step: Step) -> None:
        path = [key for key in step.data.get("path", ()) if key in self._model.elements]
        opened = [each["node"] for each in step.data.get("opened", ())]
        here = step.element.id if step.element else ""
        if here and step.kind in DECISIONS | _ARRIVALS and here not in path:
            self._end(here, step)
            self._leave(here)
        used: set[str] = set()
        for key in path:
            self._follow(key, used)
            self._begin(key, step, passed=key not in opened)
            self._leave(key)
        for key in opened:
            if key in self._model.elements:
                self._begin(key, step, passed=False)

    def _leave(self, key: str) -> None:
        self._left[key] = next(self._count)

    def _follow(self, key: str, used: set[str]) -> None:
        """Mark the flow by which the case came to an element: from what was left last."""
        ways = [flow for flow in self._model.incoming(key) if flow.source in self._left]
        fresh = [flow for flow in ways if flow.id not in used] or ways
        if fresh:
            flow: SequenceFlow = max(fresh, key=lambda flow: self._left[flow.source])
            used.add(flow.id)
            self.trace.flows[flow.id] = None

    def _begin(self, key: str, step: Step, *, passed: bool) -> None:
        visit = self._open(key)
        if visit is None:
            visit = Visit(key, step.at)
            self.trace.visits.append(visit)
        if passed:
            visit.until, visit.kind = step.at, "passed"

    def _end(self, key: str, step: Step) -> None:
        visit = self._open(key)
        if visit is None:
            visit = Visit(key, step.at)
            self.trace.visits.append(visit)
        visit.until, visit.kind = step.at, step.kind
        visit.person, visit.acting_for = step.person, step.acting_for

    def _open(self, key: str) -> Visit | None:
        return next((v for v in reversed(self.trace.visits) if v.element_id == key and v.until is None), None)

"""What would have become of finished cases in another definition: recorded decisions, another text.

Nothing is written, and nothing of a case is read but what its trail says: who decided what at which step, in
which order. Conditions see the case's variables as they were at its end, but not yet what a rule or a vote
finds later. Whom no decision is known of agrees.
"""

import datetime
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from time import monotonic
from typing import Any
from uuid import UUID

from processes import compiled
from processes.bpmn.back import applicants_step
from processes.bpmn.model import BUSINESS_RULE_TASK, START_EVENT, USER_TASK, Element
from processes.engine.compiler import class_name, compile_draft
from processes.evolve.batch import chunks
from processes.evolve.route import Place, Route
from processes.models import Case, DefinitionVersion, Event, TaskType

#: Cases whose events are read together.
AT_ONCE = 1000
#: Cases between two looks at the clock.
A_FEW = 100
#: Steps after which a case that still goes round is given up.
MAX_DECISIONS = 200
SECONDS_A_WEEK = 604_800
Pool = tuple[str, int | None]
DECISIONS = frozenset({"submitted", "approved", "objected", "returned", "rejected"})
_ENDINGS = frozenset({"cancelled", "terminated"})


@dataclass(frozen=True)
class Difference:
    """A case that would have gone another way, ended otherwise, or got stuck (at the element *stuck*)."""

    case_id: UUID
    number: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    state: str
    outcome: str
    stuck: str = ""


@dataclass
class Load:
    """How often somebody was asked and how often they would be, with the cases behind the difference."""

    before: int = 0
    after: int = 0
    gained: list[UUID] = field(default_factory=list)
    lost: list[UUID] = field(default_factory=list)

    def count(self, case_id: UUID, before: int, after: int) -> None:
        """Add a case in which they were asked *before* times and would be *after* times."""
        self.before += before
        self.after += after
        if after != before:
            (self.gained if after > before else self.lost).append(case_id)


@dataclass
class Level(Load):
    """A user task, and how many hours of calendar time each recorded one took."""

    hours: list[float] = field(default_factory=list)

    @property
    def median_hours(self) -> float | None:
        """Half of the recorded tasks took no longer; None when none was recorded."""
        return median(self.hours) if self.hours else None


@dataclass
class Replay:
    """What replaying found; the cases behind every number."""

    total: int = 0
    same: int = 0
    others: list[Difference] = field(default_factory=list)
    #: Cases that go the same way past other people.
    shifted: list[Difference] = field(default_factory=list)
    levels: dict[str, Level] = field(default_factory=dict)
    pools: dict[Pool, Load] = field(default_factory=dict)
    #: The work of each role in all its units: what moves from one unit to another cancels out.
    roles: dict[str, Load] = field(default_factory=dict)
    first: datetime.datetime | None = None
    last: datetime.datetime | None = None

    @property
    def weeks(self) -> float:
        """From the first case begun to the last one finished, in weeks; one at least."""
        if self.first is None or self.last is None:
            return 1.0
        return max(1.0, (self.last - self.first).total_seconds() / SECONDS_A_WEEK)

    @property
    def stuck(self) -> list[Difference]:
        """Cases that would not have come to an end."""
        return [each for each in self.others if each.stuck]

    @property
    def otherwise(self) -> list[Difference]:
        """Cases that would have ended with another result."""
        return [each for each in self.others if not each.stuck and each.outcome != each.state]

    def level(self, node_id: str) -> Level:
        """The figures of a user task."""
        return self.levels.setdefault(node_id, Level())

    def spans(self, created: datetime.datetime, finished: datetime.datetime) -> None:
        """Take in that a case ran from *created* to *finished*."""
        self.first = created if self.first is None else min(self.first, created)
        self.last = finished if self.last is None else max(self.last, finished)


@dataclass
class _Trail:
    """What the events of a case say: decisions by step, what happened to the whole case, who was asked."""

    start: str = ""
    decisions: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    whole: list[tuple[int, str, str]] = field(default_factory=list)
    fired: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    opened: dict[str, datetime.datetime] = field(default_factory=dict)
    hours: list[tuple[str, float]] = field(default_factory=list)


class Replayer:
    """Finished cases of a definition sent through another text of it, *by_hand* naming renamed steps."""

    def __init__(self, key: str, text: str, by_hand: Mapping[str, str] | None = None) -> None:
        self.flow_class: Any = compile_draft(f"{key}_replay", text, key)
        self.by_hand = dict(by_hand or {})
        self.first = applicants_step(self.flow_class.model)
        self.result = Replay()
        self._versions: dict[Any, Any] = {}

    def run(self, case_ids: Iterable[UUID], progress: Callable[[int, int], None] | None = None) -> Replay:
        """Replay the cases; *progress* is told how many of how many are done, every thousand."""
        keys, done = list(case_ids), 0
        for some in chunks(keys, AT_ONCE):
            trails = self._trails(some)
            for row in Case.objects.filter(pk__in=some).values_list(*_CASE):
                self._one(row, trails.get(row[0]) or _Trail())
            done += len(some)
            if progress is not None:
                progress(done, len(keys))
        return self.result

    def run_within(self, case_ids: Iterable[UUID], seconds: float) -> Replay:
        """Replay as many of the cases, a hundred at a time, as can be begun in that time, some anyhow."""
        started = monotonic()
        for some in chunks(list(case_ids), A_FEW):
            self.run(some)
            if monotonic() - started > seconds:
                break
        return self.result

    def _trails(self, case_ids: list[UUID]) -> dict[UUID, _Trail]:
        found: dict[UUID, _Trail] = {}
        rows = Event.objects.filter(case__in=case_ids).order_by("case", "seq")
        for case_id, seq, at, kind, task_id, node_id, data in rows.values_list(*_EVENT).iterator():
            trail = found.setdefault(case_id, _Trail())
            said = json.loads(data)
            if kind == "started":
                trail.start = said["path"][0]
            _read(trail, seq, at, kind, task_id.hex if task_id else "", node_id, said)
        return found

    def _one(self, row: tuple[Any, ...], trail: _Trail) -> None:
        case_id, version_id, number, state, variables, units, created, finished = row
        old = self._version(version_id)
        route = self._walk(old, variables, trail)
        before = tuple(self._now(each) for each in trail.asked)
        after = tuple(route.asked)
        outcome = route.outcome or "stuck"
        found = Difference(case_id, number, before, after, state, outcome, route.stuck)
        self.result.total += 1
        self.result.spans(created, finished or created)
        same = before == after and route.outcome == state and not route.stuck
        self.result.same += same
        if not same:
            self.result.others.append(found)
        moved = self._count(case_id, Counter(before), Counter(after), units, old.model.elements, trail)
        if same and moved:
            self.result.shifted.append(found)

    def _walk(self, old: Any, variables: Mapping[str, Any], trail: _Trail) -> Route:
        computed = {e.settings.get("result") for e in old.model.of_type(BUSINESS_RULE_TASK)}
        votes = (e for e in old.model.of_type(USER_TASK) if e.id in trail.decisions)
        computed |= {e.settings.get("result") for e in votes}
        given = {name: value for name, value in variables.items() if name not in computed}
        skipped = frozenset(self._now(each) for each in trail.skipped)
        start = self._start(trail)
        route = Route(self.flow_class, given, frozenset(trail.fired), skipped, start=start)
        queues: dict[str, list[tuple[int, str, str]]] = {}
        for node, found in trail.decisions.items():  # several steps may have become one
            queues[self._now(node)] = sorted([*queues.get(self._now(node), ()), *found])
        whole = list(trail.whole)
        route.begin()
        for _number in range(MAX_DECISIONS):
            if route.is_over or not route.waiting:
                return route
            place = min(route.waiting, key=lambda p: queues[p[0]][0][0] if queues.get(p[0]) else _NEVER)
            seq, kind, target = queues[place[0]][0] if queues.get(place[0]) else (_NEVER, "approved", "")
            if whole and whole[0][0] < seq:
                self._on_whole(route, *whole.pop(0)[1:])
                continue
            if seq != _NEVER:
                queues[place[0]].pop(0)
            self._decide(route, place, kind, target)
        route.stuck = route.waiting[0][0] if route.waiting else "?"
        return route

    def _start(self, trail: _Trail) -> str:
        """The start event a case began with, or else the plain one, or else the first."""
        model, began = self.flow_class.model, self._now(trail.start)
        starts = [event.id for event in model.of_type(START_EVENT) if not event.parent]
        return began if began in starts else model.starts.get("", starts[0])

    def _decide(self, route: Route, place: Place, kind: str, target: str) -> None:
        if kind == "rejected":
            route.outcome = "rejected"
        elif kind == "returned":
            there = self._now(target) or self.first
            route.send_back(place, there if there in self.flow_class.model.elements else self.first)
        elif kind == "fired":
            boundary = self.flow_class.model.elements.get(target)
            if boundary is not None and boundary.attached_to == place[0]:
                route.fire(boundary, place)
        elif kind == "submitted" and self._goes_back(route, place, target):
            route.resume(place, self._now(target))
        else:
            route.approve(place, agreed=kind != "objected")

    def _goes_back(self, route: Route, place: Place, target: str) -> bool:
        """Whether a correction went straight to the step that asked for it, and does so in the new text."""
        settings = self.flow_class.model.elements[place[0]].settings
        asked = self._now(target) in route.asked
        return asked and settings.get("resubmit") == "to_returner"

    def _on_whole(self, route: Route, kind: str, target: str) -> None:
        there = self.first if kind == "withdrawn" else self._now(target)
        if kind in _ENDINGS:
            route.outcome = "cancelled"
        elif there in self.flow_class.model.elements:
            route.restart(there)

    def _count(
        self,
        case_id: UUID,
        before: Counter[str],
        after: Counter[str],
        units: Mapping[str, int],
        old: Mapping[str, Element],
        trail: _Trail,
    ) -> bool:
        """Add a case to the figures of levels and pools; whether a pool is asked more or less often."""
        for node_id in before.keys() | after.keys():
            self.result.level(node_id).count(case_id, before[node_id], after[node_id])
        for node_id, hours in trail.hours:
            self.result.level(self._now(node_id)).hours.append(hours)
        was = _pools(Counter(trail.asked), old, units)
        will_be = _pools(after, self.flow_class.model.elements, units)
        for pool in was.keys() | will_be.keys():
            self.result.pools.setdefault(pool, Load()).count(case_id, was[pool], will_be[pool])
        roles_before, roles_after = _by_role(was), _by_role(will_be)
        for role in roles_before.keys() | roles_after.keys():
            load = self.result.roles.setdefault(role, Load())
            load.count(case_id, roles_before[role], roles_after[role])
        return was != will_be

    def _now(self, node_id: str) -> str:
        """The step that stands for one of the trail."""
        return self.by_hand.get(node_id, node_id)

    def _version(self, version_id: Any) -> Any:
        if version_id not in self._versions:
            version = DefinitionVersion.objects.select_related("definition").get(pk=version_id)
            self._versions[version_id] = getattr(compiled, class_name(version.definition.key, version.number))
        return self._versions[version_id]


_CASE = ("pk", "version_id", "number", "state", "variables", "units", "created", "finished")
_EVENT = ("case_id", "seq", "at", "kind", "task_id", "node_id", "data")
_NEVER = 1 << 30


def replay(
    key: str,
    text: str,
    case_ids: Iterable[UUID],
    by_hand: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Replay:
    """What would have become of finished cases of *key* in *text*. Raises UnsoundDefinition."""
    return Replayer(key, text, by_hand).run(case_ids, progress)


def _read(
    trail: _Trail,
    seq: int,
    at: datetime.datetime,
    kind: str,
    task: str,
    node_id: str,
    said: Mapping[str, Any],
) -> None:
    if kind in DECISIONS:
        _read_decision(trail, seq, kind, node_id, said)
        if task in trail.opened:
            trail.hours.append((node_id, (at - trail.opened[task]).total_seconds() / 3600))
    elif kind == "taken_back" and trail.decisions.get(node_id):
        trail.decisions[node_id].pop()
    elif kind in ("timer", "message"):
        trail.fired.add(said["node"])
        if said["node"] != node_id:
            trail.decisions.setdefault(node_id, []).append((seq, "fired", said["node"]))
    elif kind in _ENDINGS or kind in ("withdrawn", "jumped"):
        opened = [each["node"] for each in said.get("opened", ())]
        trail.whole.append((seq, kind, opened[-1] if opened else ""))
    trail.skipped.update(each["node"] for each in said.get("skipped", ()))
    for each in said.get("opened", ()):
        if each["type"] in (TaskType.HUMAN, TaskType.GROUP):
            trail.opened[each["task"]] = at
            if not _is_part(kind, node_id, said, each):
                trail.asked.append(each["node"])


def _read_decision(trail: _Trail, seq: int, kind: str, node_id: str, said: Mapping[str, Any]) -> None:
    """What moved a token; a vote or signature that leaves others to be asked does not."""
    path = said.get("path", ())
    if kind == "objected" and said.get("state") == "returned":
        kind = "returned"
    if path or kind in ("returned", "rejected"):
        target = path[0] if kind == "submitted" else said.get("target", "")
        trail.decisions.setdefault(node_id, []).append((seq, kind, target))


def _is_part(kind: str, node_id: str, said: Mapping[str, Any], opened: Mapping[str, Any]) -> bool:
    """Whether a task is one of several people on a step, or a signer: no asking of the step anew."""
    if kind == "signer_added" or (opened["node"] == node_id and not said.get("path") and kind != "returned"):
        return True
    groups = {each["node"] for each in said["opened"] if each["type"] == TaskType.GROUP}
    return opened["type"] == TaskType.HUMAN and opened["node"] in groups


def _pools(
    asked: Mapping[str, int], elements: Mapping[str, Element], units: Mapping[str, int]
) -> Counter[Pool]:
    """How often each pool was asked, by how often each step was."""
    found: Counter[Pool] = Counter()
    for node_id, times in asked.items():
        if node_id in elements:
            found[_pool(elements[node_id], units)] += times
    return found


def _by_role(pools: Mapping[Pool, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (role, _unit), times in pools.items():
        found[role] += times
    return found


def _pool(element: Element, units: Mapping[str, int]) -> Pool:
    """Who is asked: a role at a unit; the applicant and the doer of an earlier step have no unit."""
    if element.is_initiators:
        return "initiator", None
    return element.role or "doer", units.get(element.unit_kind)

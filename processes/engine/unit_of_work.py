"""One path for one case and for five thousand.

Activations run inside a unit of work: saves made while it is open are kept in memory and flushed as a
handful of bulk statements, in one transaction, with the events. A dry run is never flushed.
"""

import datetime
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from common import quick
from common.bulk import insert_rows, update_rows
from common.chain import canonical_json, line_hash
from common.ids import uuid7
from processes.audit.chain import FIELDS
from processes.engine.actor import Agent
from processes.engine.live import LiveRows
from processes.engine.outbox import hand_out

if TYPE_CHECKING:
    from processes.models import Case, Event, Task

T = TypeVar("T")
M = TypeVar("M", bound=Model)
Key = tuple[type[Model], Any]
#: None stands for "every field".
Names = frozenset[str] | None

_current: ContextVar["UnitOfWork | None"] = ContextVar("unit_of_work", default=None)


def current_unit_of_work() -> "UnitOfWork":
    """The open unit of work. Raises RuntimeError when there is none."""
    unit = _current.get()
    if unit is None:
        raise RuntimeError("Cases and tasks are written inside a unit of work; open one first.")
    return unit


@dataclass
class Step:
    """What one attempt does to one case: elements passed, activations opened, levels skipped."""

    case: "Case"
    path: list[str] = field(default_factory=list)
    opened: list["Task"] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    #: Whether a token came to an end, whether every token waits for another, and an error nobody caught.
    ended: bool = False
    stuck: bool = False
    error: str = ""
    #: A joint decision that went against the applicant.
    objected: "Task | None" = None
    _names: int = 0

    def name(self) -> str:
        """A new name for a child token: unique in the case, because the event's number is."""
        self._names += 1
        return f"{self.case.event_count + 1}-{self._names}"


class UnitOfWork:
    """Collects rows and events of one or many cases and writes them together.

    *now* is the time of everything that happens inside (default: the clock when it opens).
    """

    def __init__(self, actor: Agent, *, now: datetime.datetime | None = None, dry_run: bool = False) -> None:
        self.actor = actor
        self.now = now or timezone.now()
        self.dry_run = dry_run
        self.cases: dict[Any, Case] = {}
        self.live = LiveRows(self)
        self.agenda: deque[Any] = deque()
        self.steps: dict[Any, Step] = {}
        self._kept: dict[Key, tuple[Model, Names]] = {}
        self._journal: list[tuple[Key, tuple[Model, Names] | None]] = []
        self._events: list[Event] = []
        self._memory: dict[Any, Any] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if _current.get() is not None:
            raise RuntimeError("A unit of work is already open.")
        if not self.dry_run:
            self._stack.enter_context(transaction.atomic())
        token = _current.set(self)
        self._stack.callback(_current.reset, token)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and not self.dry_run:
                self.flush()
        except BaseException as failure:
            self._stack.__exit__(type(failure), failure, failure.__traceback__)
            raise
        self._stack.__exit__(kind, error, trace)

    def keep(self, row: Model, fields: Iterable[str] | None = None) -> None:
        """Remember *row* for the flush; *fields* limits what is updated of an existing row."""
        key = (type(row), row.pk)
        before = self._kept.get(key)
        names: Names = None if fields is None else frozenset(fields)
        if before is not None:
            names = None if names is None or before[1] is None else names | before[1]
        self._journal.append((key, before))
        self._kept[key] = (row, names)

    def kept(self, model: type[M]) -> list[M]:
        """The rows of *model* that wait for the flush, in the order in which they came up."""
        return [row for row, _names in self._kept.values() if isinstance(row, model)]

    @property
    def events(self) -> "list[Event]":
        """What was recorded and waits for the flush, oldest first."""
        return list(self._events)

    def locking(self, rows: "QuerySet[M]") -> "QuerySet[M]":
        """*rows* locked until the end of the transaction; a dry run only reads."""
        return rows if self.dry_run else rows.select_for_update()

    def remember(self, key: Any, make: Callable[[], T]) -> T:
        """What *make* returns, computed once per unit of work."""
        if key not in self._memory:
            self._memory[key] = make()
        return self._memory[key]

    def record(self, case: "Case", kind: str, *, task: "Task | None" = None, **data: Any) -> "Event":
        """Append an event to the trail of *case*, chained to its last line."""
        said = {name: value for name, value in data.items() if value not in ("", None, [], {})}
        line = {
            "id": uuid7(),
            "case_id": case.pk,
            "seq": case.event_count + 1,
            "at": self.now,
            "kind": kind,
            "task_id": task.pk if task else None,
            "node_id": task.node_id if task else "",
            "actor_id": self.actor.user_id,
            "acting_for_id": self.actor.acting_for_id,
            "channel": self.actor.channel,
            "ip": self.actor.ip,
            "data": canonical_json(said),
            "prev_hash": case.head_hash,
        }
        line["hash"] = line_hash(line[name] for name in FIELDS)
        event: Event = quick.new(apps.get_model("processes", "Event"), line)
        case.event_count, case.head_hash = event.seq, event.hash
        self._events.append(event)
        self.keep(case, case.chain_fields)
        return event

    @contextmanager
    def attempt(self, case: "Case") -> Iterator[None]:
        """Work on *case* alone: when anything goes wrong, what was kept for it is forgotten again."""
        mark, events = len(self._journal), len(self._events)
        self.agenda.clear()
        self.steps = {}
        self.live.begin_watching(case)
        try:
            yield
        except Exception:
            self._forget(mark)
            del self._events[events:]
            self.live.restore()
            raise
        finally:
            self.live.end_watching()

    def step(self, case: "Case") -> "Step":
        """What happens to *case* in the present attempt."""
        step = self.steps.get(case.pk)
        if step is None:
            step = self.steps[case.pk] = Step(case)
        return step

    def _forget(self, mark: int) -> None:
        for key, before in reversed(self._journal[mark:]):
            if before is None:
                self._kept.pop(key, None)
            else:
                self._kept[key] = before
        del self._journal[mark:]

    def flush(self) -> None:
        """Write everything kept: new rows first, in the order in which their models came up."""
        by_model: dict[type[Model], list[tuple[Model, Names]]] = {}
        for (model, _key), kept in self._kept.items():
            by_model.setdefault(model, []).append(kept)
        for model, rows in by_model.items():
            _write(model, rows)
        hand_out([row for row, _names in by_model.get(apps.get_model("processes", "Job"), [])])
        if self._events:
            insert_rows(type(self._events[0]), self._events)
        self._kept, self._journal, self._events = {}, [], []


def _write(model: type[Model], kept: list[tuple[Model, Names]]) -> None:
    new = [row for row, _names in kept if row._state.adding]
    changed: dict[Names, list[Model]] = {}
    for row, names in kept:
        if not row._state.adding:
            changed.setdefault(names, []).append(row)
    if new:
        insert_rows(model, new)
    for names, rows in changed.items():
        update_rows(model, rows, names)

"""Reads of the inbox: what waits in a person's pools, what the person decided, who may look at what.

Every read of a pool starts at the index `task_pool` (role, unit, open, step, deadline), so that it costs
what the pool holds, however many tasks there are.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from accounts.models import Unit, User
from accounts.posts import Post, pools_of, reach_of, units_of
from accounts.queries import units_in_scope
from approvals.filters import Filters
from approvals.models import CarbonCopy, SavedView
from approvals.queries import counting
from approvals.queries.cases import operated_case, shared
from approvals.queries.counting import Waiting
from common.paging import PAGE_SIZE, cursor, page_of_keys
from common.prepared import PreparedRead
from forms.models import Attachment
from processes.models import Task, TaskType
from processes.registry import flow_for

#: Steps in turn, inside a step by deadline.
ORDER = ("flow_key", "node_id", "due_at", "id")
DONE_ORDER = ("-finished", "-id")
#: As much of a case number as is enough to search for it.
SHORTEST_NUMBER = 4
REVIEWS = ("approve", "object", "return", "reject")
#: All that a row of the list says; the other half of the columns stays unread.
_DRAWN = (
    "flow_task",
    "flow_task_type",
    "flow_key",
    "node_id",
    "due_at",
    "data",
    "owner__name",
    "process__flow_class",
    "process__version",
    "process__title",
    "process__brief",
    "process__initiator",
    "process__is_suspended",
)


@dataclass(frozen=True)
class Step:
    """A step of a flow with the tasks that wait in it; *count* is None as long as nobody has counted."""

    key: str
    flow: str
    title: str
    count: int | None
    batch: bool


@dataclass(frozen=True)
class Section:
    """Rows of one step in a row; *continued* when the page before ended in the same step."""

    step: Step
    tasks: list[Task]
    continued: bool = False


@dataclass(frozen=True)
class Inbox:
    """One page of what waits, and the counts of all of it; while uncounted, more than *least* tasks wait."""

    steps: list[Step]
    sections: list[Section] = field(default_factory=list)
    next: str = ""
    last_step: str = ""
    least: int = 0

    @property
    def total(self) -> int | None:
        """How many tasks wait in all steps; None when they are too many to count at once."""
        return None if self.is_uncounted else sum(step.count or 0 for step in self.steps)

    @property
    def is_uncounted(self) -> bool:
        """Whether the counts are to be asked for behind the page (see `counts`)."""
        return any(step.count is None for step in self.steps)


def inbox(user: User, filters: Filters, now: datetime.datetime, *, after: str = "", under: str = "") -> Inbox:
    """What waits for the person and matches, a page of it behind the cursor *after*.

    That is what nobody has taken in the person's pools, and what the person holds; on demand also what
    colleagues hold. *under* is the step in which the page before ended. Counts are of all steps, whatever
    step is chosen; when the pools hold too much to be counted at once, there are none, unless the page
    shows all that matches. Raises BadCursor.
    """
    pools, wanted, free = pools_of(user), _wanted(filters, user, now), _free(filters, user)
    in_pools, held = _in_pools(pools, free), _held_by(user) & wanted
    is_large = counting.are_too_many(in_pools)
    waiting = (
        counting.opened(pools, free, held) if is_large else counting.counted(pools, in_pools & wanted, held)
    )
    shown = [line for line in waiting if line.count is None or filters.step in ("", line.step)]
    in_pools = _in_pools(counting.pools_with(line for line in shown if not line.held), free)
    sources = [in_pools] if any(not line.held for line in shown) else []
    if any(line.held for line in shown):
        sources.append(_held_by(user))
    page = page_of_keys(_each(sources or [Q(pk__in=[])], wanted & _in_step(filters)), ORDER, after=after)
    listed = Counter(f"{flow_key}.{node_id}" for flow_key, node_id, *_rest in page.values)
    keys, counts = [*page.keys, *counting.one_of_each_step(waiting, listed)], _by_step(waiting)
    if is_large and not (after or page.next or filters.step):  # all that matches is on this page
        counts = listed
    elif is_large:
        others = counting.other_steps(in_pools, [*listed, *counts])
        keys, counts = [*keys, *others.values()], dict.fromkeys([*listed, *counts, *others])
    tasks = _rows(keys)
    steps = _steps(counts, tasks.values())
    sections = _sections([tasks[key] for key in page.keys if key in tasks], steps, under)
    least = 0 if filters.narrowing or filters.q else counting.MOST_COUNTED
    last_step = sections[-1].step.key if sections else ""
    return Inbox(list(steps.values()), sections, page.next, last_step, least)


def counts(user: User, filters: Filters, now: datetime.datetime) -> Inbox:
    """The steps of the inbox with their exact counts, however many tasks wait, and no rows."""
    wanted, pools = _wanted(filters, user, now), pools_of(user)
    waiting = counting.counted(
        pools, _in_pools(pools, _free(filters, user)) & wanted, _held_by(user) & wanted
    )
    tasks = _rows(counting.one_of_each_step(waiting))
    return Inbox(list(_steps(_by_step(waiting), tasks.values()).values()))


def waiting_count(user: User) -> int:
    """How many tasks the inbox of *user* shows without a filter, counted to the last one."""
    pools = pools_of(user)
    in_pools = _in_pools(pools, _free(Filters(), user))
    return sum(line.count or 0 for line in counting.counted(pools, in_pools, _held_by(user)))


def matching_keys(user: User, filters: Filters, now: datetime.datetime, limit: int) -> list[UUID]:
    """The keys of the first *limit* tasks that wait for the person and match, in order."""
    return page_of_keys(_waiting_for(user, filters, now), ORDER, size=limit).keys


def neighbour(user: User, filters: Filters, task: Task, now: datetime.datetime, *, back: bool) -> UUID | None:
    """The task after *task* (before it when *back*) in the person's list, or None at its end."""
    order = [f"-{name}" for name in ORDER] if back else ORDER
    here = cursor([task.flow_key, task.node_id, task.due_at, task.pk])
    found = page_of_keys(_waiting_for(user, filters, now), order, after=here, size=1)
    return next(iter(found.keys), None)


def _waiting_for(user: User, filters: Filters, now: datetime.datetime) -> list[QuerySet[Task]]:
    """What the person can work on and matches: from the pools, and what the person holds."""
    sources = [_in_pools(pools_of(user), Q(owner=None)), _held_by(user)]
    return _each(sources, _wanted(filters, user, now) & _in_step(filters))


def _each(sources: Iterable[Q], wanted: Q) -> list[QuerySet[Task]]:
    """One read for each source: each has an index of its own, which one condition with OR would not use."""
    return [Task.objects.filter(source & wanted) for source in sources]


def _held_by(user: User) -> Q:
    """Open tasks of the person, and of people who are away and whose work the person does."""
    holders = [user.pk, *reach_of(user).covered]
    mine = Q(owner__in=holders, finished=None, flow_task_type=TaskType.HUMAN)
    return mine & ~Q(process__initiator=F("owner"))  # what applicants do has pages of its own


def _free(filters: Filters, user: User) -> Q:
    """Tasks of a pool that nobody has taken; when asked for, also those colleagues have."""
    if not filters.held:
        return Q(owner=None)
    return Q(owner=None) | ~Q(owner__in=[user.pk, *reach_of(user).covered])


def _in_step(filters: Filters) -> Q:
    flow_key, node_id = filters.flow_and_node
    return Q(flow_key=flow_key, node_id=node_id) if filters.step else Q()


def _wanted(filters: Filters, user: User, now: datetime.datetime) -> Q:
    """The condition on tasks that *filters* stand for, but for the step."""
    wanted = Q()
    if filters.unit:
        wanted &= _under_unit(filters.unit, user)
    if filters.brief:
        wanted &= Q(process__brief__icontains=filters.brief)
    if filters.returned:
        wanted &= Q(was_returned())
    if filters.overdue:
        wanted &= Q(due_at__lt=now)
    return wanted & found_by(filters.q)


def _under_unit(key: str, user: User) -> Q:
    """Tasks of a unit and everything under it; a unit outside the person's scope finds nothing."""
    path = units_of(user).get(int(key))
    return Q(process__unit__path__startswith=path) if path else Q(pk__in=[])


def found_by(text: str, prefix: str = "") -> Q:
    """Tasks whose case has every word of *text* in name, number, pinyin or initials.

    The end of the case number finds it too. *prefix* leads to the task, such as `task__`.
    """
    wanted = Q()
    for word in text.split():
        found = Q(**{f"{prefix}process__search_text__icontains": word})
        if len(word) >= SHORTEST_NUMBER:
            found |= Q(**{f"{prefix}process__number__iendswith": word})
        wanted &= found
    return wanted


def was_returned() -> Exists:
    """Whether the case of a task was returned before."""
    return Exists(Task.objects.filter(process=OuterRef("process"), outcome="return"))


def _in_pools(pools: Mapping[str, list[int]], free: Q) -> Q:
    """Open tasks of these pools. With several roles the pairs are told apart behind the index range."""
    wanted = Q(role__in=list(pools), unit__in={unit for units in pools.values() for unit in units})
    if len(pools) > 1:
        for role, units in pools.items():
            wanted &= ~(Q(role=role) & ~Q(unit__in=units))
    return wanted & Q(finished=None) & free


def _rows(keys: Sequence[Any]) -> dict[UUID, Task]:
    return {task.pk: task for task in _drawn(keys)}


_drawn = PreparedRead(
    lambda keys: (
        Task.objects.filter(pk__in=keys)
        .select_related("process", "owner")
        .only(*_DRAWN)
        .annotate(returned=was_returned())
    )
)


def _by_step(waiting: Iterable[Waiting]) -> Mapping[str, int | None]:
    counts: Counter[str] = Counter()
    for line in waiting:
        counts[line.step] += line.count or 0
    return counts


def _steps(counts: Mapping[str, int | None], tasks: Iterable[Task]) -> dict[str, Step]:
    """The steps in the order of the list, named by the chain one of their tasks runs on."""
    samples = {step_key(task): task for task in tasks}
    known = sorted(counts.keys() & samples.keys(), key=_order_of_steps)
    return {key: _step(samples[key], counts[key]) for key in known}


def _order_of_steps(key: str) -> tuple[str, str]:
    flow_key, _dot, node_id = key.partition(".")
    return flow_key, node_id


def _step(task: Task, count: int | None) -> Step:
    return Step(
        key=step_key(task),
        flow=str(flow_for(task.flow_key).title),
        title=task.element.label(get_language() or ""),
        count=count,
        batch=task.element.flag("batch"),
    )


def _sections(tasks: Iterable[Task], steps: dict[str, Step], under: str) -> list[Section]:
    sections: list[Section] = []
    for task in tasks:
        key = step_key(task)
        if key not in steps:
            continue
        if not sections or sections[-1].step.key != key:
            sections.append(Section(steps[key], [], continued=not sections and key == under))
        sections[-1].tasks.append(task)
    return sections


def step_key(task: Task) -> str:
    """The step of a task as filters name it."""
    return f"{task.flow_key}.{task.node_id}"


@dataclass(frozen=True)
class Done:
    """One page of what a person decided, newest first."""

    tasks: list[Task]
    next: str


def done(user: User, text: str = "", outcome: str = "", *, after: str = "") -> Done:
    """What *user* decided as a reviewer, searchable, a page behind the cursor *after*. Raises BadCursor."""
    outcomes = [outcome] if outcome in REVIEWS else REVIEWS
    rows = Task.objects.filter(found_by(text), decided_by=user, outcome__in=outcomes)
    page = page_of_keys(rows, DONE_ORDER, after=after, size=PAGE_SIZE)
    tasks = {task.pk: task for task in Task.objects.filter(pk__in=page.keys).select_related("process")}
    return Done([tasks[key] for key in page.keys if key in tasks], page.next)


def last_decision(user: User) -> Task | None:
    """What *user* decided last as a reviewer, with its case."""
    rows = Task.objects.filter(decided_by=user, outcome__in=REVIEWS).select_related("process")
    return rows.order_by(*DONE_ORDER).first()


def signers_asked(task: Task) -> list[User]:
    """Who was asked to sign on *task* and has not answered, or is to be asked after it."""
    rows = Task.objects.filter(host=task, finished=None, flow_task_type=TaskType.HUMAN).select_related(
        "owner"
    )
    asked = [row.owner for row in rows.order_by("created", "pk") if row.owner]
    later = User.objects.in_bulk([UUID(each["user"]) for each in task.data.get("signers_after", [])])
    return [*asked, *later.values()]


def task_with_case(task_id: UUID) -> Task | None:
    """The task of a person with its case, units and people joined."""
    return next((task for task in tasks_beside(task_id) if task.pk == task_id and task.is_human), None)


def tasks_beside(task_id: UUID) -> list[Task]:
    """All tasks of people in the case of a task, in order, with units and people; they share one case."""
    return shared(Task.objects.filter(process__tasks=task_id))


def post_here(user: User, task: Task) -> Post | None:
    """The post through which *task* lies in the person's inbox; None when it does not."""
    return reach_of(user).post_for(task.role, task.unit)


def may_see_case(user: User, case_id: UUID) -> bool:
    """Whether a task of the case is, or was, the person's: in a pool, assigned, or decided; or a copy."""
    reach_of(user)  # also for a case that is not there, so that no time tells the difference
    tasks = Task.objects.filter(process=case_id).select_related("unit")
    if any(user.pk in (task.owner_id, task.decided_by_id) or post_here(user, task) for task in tasks):
        return True
    if operated_case(user, case_id) is not None:
        return True
    return CarbonCopy.objects.filter(case=case_id, recipient=user).exists()


def attachment(user: User, attachment_id: UUID) -> Attachment | None:
    """The file, when it was handed in and the person may see its case."""
    file = Attachment.objects.filter(pk=attachment_id, submissions__isnull=False).first()
    may_see = may_see_case(user, file.case_id if file else attachment_id)
    return file if may_see else None


def units_to_filter_by(user: User) -> QuerySet[Unit]:
    """Colleges, majors and classes in the person's scope, in the order of the tree."""
    return units_in_scope(user).filter(is_active=True, depth__gt=1).order_by("path")


def views_of(user: User) -> QuerySet[SavedView]:
    """The person's saved views by name."""
    return SavedView.objects.filter(owner=user).order_by("name")


#: The views of the people under these keys, by name; the inbox shows them each time.
views_by_name = PreparedRead(lambda users: SavedView.objects.filter(owner__in=users).order_by("name"))


def views_for(user: User, named: str) -> list[SavedView]:
    """The views of *user* by name, and among them the one with the key *named*, whosever it is."""
    try:
        key = UUID(named)
    except ValueError:
        return views_by_name([user.pk])
    rows = SavedView.objects.filter(Q(owner=user) | Q(pk=key)).select_related("owner")
    return list(rows.order_by("name"))


def shared_view(key: str) -> SavedView | None:
    """Anybody's saved view, with its owner, by the key in a link; None when it is gone."""
    try:
        return SavedView.objects.select_related("owner").filter(pk=UUID(key)).first()
    except ValueError:
        return None


def tasks_to_preview(task_ids: Iterable[Any]) -> list[Task]:
    """The tasks of a batch with their cases, in the order of the list."""
    rows = Task.objects.filter(pk__in=list(task_ids)).select_related("process", "unit", "owner")
    return list(rows.order_by(*ORDER))

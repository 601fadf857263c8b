"""How much waits in a person's pools, step by step; and which steps there are when it is too much to count.

Every read starts at the index `task_pool` (role, unit, open, owner, step, deadline). Counting reads an entry
for each task, so a page counts only what is not too much. Of more it lists the steps, by one look into the
index for each gap between those it knows, and the numbers come behind the page.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from accounts.models import Unit
from processes.models import Definition, Task

#: So many tasks of a person's pools are counted at once; it takes a millisecond or two.
MOST_COUNTED = 5_000


#: The key of no task: MariaDB takes IN with one subquery alone for something else, and refuses its limit.
NO_TASK = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many tasks of one step wait in one pool or are held; None when nobody counted."""

    role: str
    unit_id: int | None
    step: str
    count: int | None
    held: bool


def are_too_many(in_pools: Q) -> bool:
    """Whether more waits in the pools than is counted at once; looks at no more entries than that."""
    return Task.objects.filter(in_pools)[MOST_COUNTED : MOST_COUNTED + 1].exists()


def counted(pools: Collection[str], in_pools: Q, held: Q) -> list[Waiting]:
    """Counts by pool and step, in one grouped read of both. A column that is known is not compared again."""

    def grouped(wanted: Q, role: Value | F, *, is_held: bool) -> QuerySet[Task, Any]:
        rows = Task.objects.filter(wanted).annotate(of=role).order_by()
        by_step = rows.values_list("of", "unit_id", "flow_key", "node_id")
        return by_step.annotate(count=Count("*"), held=Value(is_held))

    role = F("role") if len(pools) != 1 else Value(next(iter(pools)))
    groups = grouped(in_pools, role, is_held=False).union(grouped(held, F("role"), is_held=True), all=True)
    return [
        Waiting(role, unit_id, f"{flow_key}.{node_id}", count, bool(is_held))
        for role, unit_id, flow_key, node_id, count, is_held in groups
    ]


def opened(pools: Mapping[str, list[int]], free: Q, held: Q) -> list[Waiting]:
    """Of each pool in which something waits one step, uncounted; and the steps of what is held."""
    step = Concat("flow_key", Value("."), "node_id", output_field=CharField())
    rows = Task.objects.filter(held).order_by().values_list("role", "unit_id", step).distinct()
    parts = [rows.annotate(held=Value(True))]
    for role, units in pools.items():
        waiting = Task.objects.filter(free, role=role, unit=OuterRef("pk"), finished=None)
        some = Unit.objects.filter(pk__in=units).order_by()
        some = some.annotate(of=Value(role), step=Subquery(waiting.values(found=step)[:1]))
        parts.append(some.values_list("of", "pk", "step").annotate(held=Value(False)))
    return [
        Waiting(role, unit_id, step, None, bool(is_held))
        for role, unit_id, step, is_held in parts[0].union(*parts[1:], all=True)
        if step is not None  # in the statement it would cost a second look
    ]


def pools_with(waiting: Iterable[Waiting]) -> dict[str, list[int]]:
    """Only the pools in which something waits; a reader's hundred empty classes are not looked at again."""
    pools: dict[str, list[int]] = defaultdict(list)
    for line in waiting:
        if line.unit_id is not None and line.unit_id not in pools[line.role]:
            pools[line.role].append(line.unit_id)
    return pools


def one_of_each_step(waiting: Iterable[Waiting], known: Collection[str] = ()) -> list[Subquery | UUID]:
    """The key of one open task of each step but the *known*: the chain it runs on has the step's name."""
    lines = {line.step: line for line in waiting if line.step not in known}
    found: list[Subquery | UUID] = [NO_TASK] if lines else []
    for step, line in lines.items():
        flow_key, _dot, node_id = step.partition(".")
        rows = Task.objects.filter(role=line.role, unit=line.unit_id, flow_key=flow_key, node_id=node_id)
        found.append(_any_of(rows.filter(finished=None)))
    return found


#: Of one flow everything between two nodes; None is its beginning or its end.
Gap = tuple[str, str | None, str | None]


def other_steps(in_pools: Q, known: Iterable[str]) -> dict[str, UUID]:
    """The steps of the pools beside the *known* ones, with the key of a task of each; nothing is counted.

    It is looked once, into the gaps between the steps that are known and for flows of which none is. Where
    a gap has several steps the others come with the counts.
    """
    steps = set(known)
    in_gaps = Task.objects.filter(pk__in=[_one_in(gap, in_pools) for gap in gaps_between(steps)])
    rows = _steps_of(in_gaps).union(_one_of_each_flow(in_pools, steps), all=True)
    return {f"{flow_key}.{node_id}": key for key, flow_key, node_id in rows}


def gaps_between(steps: Iterable[str]) -> Iterator[Gap]:
    """Where steps of the same flows that are not among *steps* would stand."""
    nodes: dict[str, list[str]] = defaultdict(list)
    for step in sorted(steps):
        flow_key, _dot, node_id = step.partition(".")
        nodes[flow_key].append(node_id)
    for flow_key, known in nodes.items():
        for low, high in pairwise([None, *known, None]):
            yield flow_key, low, high


def _one_of_each_flow(in_pools: Q, steps: Iterable[str]) -> QuerySet[Task, Any]:
    """A task of each flow of which no step is known; there is a definition of each."""
    flows = Definition.objects.exclude(key__in={step.partition(".")[0] for step in steps})
    some = _any_of(Task.objects.filter(in_pools, flow_key=OuterRef("key")))
    return _steps_of(Task.objects.filter(pk__in=flows.values_list(some)))


def _steps_of(rows: QuerySet[Task]) -> QuerySet[Task, Any]:
    return rows.values_list("pk", "flow_key", "node_id")


def _one_in(gap: Gap, in_pools: Q) -> Subquery:
    """The key of one task of the pools in a gap. Keys are compared by their bytes, here and there."""
    flow_key, low, high = gap
    bounds = {"node_id__gt": low, "node_id__lt": high}
    inside = {name: node_id for name, node_id in bounds.items() if node_id is not None}
    return _any_of(Task.objects.filter(in_pools, flow_key=flow_key, **inside))


def _any_of(rows: QuerySet[Task]) -> Subquery:
    return Subquery(rows.values("pk")[:1])

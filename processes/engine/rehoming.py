"""Cases and tasks follow when units of the organisation move, merge or split (flows X7).

A task waits in a pool (role, unit) that is stored on it, and a case knows its units at every level; both
were true when they were written. Here they are brought up to what the tree says now.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from viewflow.workflow.status import STATUS

from accounts.models import Unit
from accounts.organisation.followers import Shift, Transfer
from accounts.queries import holders_at
from processes.engine.actor import SYSTEM, Actor, Agent
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, Task, TaskType
from processes.registry import flow_for

_CASES_AT_ONCE = 500
_MOVING = ("unit", "owner", "assigned", "status", "revision")


def open_tasks_by_unit(units: QuerySet[Unit]) -> dict[int, int]:
    """Key of a unit -> how many tasks wait in its pools."""
    rows = Task.objects.filter(finished=None, unit__in=units, flow_task_type=TaskType.HUMAN)
    counts = rows.order_by().values("unit").annotate(number=Count("*"))
    return {row["unit"]: row["number"] for row in counts}


def tasks_passing(units: QuerySet[Unit], above: set[int]) -> int:
    """How many open tasks about records of *units* wait in pools of the units under the keys *above*."""
    rows = Task.objects.filter(finished=None, flow_task_type=TaskType.HUMAN, unit__in=list(above))
    return rows.filter(process__unit__in=units).count()


def open_cases_by_unit(units: QuerySet[Unit]) -> dict[int, int]:
    """Key of a unit -> how many cases about its own records are open."""
    rows = Case.objects.filter(finished=None, unit__in=units).order_by()
    return {row["unit"]: row["number"] for row in rows.values("unit").annotate(number=Count("*"))}


def settle(shift: Shift) -> int:
    """Give every case that *shift* touches its units, and its tasks their pools; how many cases changed.

    A task that somebody has taken goes back into the pool when they do not hold the role at its new place.
    Each case that changes gets an event.
    """
    agent: Agent = Actor(shift.by, ip=shift.ip, channel="manage") if shift.by else SYSTEM
    keys = list(_touched(shift).order_by("pk").values_list("pk", flat=True))
    changed = 0
    for start in range(0, len(keys), _CASES_AT_ONCE):
        with UnitOfWork(agent) as unit:
            changed += _settle_some(unit, keys[start : start + _CASES_AT_ONCE], shift)
    return changed


def _touched(shift: Shift) -> QuerySet[Case]:
    wanted = Q(unit__in=[each.source.pk for each in shift.transfers])
    for root in shift.roots:
        wanted |= Q(unit__path__startswith=root.path)
    return Case.objects.filter(wanted)


def _settle_some(unit: UnitOfWork, keys: Sequence[UUID], shift: Shift) -> int:
    cases = list(unit.locking(Case.objects.filter(pk__in=keys).order_by("pk")))
    homes = _homes(cases, shift.transfers)
    levels = _levels(set(homes.values()))
    tasks: dict[UUID, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(process__in=keys, unit__isnull=False).order_by("pk"):
        tasks[task.process_id].append(task)
    return sum(
        _settle_case(unit, case, homes[case.pk], levels[homes[case.pk]], tasks[case.pk], shift)
        for case in cases
        if levels[homes[case.pk]]
    )


def _settle_case(
    unit: UnitOfWork, case: Case, home: int, units: dict[str, int], tasks: Iterable[Task], shift: Shift
) -> bool:
    """Bring one case up to date; whether there was anything to do."""
    pools = {old: units[kind] for kind, old in case.units.items() if units.get(kind, old) != old}
    if case.unit_id == home and not pools:
        return False
    before = case.unit_id
    case.unit_id, case.units = home, units
    case.save(update_fields=["unit", "units"])
    moved = [task for task in tasks if task.unit_id in pools]
    for task in moved:
        task.process = case
        _move_task(unit, task, pools[task.unit_id or 0])
    said: dict[str, Any] = {"change": shift.change, "text": shift.reason}
    said |= {"pools": {str(old): new for old, new in sorted(pools.items())}}
    if before != home:
        said |= {"from": before, "to": home}
    unit.record(case, "rehomed", **said)
    return True


def _move_task(unit: UnitOfWork, task: Task, pool: int) -> None:
    task.unit_id = pool
    if task.finished is None:
        task.revision += 1
        if task.owner_id and task.role and not _may_keep(unit, task, pool):
            task.owner_id, task.assigned, task.status = None, None, STATUS.NEW
    task.save(update_fields=_MOVING)


def _may_keep(unit: UnitOfWork, task: Task, pool: int) -> bool:
    people = unit.remember(("holders", task.role, pool), lambda: holders_at(task.role, pool))
    return task.owner_id in people


def _homes(cases: Iterable[Case], transfers: Iterable[Transfer]) -> dict[UUID, int]:
    """Key of a case -> key of the unit it belongs to now; where only a part went, its record is asked."""
    whole = {each.source.pk: each.target.pk for each in transfers if each.whole}
    partly = {each.source.pk for each in transfers if not each.whole}
    homes, asked = {}, []
    for case in cases:
        homes[case.pk] = whole.get(case.unit_id, case.unit_id)
        if case.unit_id in partly:
            asked.append(case)
    return homes | _as_described(asked)


def _as_described(cases: Iterable[Case]) -> dict[UUID, int]:
    by_flow: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_flow[case.flow_key].append(case)
    found: dict[UUID, int] = {}
    for flow_key, some in by_flow.items():
        flow = flow_for(flow_key)
        rows = flow.subject_class._default_manager.select_related(*flow.select_related)
        subjects = rows.in_bulk([case.subject_id for case in some])
        for case in some:
            subject = subjects.get(case.subject_id)
            if subject is not None:
                found[case.pk] = flow.describe(subject).unit.pk
    return found


def _levels(units: Iterable[int]) -> dict[int, dict[str, int]]:
    """Key of a unit -> kind -> key, for it and every unit it lies in."""
    rows = list(Unit.objects.filter(pk__in=list(units)))
    paths = {row.path[:end] for row in rows for end in range(Unit.steplen, len(row.path) + 1, Unit.steplen)}
    nodes = {node.path: node for node in Unit.objects.filter(path__in=paths)}
    return {
        row.pk: {
            nodes[row.path[:end]].kind: nodes[row.path[:end]].pk
            for end in range(Unit.steplen, len(row.path) + 1, Unit.steplen)
        }
        for row in rows
    }

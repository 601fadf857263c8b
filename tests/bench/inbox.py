"""The inbox page at 10,000 and at 1,000,000 tasks, for small and large pools, beside stock Viewflow's page.

The plans of all its reads at a million are printed: each has to start at an index.
"""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.actions import add_unit
from accounts.models import Unit, UnitKind, User
from accounts.roles import Role
from common.bulk import insert_many
from common.ids import uuid7
from processes.models import Case, Task
from processes.tests.kit import ScratchFlow
from tests.bench import stock
from tests.bench.decisions import waiting_tasks
from tests.bench.table import Row, medians_ms, statements

FEW, ALL = 10_000, 1_000_000
SMALL, LARGE = 200, 100_000
CLASSES, RUNS, FEW_RUNS, AT_ONCE = 300, 25, 5, 10_000
OURS, STOCK = "/desk/", "/stock/stockreview/inbox/"
CLOCK = "/notices/"  # a page that reads no task: what it takes tells how fast the machine is just now


def measure(flow: ScratchFlow) -> list[Row]:
    """Small pool among few tasks, then small and large pools among all; then the peer's pages."""
    crowd = _Crowd(flow)
    crowd.add(flow.student_class, SMALL - 1)
    crowd.spread(FEW - SMALL)
    few, before = _in_turns((flow.counselor, OURS), (flow.counselor, CLOCK))
    crowd.add(crowd.large, LARGE)
    crowd.spread(ALL - FEW - LARGE)
    assert Task.objects.count() >= ALL
    stock.assign(flow.counselor, SMALL)
    stock.assign(crowd.reader, LARGE)
    _gather_statistics()
    readers = (flow.counselor, crowd.reader, flow.counselor, flow.counselor)
    small, large, stock_small, after = _in_turns(*zip(readers, (OURS, OURS, STOCK, CLOCK), strict=True))
    few *= after / before
    for whose, user in ((f"of {SMALL:,}", flow.counselor), (f"of {LARGE:,}", crowd.reader)):
        _show_plans(f"pool {whose} among {ALL:,}", user)
    (stock_large,) = _in_turns((crowd.reader, STOCK), times=FEW_RUNS)
    work = f"inbox page, pool of {SMALL} among {ALL:,}"
    return [
        Row(work, small, f"the same among {FEW:,}", few, "at most 1.2"),
        Row(work, small, f"stock Viewflow, {SMALL} among {SMALL + LARGE:,}", stock_small, "below 1"),
        Row(f"inbox page, pool of {LARGE:,}", large, f"pool of {SMALL}", small, "at most 1.5"),
        Row(f"inbox page, pool of {LARGE:,}", large, f"stock Viewflow, {LARGE:,}", stock_large, "below 1"),
    ]


class _Crowd:
    """Copies of one real case and its open task, in as many classes as a large university has."""

    def __init__(self, flow: ScratchFlow) -> None:
        waiting_tasks(flow, 1)
        self.task = Task.objects.select_related("process").get(node_id="class_review")
        major = add_unit(flow.college, UnitKind.MAJOR, "网络工程")
        self.classes = [add_unit(major, UnitKind.CLASS, f"网络{number}") for number in range(CLASSES)]
        self.large = add_unit(major, UnitKind.CLASS, "网络大班")
        self.reader = flow.person("t9", "吴老师", Role.COUNSELOR, self.large)
        self.decided_by = flow.second_counselor
        self.count = 0

    def add(self, unit: Unit, count: int) -> None:
        """Open tasks of the pool of *unit*."""
        self._insert([(unit, False)] * count)

    def spread(self, count: int) -> None:
        """Tasks of all classes; of five, three are decided."""
        self._insert([(self.classes[number % CLASSES], number % 5 < 3) for number in range(count)])

    def _insert(self, wanted: list[tuple[Unit, bool]]) -> None:
        for start in range(0, len(wanted), AT_ONCE):
            cases, tasks = [], []
            for unit, is_decided in wanted[start : start + AT_ONCE]:
                case, task = self._rows(unit, is_decided)
                cases.append(case)
                tasks.append(task)
            with transaction.atomic():
                insert_many(Case, cases)
                insert_many(Task, tasks)

    def _rows(self, unit: Unit, is_decided: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        self.count += 1
        key, number = uuid7(), self.count
        name = f"学生{number}"
        case = _values(self.task.process) | {
            "id": key,
            "number": f"many-{number}",
            "unit_id": unit.pk,
            "title": name,
            "search_text": f"{name} xuesheng{number}",
        }
        task = _values(self.task) | {"id": uuid7(), "process_id": key, "unit_id": unit.pk}
        task["due_at"] = self.task.due_at + datetime.timedelta(minutes=number % 5000)
        if is_decided:
            done = {"finished": timezone.now(), "outcome": "approve", "decided_by_id": self.decided_by.pk}
            task |= done
        return case, task


def _values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _in_turns(*pages: tuple[User, str], times: int = RUNS) -> list[float]:
    """Milliseconds of each person's page, the whole of it as the browser asks for it, in turns."""

    def asking(user: User, address: str) -> Callable[[], None]:
        client = Client()
        client.force_login(user)

        def ask() -> None:
            answer = client.get(address)
            assert answer.status_code == 200, (answer, answer.content)

        return ask

    return medians_ms([asking(user, address) for user, address in pages], times)


def _gather_statistics() -> None:
    """What a database does by itself at night."""
    tables = ("processes_task", "processes_case")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE TABLE {table}" if connection.vendor == "mysql" else f"ANALYZE {table}")


def _show_plans(title: str, user: User) -> None:
    client = Client()
    client.force_login(user)
    sent = statements(lambda: client.get(OURS))
    reads = [sql for sql in sent if "processes_task" in sql and sql.lstrip("( ").startswith("SELECT")]
    print(f"plans of the inbox, {title} ({connection.vendor}); {len(sent)} statements for the page")
    for sql in reads:
        print(f"  {sql[:100]} ...")
        for line in _plan(sql):
            print(f"      {line}")
    print(flush=True)


def _plan(sql: str) -> Iterator[str]:
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql.replace('%', '%%')}")
        names = [column[0] for column in cursor.description or ()]
        for row in cursor.fetchall():
            found = dict(zip(names, row, strict=True))
            yield str(found["detail"]) if "detail" in found else _mysql_line(found)


def _mysql_line(found: dict[str, Any]) -> str:
    wanted = ("table", "type", "key", "key_len", "rows", "Extra")
    return "  ".join(f"{name}={found[name]}" for name in wanted if found.get(name) is not None)

"""Prints one table: what we time, the peer in the same run, the ratio and the budget."""

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases  # noqa: E402

from approvals.actions import Actor, Decision, decide, decide_many, start_many  # noqa: E402
from common.ids import uuid7  # noqa: E402
from processes.models import Case, Event, Task  # noqa: E402
from processes.tests.kit import KEY, ScratchFlow, scratch_flow  # noqa: E402
from tests.bench import stock  # noqa: E402

APPROVE = Decision("approve")
SINGLES, BATCH, ROUNDS = 1000, 5000, 10


class Row(NamedTuple):
    """One line of the table; times in milliseconds a decision."""

    work: str
    ours: float
    peer: str
    theirs: float
    budget: str


def main() -> None:
    """Set up a fresh database, time, print, and leave nothing behind."""
    old = setup_databases(verbosity=0, interactive=False)
    try:
        with scratch_flow() as flow:
            print(
                f"{_machine()}; {connection.vendor} {_server()}; Python {sys.version.split()[0]}\n",
                flush=True,
            )
            _print(_measure(flow))
    finally:
        teardown_databases(old, verbosity=0)


def _measure(flow: ScratchFlow) -> list[Row]:
    waiting = _waiting_tasks(flow, SINGLES + BATCH + 1)
    stock_tasks = [stock.start().pk for _ in range(SINGLES + 1)]
    counselor = Actor(flow.counselor)
    assert counselor.reach.posts  # looked up once a request, like the session behind it
    ours_statements = _statements(lambda: decide(waiting[-1], APPROVE, counselor))
    stock_statements = _statements(lambda: stock.decide(stock_tasks[-1], flow.counselor))
    ours, theirs = _one_by_one(flow, waiting[:SINGLES], stock_tasks[:SINGLES])
    batch = _timed(lambda: decide_many(waiting[SINGLES : SINGLES + BATCH], APPROVE, Actor(flow.counselor)))
    bare = statistics.median(_timed(lambda: _bare_insert(flow)) for _ in range(3))
    print(f"statements a decision: ours {ours_statements}, stock Viewflow {stock_statements}\n")
    each, bare_each = batch / BATCH * 1000, bare / BATCH * 1000
    return [
        Row(f"{SINGLES:,} decisions one by one", ours, "stock Viewflow", theirs, "at most 1/4"),
        Row(f"{BATCH:,} decisions in one batch", each, "stock Viewflow", theirs, "at most 1/20"),
        Row(
            f"{BATCH:,} decisions in one batch",
            each,
            "bare bulk insert of the same rows",
            bare_each,
            "at most 3",
        ),
    ]


def _waiting_tasks(flow: ScratchFlow, count: int) -> list[Any]:
    """Ids of *count* tasks that wait for the counselor; submitted in bulk, as nobody times that."""
    from processes.engine import runtime
    from processes.engine.unit_of_work import UnitOfWork

    students = flow.students(count)
    start_many(KEY, [(student, student) for student in students], Actor(flow.counselor))
    first = Task.objects.filter(node_id="file").select_related("process")
    with UnitOfWork(Actor(flow.counselor)) as unit:
        tasks = list(first)
        unit.cases.update({task.process_id: task.process for task in tasks})
        for task in tasks:
            with unit.attempt(task.process):
                runtime.complete(task, Decision("submit"))
    return list(Task.objects.filter(node_id="class_review").order_by("pk").values_list("pk", flat=True))


def _one_by_one(flow: ScratchFlow, ours: Sequence[Any], theirs: Sequence[Any]) -> tuple[float, float]:
    """Median milliseconds a decision of both, in turns, so that both meet the same machine."""
    size, actor = len(ours) // ROUNDS, Actor(flow.counselor)
    mine, others = [], []
    for start in range(0, len(ours), size):
        mine.append(_each(ours[start : start + size], lambda pk: decide(pk, APPROVE, actor)))
        others.append(_each(theirs[start : start + size], lambda pk: stock.decide(pk, flow.counselor)))
    return statistics.median(mine), statistics.median(others)


def _each(keys: Iterable[Any], work: Callable[[Any], Any]) -> float:
    keys = list(keys)
    return _timed(lambda: [work(key) for key in keys]) / len(keys) * 1000


def _bare_insert(flow: ScratchFlow) -> None:
    """Insert as many rows as the batch wrote: a case, two tasks and an event a decision; nothing else."""
    case, task, event = Case.objects.first(), Task.objects.first(), Event.objects.first()
    with transaction.atomic():
        for model, sample, count in ((Case, case, 1), (Task, task, 2), (Event, event, 1)):
            model._base_manager.bulk_create(_copies(sample, BATCH * count))
        transaction.set_rollback(True)


def _copies(sample: Any, count: int) -> list[Any]:
    fields = sample._meta.concrete_fields
    values = {field.attname: getattr(sample, field.attname) for field in fields if not field.primary_key}
    rows = [type(sample)(pk=uuid7(), **values) for _ in range(count)]
    for number, row in enumerate(rows):
        if isinstance(row, Case):
            row.number = f"bare-{number}"
        if isinstance(row, Event):
            row.seq = 1000 + number
    return rows


def _timed(work: Callable[[], Any]) -> float:
    gc.collect()
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _statements(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def _machine() -> str:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return f"{os.cpu_count()} cores, {pages * size / 2**30:.0f} GiB"


def _server() -> str:
    return ".".join(map(str, connection.get_database_version()))


def _print(rows: Iterable[Row]) -> None:
    print(f"{'work':34} {'ours ms':>8}  {'peer':34} {'peer ms':>8} {'ratio':>7}  budget")
    for row in rows:
        ratio = row.ours / row.theirs
        print(f"{row.work:34} {row.ours:8.3f}  {row.peer:34} {row.theirs:8.3f} {ratio:7.3f}  {row.budget}")


if __name__ == "__main__":
    main()

"""Decisions one by one and in a batch, beside stock Viewflow, SpiffWorkflow and a bare insert."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction

from approvals.actions import Actor, Decision, decide, decide_many, start_many
from common.ids import uuid7
from processes.engine import runtime
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, Event, Task
from processes.tests.kit import KEY, ScratchFlow
from tests.bench import spiff, stock
from tests.bench.table import Row, statements, timed

APPROVE = Decision("approve")
SINGLES, BATCH, ROUNDS = 1000, 5000, 10


def measure(flow: ScratchFlow) -> list[Row]:
    """One by one in turns with both peers, then a batch, then the bare insert of what the batch wrote."""
    waiting = waiting_tasks(flow, SINGLES + BATCH + 1)
    stock_tasks = [stock.start().pk for _ in range(SINGLES + 1)]
    spiff_tasks = [spiff.start() for _ in range(SINGLES)]
    counselor = Actor(flow.counselor)
    assert counselor.reach.posts  # looked up once a request, like the session behind it
    ours_sent = len(statements(lambda: decide(waiting[-1], APPROVE, counselor)))
    stock_sent = len(statements(lambda: stock.decide(stock_tasks[-1], flow.counselor)))
    ours, viewflow, other = _in_turns(
        (waiting[:SINGLES], lambda key: decide(key, APPROVE, counselor)),
        (stock_tasks[:SINGLES], lambda key: stock.decide(key, flow.counselor)),
        (spiff_tasks, lambda key: spiff.decide(key, flow.counselor)),
    )
    batch = timed(lambda: decide_many(waiting[SINGLES : SINGLES + BATCH], APPROVE, Actor(flow.counselor)))
    bare = statistics.median(timed(_bare_insert) for _ in range(3))
    each, bare_each = batch / BATCH * 1000, bare / BATCH * 1000
    one, many = f"{SINGLES:,} decisions one by one", f"{BATCH:,} decisions in one batch"
    return [
        Row(f"{one}, statements each", ours_sent, "stock Viewflow", stock_sent, "at most 8 statements", ""),
        Row(one, ours, "stock Viewflow", viewflow, "at most 1/4"),
        Row(one, ours, "SpiffWorkflow, state loaded and saved", other, "below 1"),
        Row(many, each, "stock Viewflow", viewflow, "at most 1/20"),
        Row(many, each, "SpiffWorkflow, state loaded and saved", other, "at most 1/6"),
        Row(many, each, "bare bulk insert of the same rows", bare_each, "at most 3"),
    ]


def waiting_tasks(flow: ScratchFlow, count: int) -> list[Any]:
    """Ids of *count* tasks that wait for the counselor; submitted in bulk, as nobody times that."""
    students = flow.students(count)
    start_many(KEY, [(student, student) for student in students], Actor(flow.counselor))
    with UnitOfWork(Actor(flow.counselor)) as unit:
        tasks = list(Task.objects.filter(node_id="file").select_related("process"))
        unit.cases.update({task.process_id: task.process for task in tasks})
        for task in tasks:
            with unit.attempt(task.process):
                runtime.complete(task, Decision("submit"))
    return list(Task.objects.filter(node_id="class_review").order_by("pk").values_list("pk", flat=True))


def _in_turns(*sides: tuple[Sequence[Any], Callable[[Any], Any]]) -> list[float]:
    """Median milliseconds a decision of each side, in turns, so that all meet the same machine."""
    size = SINGLES // ROUNDS
    times: list[list[float]] = [[] for _ in sides]
    for start in range(0, SINGLES, size):
        for found, (keys, work) in zip(times, sides, strict=True):
            found.append(_each(keys[start : start + size], work))
    return [statistics.median(found) for found in times]


def _each(keys: Iterable[Any], work: Callable[[Any], Any]) -> float:
    keys = list(keys)
    return timed(lambda: [work(key) for key in keys]) / len(keys) * 1000


def _bare_insert() -> None:
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

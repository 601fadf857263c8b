"""Cases moved to a new version while two people decide throughout, each in a process of their own.

    MIGRATION_CASES=10000 .venv/bin/python -m pytest -q -s processes/tests/test_migration_load.py

With DATABASE_URL on MariaDB, and on SQLite without.
"""

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from accounts.models import User
from approvals.actions import Decision, decide, decide_many, start_many
from common.errors import UserError
from processes.actions import publish
from processes.audit.verify import verify_trail
from processes.engine import runtime
from processes.engine.actor import Actor
from processes.engine.unit_of_work import UnitOfWork
from processes.evolve import migration as evolve
from processes.evolve.mapping import plan
from processes.evolve.records import Migration, MigrationState
from processes.models import Case, CaseState, DefinitionVersion, Event, Task, TaskType
from processes.tests import draw as d
from processes.tests.kit import KEY, ScratchFlow, scratch_flow

CASES = int(os.environ.get("MIGRATION_CASES", "400"))
PATIENCE = 60 + CASES / 10  # seconds until everything must be decided
APPROVE = Decision("approve")
#: The deciders are copies of this process, so that they know the flow of the test.
processes = multiprocessing.get_context("fork")

_BATCH = 'qc:batch="true"'
OLD = d.definition(
    d.user("a", f"{d.COUNSELOR} {_BATCH}"),
    d.gateway("parallel", "split", "join"),
    d.user("b", f'{d.COLLEGE} {_BATCH} qc:dueWorkdays="5"'),
    d.user("c", f"{d.UNIVERSITY} {_BATCH}"),
    d.service("take_effect"),
    d.end(),
    d.flows("file > a > split > b > join > take_effect > end", "split > c > join"),
)
NEW = d.definition(
    d.user("a", f'{d.COUNSELOR} {_BATCH} qc:dueWorkdays="2" qc:remindWorkdays="1"'),
    d.gateway("parallel", "split", "join"),
    d.user("b", f"{d.UNIVERSITY} {_BATCH}"),
    d.user("c", f"{d.UNIVERSITY} {_BATCH}"),
    d.user("c2", f"{d.COLLEGE} {_BATCH}"),
    d.user("last", f"{d.UNIVERSITY} {_BATCH}"),
    d.service("take_effect"),
    d.end(),
    d.flows("file > a > split > b > join > last > take_effect > end", "split > c > c2 > join"),
)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_cases_are_moved_while_people_decide_and_every_one_is_finished_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evolve, "BATCH_SIZE", min(evolve.BATCH_SIZE, CASES // 8))
    with scratch_flow(OLD) as flow:
        _hand_in(flow)
        wanted = plan(DefinitionVersion.objects.select_related("definition").get(), publish(KEY, NEW))
        with _deciding(flow) as told:
            _until(lambda: Event.objects.filter(kind="approved").exists())
            begun = time.monotonic()
            migration = evolve.start_migration(wanted, Actor(flow.director))
            took = time.monotonic() - begun
            _until(lambda: not Case.objects.filter(finished=None).exists())
        migration.refresh_from_db()
        _report(migration, took, told)
        _nothing_lost(migration)
        assert [fault for each in told for fault in each["faults"]] == []


def _hand_in(flow: ScratchFlow) -> None:
    """Cases at every step of the old version: half of them wait for the first level, the rest are further."""
    students = flow.students(CASES)
    counselor = Actor(flow.counselor)
    start_many(KEY, [(student, student) for student in students], counselor)
    with UnitOfWork(counselor) as unit:
        tasks = list(Task.objects.filter(node_id="file").select_related("process"))
        unit.cases.update({task.process_id: task.process for task in tasks})
        for task in tasks:
            with unit.attempt(task.process):
                runtime.complete(task, Decision("submit"))
    first = list(Task.objects.filter(node_id="a").values_list("pk", flat=True)[: CASES // 2])
    decide_many(first, APPROVE, counselor)
    second = list(Task.objects.filter(node_id="b").values_list("pk", flat=True)[: CASES // 4])
    decide_many(second, APPROVE, Actor(flow.officer))


@contextmanager
def _deciding(flow: ScratchFlow) -> Iterator[list[dict[str, Any]]]:
    """Two processes that decide until nothing is left to do, and what they tell of it."""
    connections.close_all()
    over, told = processes.Event(), processes.Queue()
    people = [user.pk for user in (flow.counselor, flow.officer, flow.director)]
    workers = [processes.Process(target=_decide, args=(people, n, over, told)) for n in range(2)]
    for worker in workers:
        worker.start()
    results: list[dict[str, Any]] = []
    try:
        yield results
    finally:
        over.set()
        results += [told.get(timeout=60) for _each in workers]
        for worker in workers:
            worker.join(timeout=60)


def _decide(people: list[UUID], seed: int, over: Any, told: Any) -> None:
    """Decide, as the pages do, what waits: mostly one task as it was shown, sometimes many."""
    rng, counts, faults = random.Random(seed), Counter[str](), list[str]()
    while not over.is_set():
        try:
            counts.update(_once(User.objects.get(pk=rng.choice(people)), rng))
        except UserError:
            counts["told so"] += 1
        except Exception as error:
            faults.append(repr(error))
    connections.close_all()
    told.put({"counts": counts, "faults": faults})


def _once(person: User, rng: random.Random) -> Counter[str]:
    roles = [each.role for each in person.appointments.all()]
    rows = Task.objects.filter(role__in=roles, finished=None, flow_task_type=TaskType.HUMAN)
    shown = list(rows.order_by("created", "pk").values_list("pk", "revision")[:200])
    if not shown:
        time.sleep(0.02)
        return Counter()
    if rng.random() < 0.3:
        keys = [pk for pk, _revision in rng.sample(shown, min(len(shown), max(5, CASES // 200)))]
        done = decide_many(keys, APPROVE, Actor(person))
        return Counter("together" if each.ok else "told so" for each in done)
    pk, revision = rng.choice(shown)
    decide(pk, APPROVE, Actor(person), revision=revision)
    return Counter(["one by one"])


def _until(is_so: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "not done in time"
        time.sleep(0.1)


def _report(migration: Migration, took: float, told: list[dict[str, Any]]) -> None:
    between = Event.objects.filter(
        at__gte=migration.created_at, at__lte=migration.finished_at, kind="approved"
    )
    print(
        f"\n{CASES} cases; moved {migration.moved}, not moved {migration.refused} in {took:.1f} s, meanwhile "
        f"{between.count()} decisions; deciders: {[dict(each['counts']) for each in told]}"
    )


def _nothing_lost(migration: Migration) -> None:
    assert migration.state == MigrationState.DONE
    assert migration.moved > 0
    assert set(migration.items.exclude(reason="").values_list("reason", flat=True)) <= {"ended"}
    assert migration.moved + migration.refused == migration.total == migration.items.count()
    assert Event.objects.filter(kind="migrated").count() == migration.moved
    assert Case.objects.filter(state=CaseState.APPROVED).count() == CASES
    assert not Task.objects.filter(finished=None).exists()
    decided = Counter(Event.objects.filter(kind="approved").values_list("task_id", flat=True))
    assert set(decided.values()) == {1}
    assert decided.keys() == set(Task.objects.filter(outcome="approve").values_list("pk", flat=True))
    steps = Counter(Task.objects.filter(outcome="approve").values_list("process_id", "node_id"))
    assert set(steps.values()) == {1}
    moved = set(Case.objects.filter(version=migration.target).values_list("pk", flat=True))
    assert {case for case, node in steps if node == "last"} == moved
    assert len(moved) == migration.moved
    assert User.objects.filter(username__startswith="s", name__regex="^[^✓]+✓$").count() == CASES
    assert verify_trail().fault is None

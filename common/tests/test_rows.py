"""Rows written and read past Django's compiler are the rows Django would have written and read."""

import datetime
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.db.models import F, Subquery
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from common import quick
from common.bulk import insert_rows, update_rows
from common.prepared import MOST_KEPT, PreparedRead
from processes.models import Case, Event, Job, JobKind, Task
from processes.tests.kit import KEY, ScratchFlow, scratch_flow

pytestmark = pytest.mark.django_db

read_tasks = PreparedRead(
    lambda keys: Task.objects.select_related("process", "unit").filter(pk__in=keys).order_by("pk")
)


@pytest.fixture
def flow():
    with scratch_flow() as found:
        yield found


def jobs(count: int) -> list[Job]:
    """Jobs with something in every kind of column."""
    now = timezone.now()
    return [
        Job(
            kind=JobKind.SERVICE,
            flow_key=KEY,
            run_at=now + datetime.timedelta(microseconds=number),
            lease_until=now if number else None,
            attempts=number,
            error="“错”\n",
            data={"序": [number, None, {"a": 1.5}]} if number else {},
        )
        for number in range(count)
    ]


def as_django_reads(model: type, rows: list) -> list[dict]:
    """The values of *rows* as Django finds them in the database."""
    return [model.objects.filter(pk=row.pk).values().get() for row in rows]


def values_of(row) -> dict:
    """The values an instance holds."""
    return {field.attname: row.__dict__[field.attname] for field in row._meta.concrete_fields}


@pytest.mark.parametrize("count", [1, 3])
def test_rows_inserted_and_changed_are_what_django_reads(count: int) -> None:
    rows = jobs(count)
    insert_rows(Job, rows)
    assert as_django_reads(Job, rows) == [values_of(row) for row in rows]
    assert {row._state.adding for row in rows} == {False}
    for row in rows:
        row.error, row.data, row.lease_until, row.flow_key = "好", {"k": row.attempts}, None, "not written"
    update_rows(Job, rows, ["error", "data", "lease_until"])
    for row in rows:
        row.flow_key = KEY
    assert as_django_reads(Job, rows) == [values_of(row) for row in rows]


def test_column_that_was_left_out_of_the_read_is_kept() -> None:
    insert_rows(Job, jobs(2))
    rows = list(Job.objects.defer("error"))
    for row in rows:
        row.attempts = 9
    update_rows(Job, rows)
    assert set(Job.objects.values_list("attempts", "error")) == {(9, "“错”\n")}


def test_quick_instance_has_the_defaults_of_a_constructed_one() -> None:
    for model in (Case, Task, Event, Job):
        made, constructed = quick.new(model, {}), model()
        clocks = {"id", "created", "at"}
        for field in model._meta.concrete_fields:
            if field.attname not in clocks:
                assert getattr(made, field.attname) == getattr(constructed, field.attname), field
    first, second = quick.new(Task, {}), quick.new(Task, {})
    assert first.pk != second.pk
    assert first.data is not second.data


def _waiting(flow: ScratchFlow, count: int) -> list[Task]:
    from processes.engine.actor import Actor
    from processes.engine.context import Decision
    from processes.engine.runtime import complete, start
    from processes.engine.unit_of_work import UnitOfWork
    from processes.registry import flow_for

    students = flow.students(count)
    with UnitOfWork(Actor(flow.counselor)) as unit:
        for number, student in enumerate(students):
            case = start(flow_for(KEY), student, student, f"N-{number}")
            (task,) = unit.live.of(case)
            complete(task, Decision("submit"))
    return list(Task.objects.select_related("process", "unit").order_by("pk"))


@pytest.mark.parametrize("count", [1, 3])
def test_prepared_read_gives_what_django_gives(
    flow: ScratchFlow, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    expected = _waiting(flow, count)
    with django_assert_num_queries(1):
        found = read_tasks([task.pk for task in expected])
        assert [values_of(task) for task in found] == [values_of(task) for task in expected]
        for task, other in zip(found, expected, strict=True):
            assert values_of(task.process) == values_of(other.process)
            assert task.unit == other.unit
            assert (task._state.db, task._state.adding) == (connection.alias, False)
    assert {task.unit for task in found} == {None, flow.student_class}
    assert len({id(task.unit) for task in found}) == 2  # one object a record
    assert read_tasks([uuid4()]) == []
    assert read_tasks([]) == []


def test_statement_that_was_kept_finds_other_rows(
    flow: ScratchFlow, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keys = [task.pk for task in _waiting(flow, 4)]
    for wanted in (keys[:2], keys[2:4], [keys[3], keys[0]]):
        assert [task.pk for task in read_tasks(wanted)] == sorted(wanted)
    key = Subquery(Task.objects.filter(pk=keys[1]).values("pk")[:1])
    with django_assert_num_queries(1):
        assert [task.pk for task in read_tasks([keys[0], key])] == keys[:2]
    assert [task.pk for task in read_tasks(keys[:1] * 7)] == keys[:1]


def test_more_keys_than_statements_are_kept_for_are_read(flow: ScratchFlow) -> None:
    keys = [task.pk for task in _waiting(flow, MOST_KEPT // 2 + 1)]
    assert len(keys) > MOST_KEPT
    assert [task.pk for task in read_tasks(keys)] == sorted(keys)
    assert max(read_tasks._plans[connections["default"]], default=0) <= MOST_KEPT


def test_columns_left_out_of_a_prepared_read_are_fetched_when_asked_for(flow: ScratchFlow) -> None:
    (task, *_others) = _waiting(flow, 1)
    read = PreparedRead(
        lambda keys: Task.objects.filter(pk__in=keys).only("node_id").annotate(double=F("revision") * 2)
    )
    (found,) = read([task.pk])
    assert set(found.__dict__) - {"_state"} == {"id", "node_id", "double"}
    assert (found.node_id, found.double, found.token) == (task.node_id, task.revision * 2, task.token)


def test_what_is_read_twice_is_not_shared_where_it_can_be_changed(flow: ScratchFlow) -> None:
    tasks = read_tasks([task.pk for task in _waiting(flow, 2)])
    for name in ("variables", "units"):
        held = {id(getattr(task.process, name)) for task in tasks}
        assert len(held) == 2

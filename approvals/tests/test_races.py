"""Two people at once, in earnest: threads against the database."""

import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, connections

from accounts.models import User
from accounts.roles import Role
from approvals.actions import Actor, Decision, Mended, decide, decide_many, mend_many
from approvals.tests.kit import waiting
from approvals.tests.test_incidents import broken as failed
from common import retry
from common.errors import Refused, Stale
from common.retry import retrying
from processes.audit.verify import verify_trail
from processes.models import Event, Incident, Task
from processes.tests.kit import scratch_flow

CLIENTS, TASKS = 50, 10
APPROVE = Decision("approve")


def together(count: int, work: Callable[[int], None]) -> list[Exception]:
    """Run *work* in that many threads at once; what went wrong in them."""
    faults: list[Exception] = []
    ready = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            ready.wait()
            work(number)
        except Exception as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_fifty_clients_race_for_ten_tasks_and_each_is_decided_once():
    with scratch_flow() as flow:
        tasks = waiting(flow, TASKS)
        people = [flow.counselor, flow.second_counselor]
        told: list[str] = []

        def work(number: int) -> None:
            person = User.objects.get(pk=people[number % 2].pk)
            for step in range(TASKS):
                task = tasks[(number + step) % TASKS]
                try:
                    decide(task.pk, APPROVE, Actor(person), revision=task.revision)
                except Stale as error:
                    told.append(str(error))

        started = time.monotonic()
        assert together(CLIENTS, work) == []
        assert time.monotonic() - started < 120
        made = Event.objects.filter(kind="approved").values_list("task_id", flat=True)
        assert Counter(made) == {task.pk: 1 for task in tasks}
        assert len(told) == CLIENTS // 2 * TASKS
        assert all("陈老师" in words or "孙老师" in words for words in told)
        assert verify_trail().fault is None
        clean_up()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_operators_mend_the_same_incidents_at_once_and_each_is_mended_once():
    with scratch_flow() as flow:
        broken = [failed(task).pk for task in waiting(flow, TASKS)]
        other = flow.person("t9", "赵主任", Role.CAREER_CENTER_DIRECTOR, flow.university)
        people, said = [flow.director, other], list[Mended]()

        def work(number: int) -> None:
            by = Actor(User.objects.get(pk=people[number % 2].pk))
            keys = broken if number < 2 else broken[::-1]
            said.extend(mend_many(keys, ("skip", "retry")[number % 2], by, text="信息中心已修复"))

        assert together(4, work) == []
        assert Incident.objects.filter(solved_at=None).count() == 0
        kinds = Event.objects.filter(kind__startswith="incident_").values_list("case", "kind")
        assert len({case for case, _kind in kinds}) == len(kinds) == TASKS
        solved = Counter(Incident.objects.values_list("solved_by__name", flat=True))
        assert (
            sum(each.ok for each in said) == 2 * TASKS
        )  # the same person sending it again is told it is done
        assert sum(solved.values()) == TASKS
        assert verify_trail().fault is None
        clean_up()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_batches_and_single_decisions_cross_and_nobody_sees_a_deadlock():
    with scratch_flow() as flow:
        tasks = waiting(flow, 40)
        keys = [task.pk for task in tasks]

        def work(number: int) -> None:
            people = (flow.counselor, flow.second_counselor)
            by = Actor(User.objects.get(pk=people[number % 2].pk))
            if number < 4:
                decide_many(keys if number % 2 else keys[::-1], APPROVE, by)
                return
            for key in keys[number::6]:
                try:
                    decide(key, APPROVE, by)
                except (Stale, Refused):
                    continue

        assert together(10, work) == []
        made = Event.objects.filter(kind="approved").values_list("task_id", flat=True)
        assert Counter(made) == dict.fromkeys(keys, 1)
        assert Task.objects.filter(node_id="college_review", finished=None).count() == len(keys)
        assert verify_trail().fault is None
        clean_up()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("words", [(1213, "Deadlock found"), (1205, "Lock wait"), ("database is locked",)])
def test_action_begins_again_when_the_database_asks_for_it(monkeypatch, words):
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0)
    tries = []

    @retrying
    def act() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError(*words)
        return "done"

    assert (act(), len(tries)) == ("done", 3)


@pytest.mark.django_db(transaction=True)
def test_action_gives_up_after_a_few_tries_and_at_once_for_other_faults(monkeypatch):
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0)
    tries = []

    @retrying
    def act(*words: object) -> None:
        tries.append(1)
        raise OperationalError(*words)

    with pytest.raises(OperationalError):
        act(1213, "Deadlock found")
    assert len(tries) == retry.TRIES
    with pytest.raises(OperationalError):
        act(2006, "Server has gone away")
    assert len(tries) == retry.TRIES + 1


@pytest.mark.django_db
def test_action_inside_another_transaction_is_tried_once():
    tries = []

    @retrying
    def act() -> None:
        tries.append(1)
        raise OperationalError(1213, "Deadlock found")

    with pytest.raises(OperationalError):
        act()
    assert len(tries) == 1


def clean_up() -> None:
    """The trail protects its rows; a flushed test database must not trip over them."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM processes_event")

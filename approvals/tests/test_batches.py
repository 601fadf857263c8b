"""Batches as jobs: results kept, progress shown, carried on after a fault, taken back."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from approvals.actions import Actor, Decision, batches, carry_on, decide, start_batch, undo_batch, work_off
from approvals.models import BatchRun, BatchState
from approvals.tests.kit import waiting
from common.errors import BadInput, Refused
from messaging.models import Notice
from processes.audit.verify import verify_trail
from processes.models import Event, Task
from processes.queries import open_tasks

APPROVE = Decision("approve")
SAID = {"reason_code": "R03", "text": "证明看不清，请重拍"}


def keys(tasks):
    return [task.pk for task in tasks]


def test_batch_keeps_a_result_for_each_task(flow):
    tasks = waiting(flow, 3)
    decide(tasks[1].pk, APPROVE, Actor(flow.second_counselor))
    run = start_batch(keys(tasks), "approve", {}, Actor(flow.counselor))
    assert (run.state, run.done, run.ok, run.refused) == (BatchState.DONE, 3, 2, 1)
    kept = list(run.items.order_by("place").values_list("ok", "case__title"))
    assert kept == [(task != tasks[1], task.process.title) for task in tasks]
    assert "孙老师" in run.items.get(ok=False).message


def test_batch_says_what_is_missing_before_it_begins(flow):
    tasks = waiting(flow, 1)
    for verb, said in (("return", {"text": "短"}), ("transfer", {"text": "我这周不在"}), ("sing", {})):
        with pytest.raises(BadInput):
            start_batch(keys(tasks), verb, said, Actor(flow.counselor))
    assert not BatchRun.objects.exists()


def test_tasks_are_handed_on_together(flow):
    tasks = waiting(flow, 3)
    said = {"to": flow.second_counselor.pk.hex, "text": "我这周不在学校"}
    run = start_batch(keys(tasks), "transfer", said, Actor(flow.counselor))
    assert run.ok == 3
    assert set(Task.objects.filter(pk__in=keys(tasks)).values_list("owner", flat=True)) == {
        flow.second_counselor.pk
    }


def test_large_batch_is_a_job_that_goes_on_where_it_stopped(flow, monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 3)
    monkeypatch.setattr(batches, "BATCH_SIZE", 2)
    tasks = waiting(flow, 5)
    run = start_batch(keys(tasks), "approve", {}, Actor(flow.counselor))
    assert (run.state, run.done) == (BatchState.WAITING, 0)
    with pytest.raises(Refused):
        carry_on(run)
    once = batches._chunk
    calls = []

    def broken(row):
        calls.append(1)
        if len(calls) == 2:
            raise ZeroDivisionError
        return once(row)

    monkeypatch.setattr(batches, "_chunk", broken)
    with pytest.raises(ZeroDivisionError):
        work_off(run)
    run.refresh_from_db()
    assert (run.state, run.done) == (BatchState.RUNNING, 2)
    monkeypatch.setattr(batches, "_chunk", once)
    work_off(run)
    assert Event.objects.filter(kind="approved").count() == 2  # somebody is at it, as far as one can see
    BatchRun.objects.update(progress_at=timezone.now() - datetime.timedelta(minutes=2))
    run.refresh_from_db()
    work_off(carry_on(run))
    run.refresh_from_db()
    assert (run.state, run.done, run.ok) == (BatchState.DONE, 5, 5)
    assert Event.objects.filter(kind="approved").count() == 5
    assert Notice.objects.get(recipient=flow.counselor).kind == "batch_done"
    assert verify_trail().fault is None


def test_second_click_does_not_carry_on_what_goes_on_already(flow):
    tasks = waiting(flow, 2)
    run = start_batch(keys(tasks), "approve", {}, Actor(flow.counselor))
    long_ago = timezone.now() - datetime.timedelta(minutes=2)
    BatchRun.objects.update(state=BatchState.RUNNING, progress_at=long_ago)
    clicks = [BatchRun.objects.get(pk=run.pk) for _each in range(2)]
    work_off(carry_on(clicks[0]))
    with pytest.raises(Refused):
        carry_on(clicks[1])
    run.refresh_from_db()
    assert run.state == BatchState.DONE


def test_job_tells_what_became_of_each_task_in_the_language_of_who_asked(flow, monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 0)
    monkeypatch.setattr(batches, "require_worker", lambda: None)
    (task,) = waiting(flow, 1)
    decide(task.pk, APPROVE, Actor(flow.second_counselor))
    with translation.override("en"):
        run = start_batch(keys([task]), "approve", {}, Actor(flow.counselor))
    with translation.override("zh-hans"):
        work_off(run)
        assert translation.get_language() == "zh-hans"
    assert "孙老师 was faster" in run.items.get().message


def test_batch_is_taken_back_but_for_what_others_went_on_with(flow):
    tasks = waiting(flow, 3)
    run = start_batch(keys(tasks), "approve", {}, Actor(flow.counselor))
    decide(open_tasks(tasks[0].process).get().pk, APPROVE, Actor(flow.officer))
    with pytest.raises(Refused):
        undo_batch(run, Actor(flow.second_counselor))
    undone = undo_batch(run, Actor(flow.counselor))
    run.refresh_from_db()
    assert (run.state, undone.verb, undone.ok, undone.refused) == (BatchState.UNDONE, "take_back", 2, 1)
    assert Task.objects.filter(pk__in=keys(tasks), finished=None).count() == 2
    with pytest.raises(Refused):
        undo_batch(undone, Actor(flow.counselor))


def test_batch_that_is_taken_back_twice_gives_the_same_answer(flow):
    tasks = waiting(flow, 2)
    run = start_batch(keys(tasks), "approve", {}, Actor(flow.counselor))
    clicks = [BatchRun.objects.get(pk=run.pk) for _each in range(2)]
    first, second = (undo_batch(click, Actor(flow.counselor)) for click in clicks)
    assert (first, first.ok, second.ok) == (second, 2, 2)
    assert BatchRun.objects.count() == 2
    with pytest.raises(Refused):
        undo_batch(run, Actor(flow.second_counselor))


def test_taking_back_costs_the_same_statements_for_three_and_for_thirty(flow, django_assert_max_num_queries):
    first = start_batch(keys(waiting(flow, 3)), "approve", {}, Actor(flow.counselor))
    flow.students = lambda count: [flow.person(f"x{n}", "学生") for n in range(count)]
    second = start_batch(keys(waiting(flow, 30)), "approve", {}, Actor(flow.counselor))
    for run in (first, second):
        with django_assert_max_num_queries(40):
            undo_batch(run, Actor(flow.counselor))


def test_pages_run_a_batch_show_it_and_take_it_back(client, flow, monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    tasks = waiting(flow, 3)
    client.force_login(flow.counselor)
    answer = {"task": [str(key) for key in keys(tasks)], "outcome": "return"} | SAID
    assert client.post(reverse("approvals:batch_run"), answer | {"text": "短"}).status_code == 422
    page = client.post(reverse("approvals:batch_run"), answer).content.decode()
    run = BatchRun.objects.get()
    assert (run.state, run.ok, "学生2" in page) == (BatchState.DONE, 3, True)
    assert str(run.pk) in client.get(reverse("approvals:batches")).content.decode()
    result = reverse("approvals:batch_result", args=[run.pk])
    assert client.get(result).status_code == 200
    change = reverse("approvals:batch_change", args=[run.pk])
    assert client.post(change, {"do": "undo"}).status_code == 302
    assert Task.objects.filter(pk__in=keys(tasks), finished=None).count() == 3
    client.force_login(flow.second_counselor)
    assert (client.get(result).status_code, client.post(change, {"do": "undo"}).status_code) == (404, 404)


def test_page_hands_selected_tasks_on(client, flow):
    tasks = waiting(flow, 2)
    client.force_login(flow.counselor)
    answer = {"task": [str(key) for key in keys(tasks)], "outcome": "transfer"}
    assert "孙老师" in client.post(reverse("approvals:batch"), answer).content.decode()
    answer |= {"person": str(flow.second_counselor.pk), "text": "我这周不在学校"}
    client.post(reverse("approvals:batch_run"), answer)
    assert Task.objects.filter(owner=flow.second_counselor).count() == 2

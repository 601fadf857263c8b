"""Many tasks decided alike."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.actions import appoint
from accounts.roles import Role
from approvals import batch
from approvals.actions import Actor, Decision, decide
from approvals.tests.kit import CLASS_STEP, approved, open_task, submitted, waiting
from processes.models import Task
from processes.tests.kit import REVIEW, scratch_flow

PREVIEW, RUN = "/desk/batch/", "/desk/batch/run/"
PANE = {"HX-Request": "true"}


@pytest.fixture
def counselor(client, flow):
    client.force_login(flow.counselor)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def text(answer):
    return " ".join(answer.content.decode().split())


def test_preview_tells_who_can_be_approved_and_who_cannot(flow):
    tasks = waiting(flow, 3)
    own = submitted(flow, "x1", "自己")
    appoint(own.process.initiator, Role.COUNSELOR, flow.student_class)
    found = batch.preview(own.process.initiator, [own.pk, *(task.pk for task in tasks)], "approve")
    assert [task.pk for task in found.possible] == [task.pk for task in tasks]
    with translation.override("en"):
        assert [(task.pk, str(verdict.reason)) for task, verdict in found.refused] == [
            (own.pk, "Nobody reviews their own case; it waits for a colleague.")
        ]


def test_preview_says_what_was_decided_meanwhile(flow):
    first, second = waiting(flow, 2)
    decide(first.pk, Decision("approve"), Actor(flow.second_counselor))
    found = batch.preview(flow.counselor, [first.pk, second.pk], "approve")
    assert ([task.pk for task in found.possible], len(found.refused)) == ([second.pk], 1)


def test_preview_does_not_tell_strangers_about_tasks(flow):
    tasks = waiting(flow, 2)
    found = batch.preview(flow.officer, [task.pk for task in tasks], "approve")
    assert (found.possible, found.refused, found.missing) == ([], [], 2)


def test_preview_takes_the_same_queries_for_3_and_for_300(flow):
    keys = [task.pk for task in waiting(flow, 300)]

    def cost(ids):
        with CaptureQueriesContext(connection) as captured:
            batch.preview(flow.counselor, ids, "approve")
        return len(captured)

    cost(keys[:1])
    assert cost(keys[:3]) == cost(keys) == 1


def test_selected_tasks_are_shown_before_anything_happens(counselor, flow):
    tasks = waiting(flow, 3, now=timezone.now())
    answer = counselor.post(PREVIEW, {"outcome": "approve", "task": [task.pk for task in tasks]})
    assert "3 cases can be approved." in text(answer)
    assert Task.objects.filter(outcome="approve").count() == 0


def test_all_of_a_step_are_those_that_match_the_filters(counselor, flow):
    waiting(flow, 12, now=timezone.now())
    everything = text(counselor.post(PREVIEW, {"outcome": "approve", "all": CLASS_STEP}))
    assert "12 cases can be approved." in everything
    matching = text(counselor.post(PREVIEW, {"outcome": "approve", "all": CLASS_STEP, "q": "s0000"}))
    assert "10 cases can be approved." in matching
    other = text(counselor.post(PREVIEW, {"outcome": "approve", "all": "scratch_review.college_review"}))
    assert "0 cases can be approved." in other


def test_more_than_fit_are_decided_in_a_second_go(counselor, flow, monkeypatch):
    monkeypatch.setattr("approvals.views.batch.MOST_TASKS", 2)
    waiting(flow, 3, now=timezone.now())
    said = text(counselor.post(PREVIEW, {"outcome": "approve", "all": CLASS_STEP}))
    assert "2 cases can be approved." in said
    assert "These are the first 2" in said


def test_batch_approves_and_tells_of_each_case(counselor, flow):
    tasks = waiting(flow, 3, now=timezone.now())
    decide(tasks[1].pk, Decision("approve"), Actor(flow.second_counselor))
    answer = counselor.post(RUN, {"outcome": "approve", "task": ",".join(task.pk.hex for task in tasks)})
    said = text(answer)
    assert "2 cases approved." in said
    assert "1 stayed as it was:" in said
    assert "孙老师 was faster" in said
    for task in tasks:
        assert task.process.number in said
    assert {open_task(task.process_id).node_id for task in tasks} == {"college_review"}


def test_batch_in_the_dialog_is_the_part_without_the_shell(counselor, flow):
    task = waiting(flow, 1, now=timezone.now())[0]
    for address in (PREVIEW, RUN):
        answer = counselor.post(address, {"outcome": "approve", "task": task.pk}, headers=PANE)
        assert answer.status_code == 200
        assert "<html" not in text(answer)


def test_batch_returns_with_one_reason_for_all(counselor, flow):
    tasks = waiting(flow, 2, now=timezone.now())
    said = {"outcome": "return", "reason_code": "R03", "text": "证明看不清，请重拍"}
    counselor.post(RUN, said | {"task": [task.pk for task in tasks]})
    for task in tasks:
        reopened = open_task(task.process_id)
        assert (reopened.node_id, reopened.data["reason_text"]) == ("file", "证明看不清，请重拍")


@pytest.mark.parametrize(
    "said",
    [
        {"outcome": "return", "reason_code": "R03", "text": "太短"},
        {"outcome": "return", "reason_code": "", "text": "证明看不清，请重拍"},
        {"outcome": "return", "reason_code": "R99", "text": "证明看不清，请重拍"},
    ],
)
def test_incomplete_batch_changes_nothing_and_asks_again(counselor, flow, said):
    tasks = waiting(flow, 2, now=timezone.now())
    answer = counselor.post(RUN, said | {"task": [task.pk for task in tasks]})
    assert answer.status_code == 422
    assert "Nothing was changed" in text(answer)
    assert said["text"] in text(answer)
    assert all(open_task(task.process_id).pk == task.pk for task in tasks)


@pytest.mark.parametrize("outcome", ["reject", "submit", ""])
@pytest.mark.parametrize("address", [PREVIEW, RUN])
def test_batch_takes_no_other_decisions(counselor, flow, outcome, address):
    task = waiting(flow, 1, now=timezone.now())[0]
    said = {"outcome": outcome, "reason_code": "R03", "text": "证明看不清，请重拍", "task": task.pk}
    answer = counselor.post(address, said)
    assert answer.status_code == 409
    assert "To reject one, open it." in text(answer)
    assert open_task(task.process_id).pk == task.pk


def test_whole_step_and_single_tasks_are_taken_together(counselor, flow):
    first, second, _third = waiting(flow, 3, now=timezone.now())
    appoint(flow.counselor, Role.COLLEGE_OFFICER, flow.college)
    later = approved(first, flow.second_counselor)
    said = {"outcome": "approve", "all": CLASS_STEP, "task": [later.pk, second.pk]}
    assert "3 cases can be approved." in text(counselor.post(PREVIEW, said))


def test_selection_that_cannot_be_read_is_refused_with_words(counselor):
    answer = counselor.post(PREVIEW, {"outcome": "approve", "task": "1,2"})
    assert answer.status_code == 409
    assert "Select the tasks again" in text(answer)


def test_step_that_is_decided_one_by_one_refuses_the_batch(client, db):
    with scratch_flow(REVIEW.replace('qc:dueWorkdays="2" qc:batch="true"', 'qc:dueWorkdays="2"')) as flow:
        task = waiting(flow, 1, now=timezone.now())[0]
        client.force_login(flow.counselor)
        page = text(client.get("/desk/"))
        assert 'name="task"' not in page
        assert 'name="all"' not in page
        answer = client.post(
            PREVIEW, {"outcome": "approve", "task": task.pk}, headers={"Accept-Language": "en"}
        )
        assert "This step is decided one by one: open the case." in text(answer)
        client.post(RUN, {"outcome": "approve", "task": task.pk})
        assert open_task(task.process_id).pk == task.pk

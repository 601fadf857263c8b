"""Taking one's own decision back, alone and for a whole batch."""

import datetime
from dataclasses import replace

import pytest

from approvals.actions import (
    Actor,
    Decision,
    claim,
    comment,
    decide,
    decide_many,
    submit,
    take_back,
    take_back_many,
    withdraw,
)
from approvals.tests.kit import NOW, RETURN, open_task, submitted, waiting
from approvals.tests.test_claiming import kinds
from common.errors import Refused
from processes.audit.verify import verify_trail
from processes.models import Case, CaseState, Task
from processes.queries import return_targets

APPROVE = Decision("approve")


def test_approval_is_taken_back_and_decided_anew(flow):
    task = submitted(flow, "1")
    decide(task.pk, APPROVE, Actor(flow.counselor))
    take_back(task.pk, Actor(flow.counselor))
    again = open_task(task.process_id)
    assert (again.pk, again.node_id, again.outcome, again.decided_by) == (task.pk, "class_review", "", None)
    assert again.due_at == task.due_at
    decide(task.pk, RETURN, Actor(flow.counselor))
    assert kinds(task.process_id)[2:] == ["approved", "taken_back", "returned"]
    assert verify_trail().fault is None


def test_return_is_taken_back_and_the_case_is_in_review_again(flow):
    task = submitted(flow, "1")
    decide(task.pk, RETURN, Actor(flow.counselor))
    comment(task.process_id, Actor(flow.second_counselor), "这件我也看过")
    take_back(task.pk, Actor(flow.counselor))
    case = Case.objects.get(pk=task.process_id)
    assert (case.state, open_task(case).pk) == (CaseState.IN_REVIEW, task.pk)
    assert flow.changes == ["submitted", "returned", "resumed"]


def test_return_that_was_taken_back_undoes_no_level_before(flow):
    task = submitted(flow, "1")
    times = iter(NOW + datetime.timedelta(hours=hours) for hours in range(1, 5))
    decide(task.pk, APPROVE, Actor(flow.counselor), now=next(times))
    second = open_task(task.process_id)
    decide(second.pk, RETURN, Actor(flow.officer), now=next(times))
    take_back(second.pk, Actor(flow.officer), now=next(times))
    again = open_task(task.process_id)
    assert [element.id for element in return_targets(again)] == ["file", "class_review"]
    decide(second.pk, replace(RETURN, target="class_review"), Actor(flow.officer), now=next(times))
    assert open_task(task.process_id).node_id == "class_review"


def test_decision_stays_once_somebody_went_on_with_it(flow):
    task = submitted(flow, "1")
    decide(task.pk, APPROVE, Actor(flow.counselor))
    claim(open_task(task.process_id).pk, Actor(flow.officer))
    with pytest.raises(Refused):
        take_back(task.pk, Actor(flow.counselor))
    decide(open_task(task.process_id).pk, RETURN, Actor(flow.officer))
    with pytest.raises(Refused):
        take_back(task.pk, Actor(flow.counselor))


def test_decision_stays_once_the_applicant_submitted_again_or_withdrew(flow):
    task = submitted(flow, "1")
    student = Actor(task.process.initiator)
    decide(task.pk, RETURN, Actor(flow.counselor))
    submit(open_task(task.process_id).pk, student)
    with pytest.raises(Refused):
        take_back(task.pk, Actor(flow.counselor))
    decide(open_task(task.process_id).pk, APPROVE, Actor(flow.counselor))
    withdraw(task.process_id, student)
    last = Task.objects.filter(process=task.process_id, outcome="approve").get()
    with pytest.raises(Refused):
        take_back(last.pk, Actor(flow.counselor))


def test_only_ones_own_decision_is_taken_back(flow):
    task = submitted(flow, "1")
    with pytest.raises(Refused):
        take_back(task.pk, Actor(flow.counselor))
    decide(task.pk, APPROVE, Actor(flow.counselor))
    with pytest.raises(Refused):
        take_back(task.pk, Actor(flow.second_counselor))


def test_decision_with_an_effect_or_that_ended_the_case_stays(flow):
    short = submitted(flow, "1short")
    decide(short.pk, APPROVE, Actor(flow.counselor))  # takes effect and ends
    with pytest.raises(Refused, match=r"ended|结束"):
        take_back(short.pk, Actor(flow.counselor))


def test_batch_is_taken_back_but_for_what_others_went_on_with(flow):
    tasks = [task.pk for task in waiting(flow, 3)]
    decide_many(tasks, APPROVE, Actor(flow.counselor))
    second = Task.objects.get(pk=tasks[1])
    decide(open_task(second.process_id).pk, APPROVE, Actor(flow.officer))
    results = take_back_many(tasks, Actor(flow.counselor))
    assert [row.ok for row in results] == [True, False, True]
    assert [Task.objects.get(pk=pk).is_open for pk in tasks] == [True, False, True]
    assert verify_trail().fault is None

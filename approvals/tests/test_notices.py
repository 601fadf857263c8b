"""Every notice of the desk opens for whom it was sent to, and comes when there is something to do."""

import datetime

import pytest
from django.utils import timezone

from accounts.roles import Role
from approvals.actions import (
    Actor,
    Decision,
    add_signer,
    claim,
    comment,
    copy_to,
    decide,
    delegate,
    give_back,
    hand_over,
    reassign,
    request_withdrawal,
    transfer,
    urge,
)
from approvals.models import CarbonCopy
from approvals.tests.kit import open_task, submitted
from approvals.tests.test_claiming import kinds
from common.errors import BadInput
from messaging.models import Notice
from processes.actions import publish
from processes.engine import jobs
from processes.tests.kit import KEY, REVIEW

APPROVE = Decision("approve")
WHY = "请核对薪资证明"
DUE = 'qc:dueWorkdays="2"'
ESCALATED = REVIEW.replace(
    DUE, f'{DUE} qc:remindWorkdays="1" qc:escalateWorkdays="1" qc:escalateTo="college_officer"'
)


def _signer_later(flow, task):
    add_signer(task.pk, flow.officer.pk, "after", Actor(flow.counselor), text=WHY)
    decide(task.pk, APPROVE, Actor(flow.counselor))


def _mention_earlier_reviewer(flow, task):
    decide(task.pk, APPROVE, Actor(flow.counselor))
    comment(task.process_id, Actor(flow.officer), WHY, mentions=[flow.counselor.pk, flow.director.pk])


def _opinion_given(flow, task):
    delegate(task.pk, flow.officer.pk, Actor(flow.counselor), text=WHY)
    Notice.objects.all().delete()
    give_back(task.pk, Actor(flow.officer), text=WHY)


def _asked_back(flow, task):
    claim(task.pk, Actor(flow.counselor))
    request_withdrawal(task.process_id, Actor(task.process.initiator), text=WHY)


def _due(flow, task):
    jobs.sweep(task.due_at)


def _overdue(flow, task):
    _due(flow, task)
    Notice.objects.all().delete()
    jobs.sweep(task.due_at + datetime.timedelta(days=5))


VERBS = {
    "signer before": lambda f, t: add_signer(t.pk, f.officer.pk, "before", Actor(f.counselor), text=WHY),
    "signer after": _signer_later,
    "mentioned": lambda f, t: comment(
        t.process_id, Actor(f.counselor), WHY, mentions=[f.officer.pk, f.second_counselor.pk]
    ),
    "mentioned earlier": _mention_earlier_reviewer,
    "copied": lambda f, t: copy_to(t.pk, [f.officer.pk], Actor(f.counselor)),
    "transferred": lambda f, t: transfer(t.pk, f.officer.pk, Actor(f.counselor), text=WHY),
    "delegated": lambda f, t: delegate(t.pk, f.officer.pk, Actor(f.counselor), text=WHY),
    "opinion given": _opinion_given,
    "urged": lambda f, t: urge(t.pk, Actor(f.director)),
    "given": lambda f, t: reassign(t.pk, Actor(f.director), text=WHY, person=f.officer.pk),
    "given to a pool": lambda f, t: reassign(
        t.pk, Actor(f.director), text=WHY, role=Role.COLLEGE_OFFICER, unit_id=f.college.pk
    ),
    "asked back": _asked_back,
    "due": _due,
    "overdue": _overdue,
}


@pytest.mark.parametrize("verb", VERBS)
def test_notice_opens_for_whoever_got_it(client, flow, verb):
    publish(KEY, ESCALATED)
    task = submitted(flow, "1", "王一", now=timezone.now())
    VERBS[verb](flow, task)
    sent = Notice.objects.exclude(recipient=task.process.initiator).order_by("created_at", "pk")
    shut = []
    for notice in sent:
        client.force_login(notice.recipient)
        answer = client.get(notice.url)
        if answer.status_code != 200:
            shut.append((notice.kind, notice.recipient.name, answer.status_code))
    assert (shut, bool(sent)) == ([], True)


def told() -> list[tuple[str, str]]:
    return sorted(Notice.objects.values_list("recipient__name", "kind"))


def test_signer_after_the_decision_is_told_when_it_is_their_turn(flow):
    task = submitted(flow, "1")
    add_signer(task.pk, flow.officer.pk, "after", Actor(flow.counselor), text=WHY)
    assert told() == []
    decide(task.pk, APPROVE, Actor(flow.counselor))
    assert told() == [("李老师", "signer_asked")]
    assert Notice.objects.get().body == WHY


def test_whoever_lost_an_overdue_task_is_told_so_and_who_got_it_to_look_at_it(flow):
    publish(KEY, ESCALATED)
    task = submitted(flow, "1")
    _overdue(flow, task)
    assert told() == [
        ("孙老师", "task_passed_up"),
        ("李老师", "task_escalated"),
        ("陈老师", "task_passed_up"),
    ]


def test_overdue_task_that_a_colleague_was_asked_about_is_decided_by_who_got_it(flow):
    publish(KEY, ESCALATED)
    task = submitted(flow, "1")
    delegate(task.pk, flow.second_counselor.pk, Actor(flow.counselor), text=WHY)
    _overdue(flow, task)
    decide(task.pk, APPROVE, Actor(flow.officer))
    assert open_task(task.process_id).node_id == "college_review"


def test_overdue_task_of_whoever_did_an_earlier_step_goes_to_the_role_above(flow):
    again = f'qc:doerOf="class_review" qc:onEmpty="wait" {DUE} qc:escalateWorkdays="1" qc:escalateTo="college_officer"'
    text = REVIEW.replace('qc:role="college_officer" qc:unit="college" qc:batch="true"', again)
    assert text != REVIEW
    publish(KEY, text)
    task = submitted(flow, "1")
    decide(task.pk, APPROVE, Actor(flow.counselor))
    task = open_task(task.process_id)
    _overdue(flow, task)
    assert told() == [("李老师", "task_escalated"), ("陈老师", "task_passed_up")]
    decide(task.pk, APPROVE, Actor(flow.officer))
    assert open_task(task.process_id).node_id == "university_review"


def test_mention_leads_to_the_readers_own_task_or_else_to_a_copy(flow):
    task = submitted(flow, "1")
    decide(task.pk, APPROVE, Actor(flow.counselor))
    people = [flow.counselor.pk, flow.officer.pk, flow.director.pk]
    for _twice in range(2):
        comment(task.process_id, Actor(flow.second_counselor), WHY, mentions=people)
    copy = CarbonCopy.objects.get()
    assert (copy.recipient, copy.sender) == (flow.director, flow.second_counselor)
    urls = dict(Notice.objects.values_list("recipient__name", "url"))
    assert urls == {
        "陈老师": f"/desk/tasks/{task.pk}/",
        "李老师": f"/desk/tasks/{open_task(task.process_id).pk}/",
        "王老师": f"/desk/copies/{copy.pk}/",
    }
    assert kinds(task.process_id)[3:] == ["copied", "commented", "commented"]


def test_who_was_the_applicant_before_is_not_mentioned(flow):
    task = submitted(flow, "1")
    before, after = task.process.initiator, flow.person("s2", "同学")
    hand_over(task.process_id, after.pk, Actor(before), text=WHY)
    for person in (before, after):
        with pytest.raises(BadInput):
            comment(task.process_id, Actor(flow.counselor), WHY, mentions=[person.pk])

"""Copies 抄送, urging 催办, comments with mentions."""

import datetime

import pytest
from django.urls import reverse

from accounts.roles import Role
from approvals.actions import (
    Actor,
    Decision,
    claim,
    comment,
    copy_to,
    decide,
    start_case,
    submit,
    urge,
    urge_case,
)
from approvals.models import CarbonCopy
from approvals.queries import may_see_case, unread_copies
from approvals.tests.kit import NOW, open_task, submitted
from approvals.tests.test_claiming import kinds
from common.errors import BadInput, Refused
from messaging.models import Notice
from processes.actions import publish
from processes.queries import history
from processes.tests.kit import KEY, REVIEW

APPROVE = Decision("approve")
DAY = datetime.timedelta(hours=24)


def test_copy_is_read_by_whoever_got_it_and_leaves_a_receipt(client, flow):
    task = submitted(flow, "1", "王一")
    copy_to(task.pk, [flow.officer.pk], Actor(flow.counselor), text="请知悉")
    copy_to(task.pk, [flow.officer.pk], Actor(flow.counselor))  # has one already
    copy = CarbonCopy.objects.get()
    assert (copy.recipient, copy.sender, unread_copies(flow.officer)) == (flow.officer, flow.counselor, 1)
    assert may_see_case(flow.officer, task.process_id)
    assert Notice.objects.get(recipient=flow.officer).url == reverse("approvals:copy", args=[copy.pk])
    client.force_login(flow.officer)
    assert "王一" in client.get(reverse("approvals:copies")).content.decode()
    page = client.get(reverse("approvals:copy", args=[copy.pk]))
    assert (page.status_code, "data-decide" in page.content.decode()) == (200, False)
    copy.refresh_from_db()
    assert (copy.read_at is not None, unread_copies(flow.officer)) == (True, 0)
    client.force_login(flow.second_counselor)
    assert client.get(reverse("approvals:copy", args=[copy.pk])).status_code == 404
    client.force_login(flow.counselor)
    assert "李老师" in client.get(reverse("approvals:task", args=[task.pk])).content.decode()


def test_copy_goes_to_people_around_the_case_alone(flow):
    task = submitted(flow, "1")
    for people in ([], [flow.person("t9", "外人").pk]):
        with pytest.raises(BadInput):
            copy_to(task.pk, people, Actor(flow.counselor))
    with pytest.raises(Refused):
        copy_to(task.pk, [flow.director.pk], Actor(flow.officer))


def test_chain_sends_copies_when_a_step_is_approved(flow):
    deputy = flow.person("t7", "周书记", Role.COLLEGE_DEPUTY_SECRETARY, flow.college)
    marked = REVIEW.replace(
        'id="class_review"', 'id="class_review" qc:copyTo="college_deputy_secretary@college counselor@class"'
    )
    publish(KEY, marked)
    student = flow.person("s1", "学生")
    case = start_case(KEY, student, Actor(student))
    submit(open_task(case).pk, Actor(student))
    decide(open_task(case).pk, APPROVE, Actor(flow.counselor))
    got = CarbonCopy.objects.values_list("recipient__name", "sender")
    assert set(got) == {("周书记", None), ("孙老师", None)}
    told = next(step.people for step in history(case) if step.kind == "copied")
    assert set(told) == {deputy, flow.second_counselor}


def test_applicant_urges_once_a_day_and_the_pool_hears_of_it(flow):
    task = submitted(flow, "1", "王一")
    student = Actor(task.process.initiator)
    urge_case(task.process_id, student, now=NOW)
    assert {n.recipient for n in Notice.objects.filter(kind="task_urged")} == {
        flow.counselor,
        flow.second_counselor,
    }
    with pytest.raises(Refused):
        urge_case(task.process_id, student, now=NOW + DAY - datetime.timedelta(minutes=1))
    claim(task.pk, Actor(flow.counselor))
    urge_case(task.process_id, student, now=NOW + DAY)
    assert Notice.objects.filter(kind="task_urged", recipient=flow.counselor).count() == 2
    assert Notice.objects.filter(kind="task_urged", recipient=flow.second_counselor).count() == 1
    assert kinds(task.process_id)[2:] == ["urged", "claimed", "urged"]


def test_colleague_and_career_center_urge_and_strangers_do_not(flow):
    task = submitted(flow, "1")
    with pytest.raises(Refused):
        urge(task.pk, Actor(flow.officer))
    urge(task.pk, Actor(flow.director))
    with pytest.raises(Refused):
        urge_case(task.process_id, Actor(flow.counselor))


def test_comment_stands_in_the_history_and_tells_who_is_mentioned(flow):
    task = submitted(flow, "1", "王一")
    comment(task.process_id, Actor(flow.counselor), "单位电话打不通", mentions=[flow.officer.pk])
    step = history(task.process)[-1]
    assert (step.kind, step.text, step.people) == ("commented", "单位电话打不通", (flow.officer,))
    assert Notice.objects.get(recipient=flow.officer).kind == "mentioned"
    for text, mentions in (("", []), ("字" * 501, []), ("好", [task.process.initiator.pk])):
        with pytest.raises(BadInput):
            comment(task.process_id, Actor(flow.counselor), text, mentions=mentions)

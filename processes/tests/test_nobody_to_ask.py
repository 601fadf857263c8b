"""A step that would wait for nobody: it follows its policy or is told to operators; who decided is not bothered."""

import pytest
from django.utils import timezone, translation

from accounts.roles import Role
from approvals.actions import Actor, jump, reassign
from approvals.incident_page import why_of
from approvals.parcel import parcel_line
from common.errors import Refused
from processes.engine import jobs
from processes.models import CaseState, Event, Incident, Job, JobKind, Solution
from processes.tests import draw as d

VACANT = 'qc:role="college_deputy_secretary" qc:unit="college"'


def skipped_then(policy: str) -> str:
    """The second step is skipped for want of people, the third is for whoever did it."""
    return d.definition(
        d.user("look"),
        d.user("first", f'{VACANT} qc:onEmpty="skip"'),
        d.user("again", f'qc:doerOf="first" qc:onEmpty="{policy}"'),
        d.user("last", d.UNIVERSITY),
        d.end(),
        d.flows("file > look > first > again > last > end"),
    )


def test_step_of_a_doer_that_was_skipped_is_skipped_where_the_chain_says_so(tell):
    tale = tell(skipped_then("skip"))
    tale.submit()
    tale.approve("look")
    assert tale.asked == ["last"]
    event = Event.objects.filter(case=tale.case).latest("seq")
    assert event.content["skipped"] == [{"node": key, "why": "nobody"} for key in ("first", "again")]


def test_step_of_a_doer_that_was_skipped_goes_to_the_role_above_where_the_chain_says_so(tell, flow):
    tale = tell(skipped_then('up" qc:escalateTo="university_officer'))
    tale.submit()
    tale.approve("look")
    task = tale.task("again")
    assert (task.role, task.unit) == (Role.UNIVERSITY_OFFICER, flow.university)


def test_step_that_waits_for_a_doer_who_is_not_there_is_an_incident_until_it_is_given_to_somebody(tell, flow):
    tale = tell(skipped_then("wait"))
    tale.submit()
    tale.approve("look")
    assert (tale.asked, tale.state) == (["again"], CaseState.IN_REVIEW)
    incident = Incident.objects.get()
    assert incident.task == tale.task("again")
    said = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said[language] = why_of(incident.error)
    assert said == {
        "en": "There is nobody whom the step could ask. Give it to somebody, or move the case.",
        "zh-hans": "这一步没有可以询问的人。请指定人员，或将本件移到其他步骤。",
    }
    jobs.sweep()
    assert Incident.objects.get().is_open
    reassign(tale.task("again").pk, Actor(flow.director), text="由学院老师代办", person=flow.officer.pk)
    jobs.sweep()
    assert Incident.objects.get().solution == Solution.OVER
    tale.say("again", "approve", flow.officer)
    assert tale.asked == ["last"]


def test_step_that_waited_for_nobody_is_settled_when_it_is_given_to_a_role(tell, flow):
    tale = tell(skipped_then("wait"))
    tale.submit()
    tale.approve("look")
    role = {"role": Role.COLLEGE_OFFICER, "unit_id": flow.college.pk}
    reassign(tale.task("again").pk, Actor(flow.director), text="由学院老师代办", **role)
    jobs.sweep()
    assert Incident.objects.get().solution == Solution.OVER


def test_reminder_that_failed_stays_to_be_mended_while_somebody_has_the_step(tell):
    tale = tell(
        d.definition(
            d.user("look", f'{d.COUNSELOR} qc:dueWorkdays="3" qc:remindWorkdays="1"'),
            d.end(),
            d.flows("file > look > end"),
        )
    )
    tale.submit()
    job = Job.objects.get(kind=JobKind.REMIND)
    job.attempts = jobs.MOST_ATTEMPTS
    job.save()
    jobs.failed(job, OSError("no route"), timezone.now())
    jobs.sweep()
    assert Incident.objects.get().is_open


def test_operator_cannot_move_a_case_to_a_step_that_asks_nobody(tell):
    tale = tell(skipped_then("wait"))
    tale.submit()
    with translation.override("en"), pytest.raises(Refused, match="Nobody is appointed for “again”"):
        jump(tale.case.pk, "again", Actor(tale.flow.director), text="材料已经在窗口核对")
    assert tale.asked == ["look"]


def test_joint_decision_of_nobody_is_an_incident_and_does_not_break_the_decision_before(tell):
    text = d.definition(
        d.user("look"),
        d.user("vote", VACANT, d.several('qc:complete="all"')),
        d.end(),
        d.flows("file > look > vote > end"),
    )
    tale = tell(text)
    tale.submit()
    tale.approve("look")
    assert (tale.open, tale.asked) == (["vote"], [])
    assert Incident.objects.get().error == "NobodyToAsk: vote"
    with translation.override("en"):
        (line,) = [line for line in parcel_line(tale.case, "完") if line.state == "current"]
    assert line.text == "Nobody can be asked at present. The career center has been told."

"""Automatic work that fails: tried again at its times, then an incident, told once, mended by an operator."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.actions import add_unit
from accounts.models import UnitKind
from accounts.roles import Role
from approvals.actions import Actor, mend_many, reroute, resume, retry, skip, suspend, terminate, withdraw
from approvals.queries import open_count
from approvals.tests.test_claiming import kinds
from common.errors import BadInput, Refused, Stale
from messaging.models import Notice
from processes.actions import publish
from processes.audit.verify import verify_trail
from processes.engine import jobs
from processes.models import Case, CaseState, Event, Incident, Job, JobState
from processes.registry import register
from processes.tests import draw as d
from processes.tests.kit import KEY
from processes.tests.tale import START, Tale
from processes.tests.test_jobs import LATER

MINUTES = (0, 1, 5, 30, 120, 720)
WHY = "接口已由信息中心修复"
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def answers(flow) -> list[Any]:
    """What the outside says next: an error to raise, or anything else; when empty all is fine."""
    said: list[Any] = []

    def outside(_context: jobs.JobContext) -> dict[str, Any]:
        answer = said.pop(0) if said else "fine"
        if isinstance(answer, Exception):
            raise answer
        return {"answer": answer}

    flow.handlers["outside"] = outside
    register(flow.registration(), Path())
    publish(KEY, LATER)
    return said


@pytest.fixture
def fail(flow, answers) -> Callable[..., Incident]:
    """A case whose automatic task fails until it is an incident."""

    def failing(username: str = "s1") -> Incident:
        answers[:] = [OSError("no route")] * len(MINUTES)
        tale = Tale(flow, flow.person(username, f"学生{username}"), START)
        tale.submit(now=START)
        now = START
        for minutes in MINUTES:
            now += datetime.timedelta(minutes=minutes)
            jobs.sweep(now)
        return Incident.objects.get(case=tale.case)

    return failing


def notices(person) -> list[tuple[str, int]]:
    rows = Notice.objects.filter(recipient=person, kind__in=["incident", "incidents"])
    return [(row.kind, row.params["count"]) for row in rows.order_by("created_at")]


def here(incident: Incident) -> list[str]:
    return sorted(incident.case.tasks.filter(finished=None).values_list("node_id", flat=True))


def test_waits_one_five_thirty_minutes_two_and_twelve_hours_then_tells_the_operator(flow, answers):
    answers[:] = [OSError("no route")] * 6
    tale = Tale(flow, flow.person("s1", "王一"), START)
    tale.submit(now=START)
    now, tries = START, []
    for minutes in MINUTES:
        now += datetime.timedelta(minutes=minutes)
        if minutes:
            assert jobs.sweep(now - SECOND) == {}
        tries.append(dict(jobs.sweep(now)))
        assert notices(flow.director) == ([("incident", 1)] if len(tries) == 6 else [])
    assert tries == [{"failed": 1}] * 5 + [{JobState.INCIDENT: 1}]
    incident = Incident.objects.get()
    assert (incident.attempts, incident.first_failed_at, incident.failed_at) == (6, START, now)
    assert (incident.error, incident.node_id, incident.is_open) == ("OSError: no route", "work", True)
    notice = Notice.objects.get(recipient=flow.director)
    assert (notice.url, notice.created_at) == ("/manage/incidents/", now)
    assert "work" in notice.title
    assert "王一" in notice.body
    assert notices(flow.counselor) == notices(flow.officer) == []
    assert jobs.sweep(now + datetime.timedelta(days=30)) == {}
    assert kinds(tale.case.pk)[-1] == "incident"


def test_retry_runs_it_again_under_the_same_key_and_the_case_goes_on(flow, fail):
    incident = fail()
    now = incident.failed_at + datetime.timedelta(hours=1)
    assert open_count(flow.director) == 1
    retry(incident.pk, Actor(flow.director), text=WHY, now=now)
    assert (open_count(flow.director), here(incident)) == (0, ["work"])
    assert jobs.sweep(now) == {"done": 1}
    assert here(incident) == ["after"]
    event = Event.objects.get(case=incident.case, kind="incident_retried")
    assert (event.actor_id, event.content["text"]) == (flow.director.pk, WHY)
    incident.refresh_from_db()
    assert (incident.solution, incident.solved_by, incident.solved_at) == ("retried", flow.director, now)
    assert verify_trail().fault is None


def test_retry_that_fails_waits_as_long_as_the_first_time_and_is_a_second_incident(flow, fail, answers):
    incident = fail()
    now = incident.failed_at + datetime.timedelta(hours=1)
    answers[:] = [TimeoutError("slow")] * 6
    retry(incident.pk, Actor(flow.director), now=now)
    began = now
    for minutes in MINUTES:
        now += datetime.timedelta(minutes=minutes)
        assert jobs.sweep(now - SECOND) == {}
        assert sum(jobs.sweep(now).values()) == 1
    second = Incident.objects.get(solved_at=None)
    assert (second.first_failed_at, second.attempts, second.error) == (began, 6, "TimeoutError: slow")
    assert second.pk != incident.pk


def test_skip_goes_on_without_an_answer(flow, fail):
    incident = fail()
    skip(incident.pk, Actor(flow.director), text=WHY)
    assert here(incident) == ["after"]
    event = Event.objects.get(case=incident.case, kind="incident_skipped")
    assert (event.actor_id, event.content["text"]) == (flow.director.pk, WHY)
    assert "answer" not in Case.objects.get(pk=incident.case_id).variables
    assert Job.objects.get(pk=incident.job_id).state == JobState.SKIPPED
    assert jobs.sweep(incident.failed_at + datetime.timedelta(days=9)) == {}
    assert verify_trail().fault is None


def test_reroute_asks_at_another_step_and_the_job_is_not_needed_any_more(flow, fail):
    incident = fail()
    reroute(incident.pk, "repair", Actor(flow.director), text=WHY)
    assert here(incident) == ["repair"]
    event = Event.objects.get(case=incident.case, kind="jumped")
    assert (event.actor_id, event.content["text"], event.content["target"]) == (
        flow.director.pk,
        WHY,
        "repair",
    )
    incident.refresh_from_db()
    assert (incident.solution, incident.target, incident.job.state) == ("rerouted", "repair", JobState.VOID)


@pytest.mark.parametrize("target", ["", "work", "end", "nowhere"])
def test_reroute_to_what_is_no_step_of_a_person_changes_nothing(flow, fail, target):
    incident = fail()
    with pytest.raises(BadInput):
        reroute(incident.pk, target, Actor(flow.director), text=WHY)
    assert (here(incident), open_count(flow.director)) == (["work"], 1)


def test_reason_is_asked_for_before_anything_changes(flow, fail):
    incident, by = fail(), Actor(flow.director)
    for act in (
        lambda: skip(incident.pk, by, text="短"),
        lambda: reroute(incident.pk, "repair", by, text=""),
        lambda: skip(incident.pk, by, text="长" * 501),
        lambda: mend_many([incident.pk], "skip", by, text="短"),
        lambda: mend_many([incident.pk], "reroute", by, text=WHY),
        lambda: mend_many([incident.pk], "burn", by, text=WHY),
    ):
        with pytest.raises(BadInput):
            act()
    assert (here(incident), open_count(flow.director)) == (["work"], 1)


def test_same_click_twice_is_one_and_the_slower_of_two_operators_is_told(flow, fail):
    incident = fail()
    other = flow.person("t9", "赵主任", Role.CAREER_CENTER_DIRECTOR, flow.university)
    skip(incident.pk, Actor(flow.director), text=WHY)
    before = kinds(incident.case_id)
    skip(incident.pk, Actor(flow.director), text=WHY)
    for act in (
        lambda: skip(incident.pk, Actor(other), text=WHY),
        lambda: retry(incident.pk, Actor(flow.director)),
        lambda: reroute(incident.pk, "repair", Actor(other), text=WHY),
    ):
        with pytest.raises(Stale, match="王老师"):
            act()
    assert (kinds(incident.case_id), here(incident)) == (before, ["after"])


def test_only_operators_of_the_unit(flow, fail):
    incident = fail()
    away = add_unit(flow.university, UnitKind.COLLEGE, "外国语学院")
    other = flow.person("t8", "外院老师", Role.UNIVERSITY_OFFICER, away)
    for person in (flow.counselor, flow.officer, other):
        with pytest.raises(Refused):
            retry(incident.pk, Actor(person))
        assert open_count(person) == 0


def test_many_at_once_have_each_their_own_result(flow, fail):
    first, second, third = fail("s1"), fail("s2"), fail("s3")
    suspend(second.case_id, Actor(flow.director), text=WHY)
    results = mend_many([first.pk, second.pk, third.pk], "skip", Actor(flow.director), text=WHY)
    assert [(each.incident_id, each.ok) for each in results] == [
        (first.pk, True),
        (second.pk, False),
        (third.pk, True),
    ]
    assert "暂停" in results[1].message or "suspended" in results[1].message
    assert [here(each) for each in (first, second, third)] == [["after"], ["work"], ["after"]]
    assert open_count(flow.director) == 1


def test_hundred_failures_of_one_outage_are_one_notice(flow, fail):
    for number in range(5):
        fail(f"s{number}")
    assert notices(flow.director) == [("incidents", 5)]
    assert "5" in Notice.objects.get(recipient=flow.director).title
    Notice.objects.filter(recipient=flow.director).update(read_at=START)
    fail("s9")
    assert notices(flow.director) == [("incidents", 5), ("incident", 1)]


def test_two_sweepers_do_it_once_and_the_one_whose_lease_was_over_changes_nothing(flow, answers):
    tale = Tale(flow, flow.person("s1", "学生"), START)
    tale.submit(now=START)
    job = Job.objects.get()
    assert [jobs.run(job.pk, START), jobs.run(job.pk, START)] == ["done", "taken"]
    late = Job.objects.get(pk=job.pk)
    late.attempts = 6
    assert jobs.failed(late, OSError("too late"), START) == "taken"
    assert (Job.objects.get(pk=job.pk).state, Incident.objects.count()) == (JobState.DONE, 0)
    assert tale.open == ["after"]


def test_sweeper_whose_lease_was_over_leaves_the_try_of_the_next_one_alone(flow, answers):
    Tale(flow, flow.person("s1", "学生"), START).submit(now=START)
    lost = Job.objects.get()
    lost.attempts = 1
    lease = START + datetime.timedelta(minutes=5)
    Job.objects.update(attempts=2, lease_until=lease)  # the next one is at it
    assert jobs.failed(lost, OSError("too late"), START) == "taken"
    taken = Job.objects.get()
    assert (taken.attempts, taken.lease_until, taken.run_at, taken.error) == (2, lease, START, "")


def test_job_that_loses_every_worker_is_an_incident_too(flow, answers):
    tale = Tale(flow, flow.person("s1", "学生"), START)
    tale.submit(now=START)
    Job.objects.update(attempts=jobs.MOST_ATTEMPTS)
    assert jobs.sweep(START) == {JobState.INCIDENT: 1}
    assert Incident.objects.get().error.startswith("WorkerLost")
    assert tale.open == ["work"]


def test_suspended_case_waits_and_costs_no_try(flow, answers):
    answers[:] = [OSError("no route")]
    tale = Tale(flow, flow.person("s1", "学生"), START)
    tale.submit(now=START)
    suspend(tale.case.pk, Actor(flow.director), text=WHY, now=START)
    for hour in range(30):
        assert jobs.sweep(START + datetime.timedelta(hours=hour)) == {"postponed": 1}
    assert (Job.objects.get().attempts, len(answers)) == (0, 1)
    resume(tale.case.pk, Actor(flow.director), text=WHY)
    assert jobs.sweep(START + datetime.timedelta(hours=30)) == {"failed": 1}
    assert jobs.sweep(START + datetime.timedelta(hours=30, minutes=1)) == {"done": 1}
    assert tale.open == ["after"]


def test_case_that_went_on_another_way_leaves_nothing_to_mend(flow, fail):
    ended, taken = fail("s1"), fail("s2")
    terminate(ended.case_id, Actor(flow.director), text=WHY)
    withdraw(taken.case_id, Actor(taken.case.initiator))
    assert open_count(flow.director) == 0
    with pytest.raises(Refused):
        retry(ended.pk, Actor(flow.director))
    jobs.sweep(ended.failed_at)
    assert sorted(Incident.objects.values_list("solution", flat=True)) == ["over", "over"]
    assert sorted(Job.objects.values_list("state", flat=True)) == [JobState.VOID] * 2


def test_skip_after_which_the_next_step_breaks_changes_nothing_and_says_so(flow, answers):
    def broken(_context: Any) -> None:
        raise ZeroDivisionError

    flow.handlers["broken"] = broken
    register(flow.registration(), Path())
    next_breaks = (
        d.service("work", 'qc:handler="outside" qc:run="later"'),
        d.service("next", 'qc:handler="broken"'),
        d.end(),
        d.flows("file > work > next > end"),
    )
    publish(KEY, d.definition(*next_breaks, variables={"answer": "string"}))
    tale = Tale(flow, flow.person("s1", "学生"), START)
    tale.submit(now=START)
    Job.objects.update(attempts=jobs.MOST_ATTEMPTS)
    jobs.sweep(START)
    before = kinds(tale.case.pk)
    incident = Incident.objects.get()
    (result,) = mend_many([incident.pk], "skip", Actor(flow.director), text=WHY)
    assert (result.ok, bool(result.message)) == (False, True)
    assert (kinds(tale.case.pk), tale.open, open_count(flow.director)) == (before, ["work"], 1)


def test_reminder_and_escalation_come_at_their_time_to_whom_they_concern(flow):
    settings = f'{d.COUNSELOR} qc:dueWorkdays="3" qc:remindWorkdays="1" qc:escalateWorkdays="1"'
    escalate = 'qc:escalateTo="university_officer"'
    publish(
        KEY, d.definition(d.user("review", f"{settings} {escalate}"), d.end(), d.flows("file > review > end"))
    )
    tale = Tale(flow, flow.person("s1", "王一"), START)
    tale.submit(now=START)
    due = tale.task("review").due_at
    for hours in range(24 * 8):
        call_command("sweep", now=(START + datetime.timedelta(hours=hours)).isoformat(), verbosity=0)
    notices = Notice.objects.filter(kind__in=["task_reminder", "task_escalated", "task_passed_up"])
    assert all("review" in notice.body for notice in notices)
    told = [(notice.kind, notice.recipient.name) for notice in notices]
    reminders = sorted(name for kind, name in told if kind == "task_reminder")
    escalated = sorted(name for kind, name in told if kind == "task_escalated")
    lost = sorted(name for kind, name in told if kind == "task_passed_up")
    assert (reminders, escalated, lost) == (["孙老师", "陈老师"], ["王老师"], ["孙老师", "陈老师"])
    at = dict(Event.objects.filter(case=tale.case).values_list("kind", "at"))
    assert START < at["reminded"] <= due < at["escalated"]
    assert kinds(tale.case.pk) == ["started", "submitted", "reminded", "escalated"]


def test_suspended_case_reminds_nobody_until_it_goes_on(flow):
    settings = f'{d.COUNSELOR} qc:dueWorkdays="3" qc:remindWorkdays="1"'
    publish(KEY, d.definition(d.user("review", settings), d.end(), d.flows("file > review > end")))
    tale = Tale(flow, flow.person("s1", "王一"), START)
    tale.submit(now=START)
    suspend(tale.case.pk, Actor(flow.director), text=WHY, now=START)
    later = START + datetime.timedelta(days=2)
    assert jobs.sweep(later) == {"postponed": 1}
    resume(tale.case.pk, Actor(flow.director), text=WHY)
    assert jobs.sweep(later + datetime.timedelta(hours=1)) == {"done": 1}
    assert tale.state == CaseState.IN_REVIEW
    assert Notice.objects.filter(kind="task_reminder").count() == 2


def test_applicant_is_reminded_of_an_own_step_and_led_to_the_own_pages(flow):
    text = d.definition(d.user("review"), d.end(), d.flows("file > review > end"))
    own = 'qc:initiator="true" qc:dueWorkdays="3" qc:remindWorkdays="1"'
    publish(KEY, text.replace('qc:initiator="true"', own))
    student = flow.person("s1", "王一")
    Tale(flow, student, START)
    assert jobs.sweep(START + datetime.timedelta(days=2)) == {"done": 1}
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind, notice.url) == (student, "task_reminder", "/")

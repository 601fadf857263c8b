"""Automatic tasks, deadlines and levels that nobody needs to look at."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from processes.calendar.actions import load_holidays
from processes.engine import jobs
from processes.engine.errors import ProcessError
from processes.models import CaseState, Job, JobState
from processes.registry import register
from processes.tests import draw as d
from processes.tests.kit import ScratchFlow
from processes.tests.tale import START

LATER = d.definition(
    d.service("work", 'qc:handler="outside" qc:run="later"'),
    d.boundary("broken", "work", d.error()),
    d.user("repair", d.UNIVERSITY),
    d.user("after"),
    d.end(),
    d.flows("file > work > after > end", "broken > repair > end"),
    variables={"answer": "string"},
)


@pytest.fixture
def outside(flow: ScratchFlow) -> dict[str, Any]:
    """A handler that talks to somebody outside; `answers` says how that goes."""
    heard: dict[str, Any] = {"keys": [], "answers": []}

    def handler(context: jobs.JobContext) -> dict[str, Any]:
        heard["keys"].append(context.key)
        answer = heard["answers"].pop(0) if heard["answers"] else "fine"
        if isinstance(answer, Exception):
            raise answer
        return {"answer": answer}

    flow.handlers["outside"] = handler
    register(flow.registration(), Path())
    return heard


def test_automatic_task_runs_after_commit_and_gives_its_answer(tell, outside):
    tale = tell(LATER, now=START)
    tale.submit(now=START)
    assert (tale.open, outside["keys"]) == (["work"], [])
    assert jobs.sweep(START) == {"done": 1}
    assert tale.open == ["after"]
    assert tale.variables()["answer"] == "fine"


def test_failing_task_is_tried_again_under_the_same_key_and_becomes_an_incident(tell, outside):
    outside["answers"] = [OSError("no route")] * 6
    tale = tell(LATER, now=START)
    tale.submit(now=START)
    now = START
    for minutes in (0, 1, 5, 30, 120, 720):
        now += datetime.timedelta(minutes=minutes)
        jobs.sweep(now - datetime.timedelta(seconds=1)) if minutes else None
        assert sum(jobs.sweep(now).values()) == 1
    job = Job.objects.get()
    assert (job.state, job.attempts, len(set(outside["keys"]))) == (JobState.INCIDENT, 6, 1)
    assert "no route" in job.error
    assert tale.open == ["work"]


def test_error_of_the_outside_is_caught_on_the_boundary(tell, outside):
    outside["answers"] = [ProcessError("closed")]
    tale = tell(LATER, now=START)
    tale.submit(now=START)
    jobs.sweep(START)
    assert tale.open == ["repair"]


def test_error_of_a_handler_called_at_once_is_caught_too(tell, flow):
    def handler(_context: Any) -> None:
        raise ProcessError("closed")

    flow.handlers["outside"] = handler
    register(flow.registration(), Path())
    tale = tell(LATER.replace(' qc:run="later"', ""))
    tale.submit()
    assert tale.open == ["repair"]


def test_skipped_level_is_noted(tell, flow):
    text = d.definition(
        d.user("nobody", 'qc:role="college_deputy_secretary" qc:unit="college" qc:onEmpty="skip"'),
        d.user("again", f'{d.COUNSELOR} qc:onSame="skip"'),
        d.user("first", d.COUNSELOR),
        d.end(),
        d.flows("file > nobody > first > again > end"),
    )
    flow.second_counselor.appointments.all().delete()
    tale = tell(text)
    tale.submit()
    tale.approve("first")
    assert tale.state == CaseState.APPROVED
    skipped = [line for event in tale.case.events.all() for line in event.content.get("skipped", [])]
    assert skipped == [{"node": "nobody", "why": "nobody"}, {"node": "again", "why": "same_person"}]


def test_deadline_reminds_and_escalates(tell, flow):
    settings = f'{d.COUNSELOR} qc:dueWorkdays="3" qc:remindWorkdays="1" qc:escalateWorkdays="1"'
    text = d.definition(
        d.user("review", f'{settings} qc:escalateTo="university_officer"'),
        d.end(),
        d.flows("file > review > end"),
    )
    tale = tell(text, now=START)
    tale.submit(now=START)
    assert sum(jobs.sweep(START + datetime.timedelta(days=2)).values()) == 1
    assert sum(jobs.sweep(START + datetime.timedelta(days=10)).values()) == 1
    assert tale.task("review").role == "university_officer"
    kinds = list(tale.case.events.order_by("seq").values_list("kind", flat=True))
    assert kinds == ["started", "submitted", "reminded", "escalated"]
    tale.say("review", "approve")
    assert tale.state == CaseState.APPROVED


def test_deadline_reminder_and_escalation_lie_on_workdays(tell, changing_calendar):
    """National Day 2026: 1 to 7 October off, worked on Saturday, 10 October."""
    load_holidays([2026])
    settings = f'{d.COUNSELOR} qc:dueWorkdays="3" qc:remindWorkdays="1" qc:escalateWorkdays="1"'
    text = d.definition(
        d.user("review", f'{settings} qc:escalateTo="university_officer"'),
        d.end(),
        d.flows("file > review > end"),
    )
    begun = datetime.datetime.fromisoformat("2026-09-30T15:00+08:00")
    tale = tell(text, now=begun)
    tale.submit(now=begun)
    due = tale.task("review").due_at
    around = dict(Job.objects.values_list("kind", "run_at"))
    days = [f"{timezone.localtime(each):%m-%d %H:%M}" for each in (around["remind"], due, around["escalate"])]
    assert days == ["10-09 15:00", "10-10 15:00", "10-12 15:00"]

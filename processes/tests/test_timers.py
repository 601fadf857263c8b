"""Timers at every place they may stand, of every kind; what was missed is caught up in order, and once."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command

from processes.actions import publish
from processes.engine import jobs
from processes.engine.starts import arm_starts
from processes.models import Case, DefinitionVersion, Event, Job, JobState, Task
from processes.registry import register
from processes.tests import draw as d
from processes.tests.kit import KEY
from processes.tests.tale import START

MINUTE = datetime.timedelta(minutes=1)
#: A Friday; three workdays after the Tuesday on which everything begins.
FRIDAY = START + datetime.timedelta(days=3)
KINDS = {
    "relative": d.timer("P3D"),
    "absolute": d.timer(FRIDAY.isoformat(), "Date"),
    "workdays": d.timer(workdays="3"),
    "computed": d.timer('=timestamp("2027-06-04T09:00:00Z")', "Date"),
}
PLACES = {
    "catch": lambda timer: (d.catch("wait", timer), d.flows("file > wait > then > end")),
    "boundary": lambda timer: (
        d.user("first"),
        d.boundary("wait", "first", timer),
        d.flows("file > first > end", "wait > then > end"),
    ),
    "first of several": lambda timer: (
        d.gateway("eventBased", "race"),
        d.catch("wait", timer),
        d.catch("reply", d.message("reply")),
        d.flows("file > race > wait > then > end", "race > reply > end"),
    ),
}


def sweep_at(moment: datetime.datetime) -> None:
    call_command("sweep", now=moment.isoformat(), verbosity=0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_timer_fires_at_its_minute_and_not_before(tell, place, kind):
    lines = PLACES[place](KINDS[kind])
    tale = tell(d.definition(*lines, d.user("then"), d.end(), roots=d.messages("reply")), now=START)
    tale.submit(now=START)
    sweep_at(FRIDAY - MINUTE)
    assert "then" not in tale.asked
    sweep_at(FRIDAY)
    assert tale.asked == ["then"]


def timed(flow, timer: str, students: list) -> Job:
    """A process that begins by itself, armed on Tuesday."""
    registration = replace(flow.registration(), timed_subjects=lambda _now: [(s, s) for s in students])
    register(registration, Path())
    text = d.definition(
        d.start("begin", timer), d.user("then"), d.end(), d.flows("begin > then > end", "file > end")
    )
    publish(KEY, text)
    arm_starts(DefinitionVersion.objects.filter(definition__key=KEY).latest("number"), START)
    return Job.objects.get(state=JobState.WAITING)


@pytest.mark.parametrize("kind", ["relative", "absolute", "workdays"])
def test_case_begins_at_its_minute_and_once(flow, kind):
    timed(flow, KINDS[kind], flow.students(2))
    sweep_at(FRIDAY - MINUTE)
    assert not Case.objects.exists()
    for _twice in range(2):
        sweep_at(FRIDAY)
    assert Task.objects.filter(node_id="then", finished=None).count() == 2


def test_start_that_is_lost_before_its_job_is_closed_has_begun_nothing(flow, monkeypatch):
    """Whoever starts cases and closes the job does both or neither, whatever the flow names the next time."""
    job = timed(flow, KINDS["relative"], flow.students(2))

    def killed(*_args):
        raise RuntimeError("killed")

    with monkeypatch.context() as context:
        context.setattr(jobs, "_close", killed)
        assert jobs.run(job.pk, FRIDAY) == "failed"
    assert not Case.objects.exists()
    sweep_at(FRIDAY + MINUTE)
    assert Case.objects.count() == 2


def test_week_of_downtime_is_caught_up_in_order(tell):
    """The timer was put down last, and came first."""
    settings = f'{d.COUNSELOR} qc:dueWorkdays="3" qc:remindWorkdays="1" qc:escalateWorkdays="1"'
    text = d.definition(
        d.user("review", settings),
        d.boundary("early", "review", d.timer("P1D"), interrupting=False),
        d.service("note", tag="sendTask"),
        d.end("noted"),
        d.end(),
        d.flows("file > review > end", "early > note > noted"),
    )
    tale = tell(text, now=START)
    tale.submit(now=START)
    sweep_at(START + datetime.timedelta(days=9))
    kinds = Event.objects.filter(case=tale.case).order_by("seq").values_list("kind", flat=True)
    assert list(kinds)[2:] == ["timer", "reminded", "escalated"]

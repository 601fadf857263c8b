"""What a migration meets: pages that are open, work that is under way, cases that call others."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.actions import Decision, claim, decide, start_many, submit
from common.errors import Stale
from processes.actions import publish
from processes.engine import jobs
from processes.engine.actor import Actor
from processes.evolve.migration import preview
from processes.models import Case, Job, JobKind, JobState, Task
from processes.tests import draw as d
from processes.tests.kit import KEY, ScratchFlow
from processes.tests.migrating import migrate, next_version, result, waiting_jobs
from processes.tests.tale import START, Tale

Tell = Callable[..., Tale]
DAY = datetime.timedelta(days=1)


def chain(first: str = d.COUNSELOR, *more: str) -> str:
    return d.definition(
        d.user("a", first), *more, d.user("b", d.COLLEGE), d.end(), d.flows("file > a > b > end")
    )


def test_page_that_was_open_still_decides_when_nothing_it_shows_has_changed(
    flow: ScratchFlow, tell: Tell
) -> None:
    tale = tell(chain())
    tale.submit()
    shown = tale.task("a")
    migrate(flow, next_version(chain(f'{d.COUNSELOR} qc:batch="true"')))
    decide(shown.pk, Decision("approve"), Actor(flow.counselor), revision=shown.revision)
    decided = Task.objects.get(pk=shown.pk)
    assert (decided.outcome, decided.decided_by) == ("approve", flow.counselor)
    tale.approve("b")


def test_page_that_was_open_is_told_when_the_task_has_another_deadline(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(chain())
    tale.submit()
    shown = tale.task("a")
    migrate(flow, next_version(chain(f'{d.COUNSELOR} qc:dueWorkdays="3"')))
    with pytest.raises(Stale):
        decide(shown.pk, Decision("approve"), Actor(flow.counselor), revision=shown.revision)
    tale.approve("a", "b")


def test_task_that_others_are_asked_for_now_goes_back_to_their_pool(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(chain())
    tale.submit()
    claim(tale.task("a").pk, Actor(flow.counselor))
    migrate(flow, next_version(chain(d.UNIVERSITY)))
    task = tale.task("a")
    assert (task.role, task.owner_id, task.status, task.assigned) == ("university_officer", None, "NEW", None)
    tale.approve("a", "b")


def test_doer_of_an_earlier_step_is_found_under_its_new_name(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(chain())
    tale.submit()
    tale.approve("a")
    text = d.definition(
        d.user("first"), d.user("b", 'qc:doerOf="first"'), d.end(), d.flows("file > first > b > end")
    )
    assert migrate(flow, next_version(text, {"a": "first"})).moved == 1
    assert tale.task("b").owner_id == flow.counselor.pk
    tale.say("b", "approve", flow.counselor)


def test_automatic_work_that_has_begun_keeps_the_case_where_it_is(flow: ScratchFlow, tell: Tell) -> None:
    flow.handlers["ask"] = lambda _context: {}
    text = d.definition(d.service("work", 'qc:handler="ask" qc:run="later"'), d.user("a"), d.end(),
                        d.flows("file > work > a > end"))  # fmt: skip
    tale = tell(text)
    tale.submit()
    job = Job.objects.get(case=tale.case, kind=JobKind.SERVICE)
    Job.objects.filter(pk=job.pk).update(attempts=1, lease_until=job.created + 400 * DAY)
    longer = text.replace('id="a" name="a"', 'id="a" name="b"')
    assert result(migrate(flow, wanted := next_version(longer)), tale.case).reason == "busy"
    Job.objects.filter(pk=job.pk).update(attempts=0, lease_until=None)
    assert migrate(flow, wanted).moved == 1
    assert jobs.run(job.pk) == JobState.DONE
    tale.approve("a")


def test_incident_is_mended_first(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(chain(f'{d.COUNSELOR} qc:dueWorkdays="3" qc:remindWorkdays="1"'))
    tale.submit()
    Job.objects.filter(case=tale.case).update(state=JobState.INCIDENT)
    assert result(migrate(flow, next_version(chain())), tale.case).reason == "incident"
    tale.approve("a", "b")


def test_what_was_sent_is_not_sent_again_and_what_is_not_wanted_is_void(
    flow: ScratchFlow, tell: Tell
) -> None:
    tale = tell(
        chain(f'{d.COUNSELOR} qc:dueWorkdays="5" qc:remindWorkdays="2" qc:escalateWorkdays="1"'), now=START
    )
    tale.submit(now=START)
    jobs.sweep(START + 4 * DAY)
    migrate(flow, next_version(chain(f'{d.COUNSELOR} qc:dueWorkdays="8" qc:remindWorkdays="2"')))
    assert waiting_jobs(tale.case) == []
    assert Job.objects.filter(case=tale.case, state=JobState.VOID).count() == 1
    tale.approve("a", "b")


def test_first_of_several_events_is_still_waited_for(flow: ScratchFlow, tell: Tell) -> None:
    def text(days: int) -> str:
        return d.definition(
            d.gateway("eventBased", "race"),
            d.catch("late", d.timer(f"P{days}D")),
            d.catch("reply", d.message("reply")),
            d.user("a"),
            d.user("b", d.COLLEGE),
            d.end(),
            d.flows("file > race > late > a > end", "race > reply > b > end"),
            roots=d.messages("reply"),
        )

    tale = tell(text(5), now=START)
    tale.submit(now=START)
    assert migrate(flow, next_version(text(2))).moved == 1
    assert [run_at for _kind, _node, run_at, _repeat in waiting_jobs(tale.case)] == [START + 2 * DAY]
    jobs.sweep(START + 3 * DAY)
    assert tale.open == ["a"]
    tale.approve("a")


@pytest.mark.parametrize("text", [chain(d.UNIVERSITY), chain(f'{d.COUNSELOR} qc:dueWorkdays="3"')])
def test_preview_and_move_cost_the_same_statements_for_few_and_many(flow: ScratchFlow, text: str) -> None:
    publish(KEY, chain())
    people = flow.students(60)
    start_many(KEY, [(person, person) for person in people], Actor(flow.counselor))
    for task in Task.objects.filter(node_id="file")[:60]:
        submit(task.pk, Actor(task.owner))
    wanted = next_version(text)
    keys = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    preview(wanted, Actor(flow.director), keys[:2])
    counts = []
    for some in (keys[:3], keys[:60]):
        with CaptureQueriesContext(connection) as sent:
            assert preview(wanted, Actor(flow.director), some).moves == len(some)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 6

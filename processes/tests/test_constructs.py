"""Gateways, events, sub-processes and errors, told as the tale of a case."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from approvals.actions import Actor
from common.errors import BadInput, Refused
from processes.actions import deliver_message, publish
from processes.engine import jobs
from processes.engine.starts import start_by_message
from processes.models import CaseState, Job, JobState, Task
from processes.registry import register
from processes.tests import draw as d
from processes.tests.kit import KEY
from processes.tests.tale import START

PARALLEL = d.definition(
    d.gateway("parallel", "split", "join"),
    d.user("security", d.UNIVERSITY),
    d.user("venue", d.COLLEGE),
    d.user("last", d.COUNSELOR),
    d.end(),
    d.flows("file > split > security > join > last > end", "split > venue > join"),
)


def test_parallel_paths_are_all_asked_and_joined_once(tell):
    tale = tell(PARALLEL)
    tale.submit()
    assert tale.asked == ["security", "venue"]
    tale.approve("venue")
    assert tale.asked == ["security"]
    tale.approve("security")
    assert tale.asked == ["last"]
    tale.approve("last")
    assert tale.state == CaseState.APPROVED
    assert tale.path().count("last") == 1


def test_return_to_the_applicant_voids_the_paths_beside(tell):
    tale = tell(PARALLEL)
    tale.submit()
    tale.say("venue", "return")
    assert (tale.open, tale.state) == (["file"], CaseState.RETURNED)
    tale.submit()
    tale.approve("security", "venue", "last")
    assert tale.state == CaseState.APPROVED


def test_return_from_behind_the_join_repeats_one_path_and_keeps_the_other(tell):
    tale = tell(PARALLEL)
    tale.submit()
    tale.approve("security", "venue")
    tale.say("last", "return", target="security")
    assert tale.asked == ["security"]
    tale.approve("security")
    assert tale.asked == ["last"]
    tale.approve("last")
    assert tale.state == CaseState.APPROVED


def test_return_inside_a_path_leaves_the_other_alone(tell):
    tale = tell(
        d.definition(
            d.gateway("parallel", "split", "join"),
            *(d.user("first", d.UNIVERSITY), d.user("second", d.UNIVERSITY), d.user("venue", d.COLLEGE)),
            d.end(),
            d.flows("file > split > first > second > join > end", "split > venue > join"),
        )
    )
    tale.submit()
    tale.approve("first", "venue")
    tale.say("second", "return", target="first")
    assert tale.asked == ["first"]
    tale.approve("first", "second")
    assert tale.state == CaseState.APPROVED


def test_colleagues_path_is_no_place_to_return_to(tell):
    tale = tell(PARALLEL)
    tale.submit()
    tale.approve("venue")
    with pytest.raises(BadInput):
        tale.say("security", "return", target="venue")


INCLUSIVE = d.definition(
    d.gateway("inclusive", "split", default="split_plain"),
    d.gateway("inclusive", "join"),
    *(d.user("risk", d.UNIVERSITY), d.user("abroad", d.COLLEGE), d.user("plain", d.COUNSELOR)),
    d.end(),
    d.flows("split > risk : short", "split > abroad : short || size > 1", "split > plain", "file > split"),
    d.flows("risk > join > end", "abroad > join", "plain > join"),
    variables={"short": "bool", "size": "int"},
)


def test_inclusive_gateway_waits_for_what_was_asked_and_no_more(tell):
    tale = tell(INCLUSIVE, "s1short")
    tale.submit()
    assert tale.asked == ["abroad", "risk"]
    tale.approve("risk")
    assert tale.open == ["abroad", "join"]
    tale.approve("abroad")
    assert tale.state == CaseState.APPROVED


def test_inclusive_gateway_takes_the_default_alone(tell):
    tale = tell(INCLUSIVE)
    tale.submit()
    assert tale.asked == ["plain"]
    tale.approve("plain")
    assert tale.state == CaseState.APPROVED


RACE = d.definition(
    d.gateway("eventBased", "which"),
    *(d.catch("confirmed", d.message("confirm")), d.catch("silence", d.timer("P7D"))),
    *(d.user("thank", d.COUNSELOR), d.user("call", d.COLLEGE)),
    d.end(),
    d.flows("file > which > confirmed > thank > end", "which > silence > call > end"),
    roots=d.messages("confirm"),
)


def test_first_event_wins_and_the_other_is_given_up(tell):
    tale = tell(RACE, now=START)
    tale.submit(now=START)
    assert tale.open == ["confirmed", "silence"]
    deliver_message(tale.case.pk, "confirm", Actor(tale.student))
    assert tale.open == ["thank"]
    assert jobs.sweep(START + datetime.timedelta(days=8)) == {"void": 1}
    assert tale.open == ["thank"]


def test_timer_fires_when_nobody_answers(tell):
    tale = tell(RACE, now=START)
    tale.submit(now=START)
    assert jobs.sweep(START + datetime.timedelta(days=6)) == {}
    assert jobs.sweep(START + datetime.timedelta(days=7)) == {"done": 1}
    assert tale.open == ["call"]
    with pytest.raises(Refused):
        deliver_message(tale.case.pk, "confirm", Actor(tale.student))


def test_timer_boundary_ends_the_task_it_sits_on(tell):
    tale = tell(
        d.definition(
            d.user("review"),
            d.boundary("late", "review", d.timer(workdays="3")),
            d.user("boss", d.UNIVERSITY),
            d.end(),
            d.flows("file > review > end", "late > boss > end"),
        ),
        now=START,
    )
    tale.submit(now=START)
    jobs.sweep(START + datetime.timedelta(days=4))
    assert tale.asked == ["boss"]
    tale.approve("boss")
    assert tale.state == CaseState.APPROVED


def test_repeating_boundary_leaves_the_task_alone_and_counts(tell):
    tale = tell(
        d.definition(
            d.user("review"),
            d.boundary("again", "review", d.timer("R2/P1D", "Cycle"), interrupting=False),
            d.service("nudge"),
            d.end(),
            d.end("told"),
            d.flows("file > review > end", "again > nudge > told"),
        ),
        now=START,
    )
    tale.submit(now=START)
    assert jobs.sweep(START + datetime.timedelta(days=1)) == {"again": 1}
    assert jobs.sweep(START + datetime.timedelta(days=2)) == {"done": 1}
    assert jobs.sweep(START + datetime.timedelta(days=9)) == {}
    assert tale.open == ["review"]
    assert tale.path().count("nudge") == 2
    tale.approve("review")
    assert tale.state == CaseState.APPROVED


SCOPE = d.definition(
    d.sub_process(
        "talks",
        *(d.start("begin"), d.gateway("parallel", "fork"), d.user("one"), d.user("two", d.COLLEGE)),
        *(d.end("one_done"), d.end("two_done"), d.gateway("exclusive", "fine", default="fine_two_done")),
        d.end("broken", d.error("broken")),
        d.flows("begin > fork > one > one_done", "fork > two > fine > two_done", "fine > broken : short"),
    ),
    d.boundary("gone", "talks", d.error("broken")),
    d.user("repair", d.UNIVERSITY),
    d.user("after", d.UNIVERSITY),
    d.end(),
    d.flows("file > talks > after > end", "gone > repair > end"),
    variables={"short": "bool"},
    roots=d.errors("broken"),
)


def test_sub_process_ends_when_no_token_is_left_inside(tell):
    tale = tell(SCOPE)
    tale.submit()
    assert tale.open == ["one", "talks", "two"]
    tale.approve("two")
    assert tale.asked == ["one"]
    tale.approve("one")
    assert tale.open == ["after"]
    tale.say("after", "return", target="two")
    assert tale.open == ["talks", "two"]
    tale.approve("two", "after")
    assert tale.state == CaseState.APPROVED


def test_error_end_leaves_the_sub_process_over_its_boundary(tell):
    tale = tell(SCOPE, "s1short")
    tale.submit()
    tale.approve("two")
    assert tale.open == ["repair"]


def test_return_out_of_a_sub_process_voids_all_of_it(tell):
    tale = tell(SCOPE)
    tale.submit()
    tale.say("one", "return")
    assert tale.open == ["file"]


def test_terminate_ends_every_path(tell):
    tale = tell(
        d.definition(
            d.gateway("parallel", "split"),
            *(d.user("quick"), d.user("slow", d.COLLEGE)),
            d.end("stop", "<bpmn:terminateEventDefinition/>"),
            d.end(),
            d.flows("file > split > quick > stop", "split > slow > end"),
        )
    )
    tale.submit()
    tale.approve("quick")
    assert (tale.open, tale.state) == ([], CaseState.APPROVED)


def test_uncaught_error_rejects_the_case(tell):
    tale = tell(d.definition(d.end("bad", d.error("bad")), d.flows("file > bad"), roots=d.errors("bad")))
    tale.submit()
    assert (tale.open, tale.state) == ([], CaseState.REJECTED)


def test_business_rule_sets_its_variable(tell):
    tale = tell(
        d.definition(
            d.rules("judge", "risk", ("short", '"high"'), ("", '"low"')),
            d.gateway("exclusive", "which", default="which_normal"),
            *(d.user("strict", d.UNIVERSITY), d.user("normal")),
            d.end(),
            d.flows("file > judge > which > normal > end", 'which > strict : risk == "high"', "strict > end"),
            variables={"short": "bool", "risk": "string"},
        ),
        "s1short",
    )
    tale.submit()
    assert tale.asked == ["strict"]
    assert tale.variables()["risk"] == "high"


def test_timer_at_a_moment_the_case_knows(tell):
    text = d.definition(
        d.rules("set", "at", ("", 'timestamp("2027-06-20T10:00:00Z") - duration("24h")')),
        d.catch("wait", d.timer("=at", "Date")),
        d.user("after"),
        d.end(),
        d.flows("file > set > wait > after > end"),
        variables={"at": "timestamp"},
    )
    tale = tell(text, now=START)
    tale.submit(now=START)
    assert jobs.sweep(datetime.datetime(2027, 6, 19, 9, 59, tzinfo=datetime.UTC)) == {}
    jobs.sweep(datetime.datetime(2027, 6, 19, 10, 0, tzinfo=datetime.UTC))
    assert tale.open == ["after"]


def test_message_starts_a_case(flow, tell):
    publish(
        KEY,
        d.definition(
            d.start("called", d.message("hello")),
            d.user("look"),
            d.end(),
            d.flows("called > look > end", "file > end"),
            roots=d.messages("hello"),
        ),
    )
    student = flow.person("s9", "学生")
    case = start_by_message(KEY, "hello", student, student, Actor(student), {})
    assert Task.objects.get(process=case, finished=None).node_id == "look"
    with pytest.raises(LookupError):
        start_by_message(KEY, "bye", student, student, Actor(student), {})


def test_timer_starts_cases_on_the_records_the_flow_names(flow):

    students = flow.students(2)
    timed = replace(flow.registration(), timed_subjects=lambda _now: [(s, s) for s in students])
    register(timed, Path())
    publish(
        KEY,
        d.definition(
            d.start("daily", d.timer("R/P1D", "Cycle")),
            d.user("look"),
            d.end(),
            d.flows("daily > look > end", "file > end"),
        ),
    )
    job = Job.objects.get(state=JobState.WAITING)
    assert jobs.sweep(job.run_at) == {"again": 1}
    assert Task.objects.filter(node_id="look", finished=None).count() == 2

"""Later steps of the applicant, what happens when a step opens, and ends without a result."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation

from approvals.actions import Actor, jump, submit, withdraw
from approvals.parcel import parcel_line
from common.errors import Refused
from processes.models import CaseState
from processes.registry import register
from processes.tests import draw as d
from processes.tests.tale import START, Tale

ASKED_TWICE = d.definition(
    d.user("look"),
    d.user("agree", 'qc:initiator="true"'),
    d.user("last", d.COLLEGE),
    d.end(),
    d.flows("file > look > agree > last > end"),
)


def agree(tale: Tale) -> None:
    submit(tale.task("agree").pk, Actor(tale.student))


def test_later_step_of_the_applicant_is_an_answer_and_no_new_submission(tell):
    tale = tell(ASKED_TWICE, now=START)
    tale.submit(now=START)
    tale.approve("look")
    agree(tale)
    assert (tale.asked, tale.state) == (["last"], CaseState.IN_REVIEW)
    assert tale.flow.changes == ["submitted", "answered"]
    assert tale.case.submitted_at == START


def test_return_to_a_later_step_of_the_applicant_keeps_the_case_in_review(tell):
    tale = tell(ASKED_TWICE)
    tale.submit()
    tale.approve("look")
    agree(tale)
    tale.say("last", "return", target="agree")
    assert (tale.asked, tale.state) == (["agree"], CaseState.IN_REVIEW)
    assert "returned" not in tale.flow.changes
    agree(tale)
    tale.say("last", "return")
    assert (tale.asked, tale.state) == (["file"], CaseState.RETURNED)
    assert tale.flow.changes[-1] == "returned"


def test_jump_to_a_later_step_of_the_applicant_keeps_the_case_in_review(tell):
    tale = tell(ASKED_TWICE)
    tale.submit()
    jump(tale.case.pk, "agree", Actor(tale.flow.director), text="材料已经在窗口核对")
    assert (tale.asked, tale.state) == (["agree"], CaseState.IN_REVIEW)
    assert tale.flow.changes == ["submitted"]


SIDE_BY_SIDE = d.definition(
    d.user("look"),
    d.gateway("parallel", "split", "join"),
    d.user("left"),
    d.user("right", d.COLLEGE),
    d.user("last", d.COLLEGE),
    d.end(),
    d.flows("file > look > split > left > join > last > end", "split > right > join"),
)


def test_jump_into_one_of_several_branches_is_refused_and_says_where_to_go_instead(tell):
    tale = tell(SIDE_BY_SIDE)
    tale.submit()
    by = Actor(tale.flow.director)
    with (
        translation.override("en"),
        pytest.raises(Refused, match=r"“right” runs beside .* Move it to “look”"),
    ):
        jump(tale.case.pk, "right", by, text="材料已经在窗口核对")
    assert tale.asked == ["look"]
    jump(tale.case.pk, "last", by, text="材料已经在窗口核对")
    jump(tale.case.pk, "look", by, text="材料已经在窗口核对")
    tale.approve("look", "left", "right", "last")
    assert tale.state == CaseState.APPROVED


def test_parcel_line_says_which_step_lies_with_the_applicant(tell):
    tale = tell(ASKED_TWICE)
    tale.submit()
    tale.approve("look")
    lines = [(line.title, line.state) for line in parcel_line(tale.case, "完")]
    assert [state for _title, state in lines] == ["done", "done", "current", "waiting", "waiting"]
    assert "agree" in lines[2][0]
    agree(tale)
    lines = [line.title for line in parcel_line(tale.case, "完")]
    assert lines[2] == "agree"
    assert lines[0] != "agree"


def test_what_belongs_to_a_step_happens_by_whatever_way_the_case_comes_there(tell, flow):
    opened: list[str] = []
    hooks = {"look": lambda context: opened.append(context.task.node_id)}
    register(replace(flow.registration(), on_open=hooks), Path())
    tale = tell(ASKED_TWICE)
    tale.submit()
    assert opened == ["look"]
    tale.approve("look")
    agree(tale)
    tale.say("last", "return", target="look")
    assert len(opened) == 2
    withdraw(tale.case.pk, Actor(tale.student))
    tale.submit()
    assert len(opened) == 3
    jump(tale.case.pk, "look", Actor(tale.flow.director), text="重新核对一次")
    assert opened == ["look"] * 4


@pytest.mark.parametrize(
    ("code", "state"), [("cancelled", CaseState.CANCELLED), ("anything", CaseState.REJECTED)]
)
def test_uncaught_error_ends_the_case_as_its_code_says(tell, code, state):
    tale = tell(d.definition(d.end("off", d.error(code)), d.flows("file > off"), roots=d.errors(code)))
    tale.submit()
    assert (tale.state, tale.open) == (state, [])

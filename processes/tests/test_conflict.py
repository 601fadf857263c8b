"""Who gets a case hands on what they would have reviewed in it (flows X6)."""

from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from approvals.actions import (
    Actor,
    Decision,
    add_signer,
    claim,
    decide,
    delegate,
    hand_over,
    reassign,
)
from common.errors import Refused
from processes.engine.conflict import partial_tasks
from processes.models import Event, Incident, Task
from processes.queries import open_tasks
from processes.tests import draw as d
from processes.tests.tale import Tale

TWO = d.definition(
    d.user("review", d.COUNSELOR), d.user("next", "{}"), d.end(), d.flows("file > review > next > end")
)


def begun(tell, settings: str = d.COLLEGE, text: str = TWO) -> Tale:
    tale = tell(text.replace("{}", settings))
    tale.submit()
    return tale


def give(tale: Tale, to: User) -> None:
    hand_over(tale.case.pk, to.pk, Actor(tale.flow.director), text="原申请人已离开")


def where(task: Task) -> tuple[str, str, str]:
    """Role, unit and person of a task."""
    return task.role, task.unit.name if task.unit else "", task.owner.name if task.owner else ""


def test_task_they_took_goes_back_to_colleagues(tell):
    tale = begun(tell)
    claim(tale.task("review").pk, Actor(tale.flow.counselor))
    give(tale, tale.flow.counselor)
    assert where(tale.task("review")) == (Role.COUNSELOR, "软件2301", "")
    decide(tale.task("review").pk, Decision("approve"), Actor(tale.flow.second_counselor))
    assert tale.asked == ["next"]


@pytest.mark.parametrize("taken", [True, False])
def test_level_that_nobody_else_holds_is_asked_one_level_up(tell, taken):
    tale = begun(tell, d.COLLEGE + ' qc:escalateTo="university_officer" qc:onEmpty="up"')
    tale.approve("review")
    if taken:
        claim(tale.task("next").pk, Actor(tale.flow.officer))
    give(tale, tale.flow.officer)
    assert where(tale.task("next")) == (Role.UNIVERSITY_OFFICER, "启程大学", "")
    decide(tale.task("next").pk, Decision("approve"), Actor(tale.flow.director))
    assert tale.state == "approved"


@pytest.mark.parametrize("opened", [True, False])
def test_step_of_whoever_did_an_earlier_one_goes_to_colleagues_of_that(tell, opened):
    between = TWO.replace(d.flows("file > review > next > end"), d.flows("file > review > mid > next > end"))
    between = between.replace(d.end(), d.user("mid", d.COLLEGE) + d.end())
    tale = begun(tell, 'qc:doerOf="review"', between)
    tale.approve("review", *(["mid"] if opened else []))
    give(tale, tale.flow.counselor)
    if not opened:
        tale.approve("mid")
    assert where(tale.task("next")) == (Role.COUNSELOR, "软件2301", "")


@pytest.mark.parametrize("who", ["asked", "asking"])
def test_opinion_between_them_and_a_colleague_is_given_up(tell, who):
    tale = begun(tell)
    asking, asked = tale.flow.counselor, tale.flow.second_counselor
    delegate(tale.task("review").pk, asked.pk, Actor(asking), text="请看一下证明")
    give(tale, asked if who == "asked" else asking)
    task = tale.task("review")
    assert where(task) == (Role.COUNSELOR, "软件2301", "陈老师" if who == "asked" else "")
    assert "delegated_by" not in task.data


VOTE = d.definition(
    d.user("review", d.COUNSELOR, d.several('qc:collection="members" qc:complete="{}"')),
    d.end(),
    d.flows("file > review > end"),
)


def test_joint_decision_is_taken_by_the_others(tell):
    tale = begun(tell, "all", VOTE)
    tale.say("review", "approve", tale.flow.second_counselor)
    give(tale, tale.flow.counselor)
    assert tale.state == "approved"  # the only other one had agreed


def test_joint_decision_in_turn_passes_them_by(tell):
    tale = begun(tell, "all", VOTE.replace('isSequential="false"', 'isSequential="true"'))
    first = Task.objects.get(process=tale.case, finished=None, role=Role.COUNSELOR).owner
    other = tale.flow.second_counselor if first == tale.flow.counselor else tale.flow.counselor
    give(tale, first)
    assert tale.task("review").owner == other
    tale.say("review", "approve", other)
    assert tale.state == "approved"


def test_joint_decision_of_nobody_else_is_told_to_an_operator(tell):
    tale = begun(tell, "all", VOTE.replace(d.COUNSELOR, d.COLLEGE))
    give(tale, tale.flow.officer)
    assert (tale.state, Incident.objects.get().error) == ("in_review", "NobodyToAsk: review")


def test_they_are_no_signer_any_more(tell):
    tale = begun(tell)
    by = Actor(tale.flow.counselor)
    add_signer(tale.task("review").pk, tale.flow.officer.pk, "before", by, text="请先会签一下")
    give(tale, tale.flow.officer)
    task = tale.task("review")
    assert task.data["unanswered"] == 0
    decide(task.pk, Decision("approve"), by)
    assert tale.asked == ["next"]


def test_trail_says_what_went_to_others(tell):
    tale = begun(tell)
    task = tale.task("review")
    claim(task.pk, Actor(tale.flow.counselor))
    assert [each.node_id for each in partial_tasks(open_tasks(tale.case), tale.flow.counselor.pk)] == [
        "review"
    ]
    assert partial_tasks(open_tasks(tale.case), tale.flow.second_counselor.pk) == []
    give(tale, tale.flow.counselor)
    to = {"role": Role.COUNSELOR, "unit": tale.flow.student_class.pk}
    assert passed_on(tale) == [{"task": task.pk.hex, "node": "review", "how": "given"} | to]


def passed_on(tale: Tale) -> list[dict[str, Any]]:
    """What the trail says became of what the new applicant held."""
    return Event.objects.get(case=tale.case, kind="handed_over").content["passed_on"]


def test_trail_says_who_got_a_task_back_with_the_case_of_whom_they_had_asked(tell):
    tale = begun(tell)
    by = Actor(tale.flow.counselor)
    delegate(tale.task("review").pk, tale.flow.second_counselor.pk, by, text="请看一下证明")
    give(tale, tale.flow.second_counselor)
    (line,) = passed_on(tale)
    assert (line["how"], line["owner"]) == ("given", tale.flow.counselor.pk.hex)


@pytest.mark.parametrize("place", ["before", "after"])
def test_trail_says_that_a_signer_was_left_out(tell, place):
    tale = begun(tell)
    task = tale.task("review")
    add_signer(task.pk, tale.flow.officer.pk, place, Actor(tale.flow.counselor), text="请会签一下材料")
    give(tale, tale.flow.officer)
    (line,) = passed_on(tale)
    assert (line["node"], line["how"], "role" in line) == ("review", "left_out", False)
    assert (line["task"] == task.pk.hex) is (place == "after")


@pytest.mark.parametrize(("asked", "how"), [(d.COUNSELOR, "left_out"), (d.COLLEGE, "stuck")])
def test_trail_says_what_became_of_a_voice(tell, asked, how):
    tale = begun(tell, "all", VOTE.replace(d.COUNSELOR, asked))
    person = tale.flow.officer if how == "stuck" else tale.flow.counselor
    voice = tale.task("review", person)
    give(tale, person)
    assert passed_on(tale) == [{"task": voice.pk.hex, "node": "review", "how": how}]


@pytest.mark.parametrize(
    ("setting", "asked"),
    [
        ("up", (Role.UNIVERSITY_OFFICER, "启程大学", "")),
        ("next", (Role.COLLEGE_OFFICER, "软件学院", "")),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_setting_asks_one_level_up_from_the_beginning(tell, setting, asked, named):
    """Above is the role that the step names, or whom the step behind it asks."""
    up = ' qc:escalateTo="university_officer"' if named else ""
    text = TWO.replace(
        d.flows("file > review > next > end"), d.flows("file > review > next > last > end")
    ).replace(d.end(), d.user("last", d.UNIVERSITY) + d.end())
    tale = begun(tell, d.COLLEGE + f' qc:onConflict="{setting}"' + up, text)
    tale.flow.person("t9", "赵老师", Role.COLLEGE_OFFICER, tale.flow.university)
    give(tale, tale.flow.officer)
    tale.approve("review")
    assert where(tale.task("next")) == asked


def reassigned(tale: Tale, voice: User, to: User) -> None:
    """An operator gives the voice of one member to somebody else."""
    reassign(tale.task("review", voice).pk, Actor(tale.flow.director), text="原审核人出差", person=to.pk)


def test_voice_of_theirs_that_somebody_else_was_given_still_counts(tell):
    tale = begun(tell, "all", VOTE)
    reassigned(tale, tale.flow.counselor, tale.flow.officer)
    give(tale, tale.flow.counselor)
    tale.say("review", "approve", tale.flow.second_counselor)
    assert tale.asked == ["review"]
    tale.say("review", "approve", tale.flow.officer)
    assert tale.state == "approved"


def test_voice_of_somebody_else_that_they_were_given_is_left_out(tell):
    tale = begun(tell, "all", VOTE)
    reassigned(tale, tale.flow.counselor, tale.flow.officer)
    give(tale, tale.flow.officer)
    tale.say("review", "approve", tale.flow.second_counselor)
    assert tale.state == "approved"


def test_voice_in_a_pool_that_only_they_hold_is_left_out(tell):
    tale = begun(tell, "all", VOTE)
    voice = tale.task("review", tale.flow.counselor)
    Task.objects.filter(pk=voice.pk).update(
        role=Role.COLLEGE_OFFICER, unit=tale.flow.college, owner=None, status="NEW"
    )
    give(tale, tale.flow.officer)
    tale.say("review", "approve", tale.flow.second_counselor)
    assert tale.state == "approved"


def test_joint_decision_of_which_nobody_is_left_in_the_end_is_taken_by_nobody(tell):
    tale = begun(tell, "all", VOTE)
    give(tale, tale.flow.counselor)
    give(tale, tale.flow.second_counselor)
    assert (tale.state, Incident.objects.get().error) == ("in_review", "NobodyToAsk: review")


def test_only_voice_of_a_joint_decision_waits_for_whom_an_operator_names(tell):
    tale = begun(tell, "all", VOTE.replace(d.COUNSELOR, d.COLLEGE))
    give(tale, tale.flow.officer)
    with pytest.raises(Refused, match="本人"):
        tale.say("review", "approve", tale.flow.officer)
    reassigned(tale, tale.flow.officer, tale.flow.director)
    tale.say("review", "approve", tale.flow.director)
    assert tale.state == "approved"


def test_joint_decision_in_turn_ends_when_those_left_have_said_enough(tell):
    text = VOTE.replace('isSequential="false"', 'isSequential="true"')
    tale = tell(text.replace('qc:complete="{}"', 'qc:complete="ratio" qc:ratio="0.5"'))
    tale.flow.person("c3", "周老师", Role.COUNSELOR, tale.flow.student_class)
    tale.submit()
    people = Task.objects.get(process=tale.case, flow_task_type="GROUP").data["tally"]["people"]
    tale.say("review", "approve", User.objects.get(pk=people[0]))
    give(tale, User.objects.get(pk=people[2]))
    assert tale.state == "approved"

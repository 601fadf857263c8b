"""A case gets another applicant: what is theirs goes along, what others do stays."""

import pytest
from django.utils import translation

from accounts.models import User
from approvals.actions import (
    Actor,
    Decision,
    claim,
    decide,
    discard,
    hand_over,
    request_withdrawal,
    submit,
    suspend,
    take_back,
    urge,
    withdraw,
)
from approvals.parcel import history_line
from common.errors import Refused
from messaging.models import Notice
from processes.models import Event
from processes.tests import draw as d
from processes.tests.tale import Tale

WHOSE = d.definition(
    d.user("review", d.COUNSELOR),
    d.user("next", "{}"),
    d.end(),
    d.flows("file > review > next > end"),
)
OF_APPLICANT, OF_REVIEWER = 'qc:initiator="true"', 'qc:doerOf="review"'


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize(("whose", "goes_along"), [(OF_APPLICANT, True), (OF_REVIEWER, False)])
def test_step_of_the_applicant_goes_along_and_that_of_a_reviewer_stays(tell, whose, goes_along, is_open):
    tale = tell(WHOSE.replace("{}", whose))
    tale.submit()
    if is_open:
        tale.approve("review")
    successor = tale.flow.person("s2", "接手人")
    hand_over(tale.case.pk, successor.pk, Actor(tale.flow.officer), text="原申请人已离开")
    if not is_open:
        tale.approve("review")
    assert tale.task("next").owner == (successor if goes_along else tale.flow.counselor)


APPLICANT_ONLY = {
    "withdraw": lambda tale, by: withdraw(tale.case.pk, by),
    "urge": lambda tale, by: urge(tale.task("review").pk, by),
    "ask back": lambda tale, by: request_withdrawal(tale.case.pk, by),
    "submit": lambda tale, by: submit(tale.task("file").pk, by),
    "discard": lambda tale, by: discard(tale.case.pk, by),
}


def handed_over(tell, verb: str) -> tuple[Tale, User]:
    """A case in the state in which its applicant may do *verb*, with another applicant since."""
    tale = tell(WHOSE.replace("{}", d.COLLEGE))
    if verb not in ("submit", "discard"):
        tale.submit()
    if verb == "ask back":
        claim(tale.task("review").pk, Actor(tale.flow.counselor))
    successor = tale.flow.person("s2", "接手人")
    hand_over(tale.case.pk, successor.pk, Actor(tale.flow.officer), text="原申请人已离开")
    return tale, successor


@pytest.mark.parametrize("verb", APPLICANT_ONLY)
def test_rights_of_the_applicant_go_to_the_new_one_and_the_old_one_loses_them(tell, verb):
    tale, successor = handed_over(tell, verb)
    with pytest.raises(Refused):
        APPLICANT_ONLY[verb](tale, Actor(tale.student))
    before = Event.objects.filter(case=tale.case).count()
    APPLICANT_ONLY[verb](tale, Actor(successor))
    assert Event.objects.filter(case=tale.case).count() == before + 1


def test_who_was_applicant_before_hears_nothing_more_and_stays_named_for_what_they_did(tell):
    tale, successor = handed_over(tell, "withdraw")
    heard = Notice.objects.filter(recipient=tale.student).count()
    suspend(tale.case.pk, Actor(tale.flow.director), text="等学院公章")
    assert Notice.objects.filter(recipient=tale.student).count() == heard
    assert Notice.objects.filter(recipient=successor).count() == 2
    with translation.override("en"):
        lines = [(line.title, line.who) for line in history_line(tale.case)]
    assert lines == [
        ("Started", "学生"),
        ("Submitted", "学生"),
        ("Handed over from 学生 to 接手人", "李老师"),
        ("Suspended", "王老师"),
    ]


def test_successor_does_not_review_the_case_they_got(tell):
    tale = tell(WHOSE.replace("{}", d.COLLEGE))
    tale.submit()
    hand_over(tale.case.pk, tale.flow.counselor.pk, Actor(tale.flow.officer), text="原申请人已离开")
    with pytest.raises(Refused):
        decide(tale.task("review").pk, Decision("approve"), Actor(tale.flow.counselor))
    decide(tale.task("review").pk, Decision("approve"), Actor(tale.flow.second_counselor))
    assert tale.asked == ["next"]


def test_review_that_an_applicant_for_a_while_had_taken_is_back_in_the_pool(tell):
    tale = tell(WHOSE.replace("{}", d.COLLEGE))
    tale.submit()
    claim(tale.task("review").pk, Actor(tale.flow.counselor))
    for person in (tale.flow.counselor, tale.flow.person("s2", "接手人")):
        hand_over(tale.case.pk, person.pk, Actor(tale.flow.officer), text="原申请人已离开")
    assert tale.task("review").owner is None
    claim(tale.task("review").pk, Actor(tale.flow.second_counselor))


def test_return_is_not_taken_back_once_the_case_lies_with_somebody_else(tell):
    tale = tell(WHOSE.replace("{}", d.COLLEGE))
    tale.submit()
    task = tale.task("review")
    tale.say("review", "return")
    hand_over(
        tale.case.pk, tale.flow.person("s2", "接手人").pk, Actor(tale.flow.officer), text="原申请人已离开"
    )
    with pytest.raises(Refused):
        take_back(task.pk, Actor(tale.flow.counselor))
    assert tale.asked == ["file"]

"""Several people on one step: how their votes are counted."""

import pytest
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from approvals.parcel import parcel_line
from processes.queries import Stop, position, return_targets
from processes.tests import draw as d
from processes.tests.kit import ScratchFlow


def voters(flow: ScratchFlow) -> list[User]:
    return [flow.person(f"v{n}", f"委员{n}", Role.COLLEGE_DEPUTY_SECRETARY, flow.college) for n in range(3)]


def joint(settings: str, *, sequential: bool = False, task: str = "") -> str:
    pool = 'qc:role="college_deputy_secretary" qc:unit="college"'
    return d.definition(
        d.user(
            "vote", f"{pool} {task}", d.several(f'qc:collection="members" {settings}', sequential=sequential)
        ),
        d.user("after"),
        d.end(),
        d.flows("file > vote > after > end"),
        variables={"agreed": "bool"},
    )


@pytest.mark.parametrize(
    ("settings", "votes", "expected"),
    [
        ('qc:complete="all"', ["approve", "approve", "approve"], ["after"]),
        ('qc:complete="all"', ["approve", "object"], ["file"]),
        ('qc:complete="any"', ["object", "approve"], ["after"]),
        ('qc:complete="any"', ["object", "object", "object"], ["file"]),
        ('qc:complete="ratio" qc:ratio="0.6"', ["approve", "object", "approve"], ["after"]),
        ('qc:complete="ratio" qc:ratio="0.6"', ["object", "object"], ["file"]),
        ('qc:complete="ratio" qc:ratio="0.6"', ["approve", "return"], ["file"]),
    ],
)
@pytest.mark.parametrize("sequential", [False, True])
def test_joint_decision_counts_votes(tell, flow, settings, votes, expected, sequential):
    people = voters(flow)
    tale = tell(joint(settings, sequential=sequential))
    tale.submit()
    assert len(tale.asked) == (1 if sequential else 3)
    for person, vote in zip(people, votes, strict=False):
        tale.say("vote", vote, person)
    assert tale.asked == expected


def test_result_of_a_vote_can_be_a_variable(tell, flow):
    people = voters(flow)
    tale = tell(joint('qc:complete="all"', task='qc:result="agreed" qc:onObjection="go_on"'))
    tale.submit()
    tale.say("vote", "object", people[1])
    assert tale.asked == ["after"]
    assert tale.variables()["agreed"] is False


def stop_of_the_vote(tale) -> Stop:
    """The one stop of the joint decision; there must not be another."""
    (stop,) = [stop for stop in position(tale.case) if stop.element and stop.element.id == "vote"]
    return stop


def names(people) -> list[str]:
    return [person.name for person in people]


@pytest.mark.parametrize("sequential", [False, True])
def test_joint_decision_is_one_stop_that_says_who_has_voted_and_who_has_not(tell, flow, sequential):
    people = voters(flow)
    tale = tell(joint('qc:complete="all"', sequential=sequential))
    tale.submit()
    tale.say("vote", "approve", people[0])
    stop = stop_of_the_vote(tale)
    assert (stop.state, names(stop.voted)) == ("current", ["委员0"])
    assert names(stop.people) == (["委员1"] if sequential else ["委员1", "委员2"])
    for person in people[1:]:
        tale.say("vote", "approve", person)
    stop = stop_of_the_vote(tale)
    assert (stop.state, names(stop.people), names(stop.voted)) == ("done", [], ["委员0", "委员1", "委员2"])


def test_joint_decision_that_is_asked_again_begins_with_nobody_having_voted(tell, flow):
    people = voters(flow)
    tale = tell(joint('qc:complete="all"'))
    tale.submit()
    for person in people:
        tale.say("vote", "approve", person)
    tale.say("after", "return", target="vote")
    stop = stop_of_the_vote(tale)
    assert (stop.state, names(stop.voted), len(stop.people)) == ("current", [], 3)


def test_step_that_was_passed_without_agreement_is_a_stop_and_a_place_to_return_to(tell, flow):
    people = voters(flow)
    tale = tell(joint('qc:complete="all"', task='qc:result="agreed" qc:onObjection="go_on"'))
    tale.submit()
    tale.say("vote", "object", people[1])
    stop = stop_of_the_vote(tale)
    assert (stop.state, stop.agreed, names(stop.voted)) == ("done", False, ["委员1"])
    assert [element.id for element in return_targets(tale.task("after"))] == ["file", "vote"]
    tale.say("after", "return", target="vote")
    assert tale.asked == ["vote"] * 3
    for person in people:
        tale.say("vote", "approve", person)
    assert stop_of_the_vote(tale).agreed is True
    assert tale.variables()["agreed"] is True


def test_joint_decision_that_sent_the_case_back_is_not_passed(tell, flow):
    people = voters(flow)
    tale = tell(joint('qc:complete="all"'))
    tale.submit()
    tale.say("vote", "object", people[1])
    states = [stop.state for stop in position(tale.case) if stop.element]
    assert states == ["current", "waiting", "waiting"]


def test_line_of_a_step_that_was_passed_without_agreement_says_so(tell, flow):
    people = voters(flow)
    tale = tell(joint('qc:complete="all"', task='qc:result="agreed" qc:onObjection="go_on"'))
    tale.submit()
    tale.say("vote", "object", people[1])
    with translation.override("en"):
        assert [line.text for line in parcel_line(tale.case, "完")][:2] == [
            "",
            "Not agreed; the case went on.",
        ]

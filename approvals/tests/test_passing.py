"""Handing on 转办 and asking for an opinion 委派."""

import pytest

from accounts.actions import add_unit
from accounts.models import UnitKind
from accounts.roles import SPECIALISTS, Role
from approvals.actions import Actor, Decision, claim, copy_to, decide, delegate, give_back, release, transfer
from approvals.queries import colleagues_for, people_around
from approvals.tests.kit import open_task, submitted
from approvals.tests.test_claiming import kinds, shown
from common.errors import BadInput, Refused
from messaging.models import Notice
from processes.models import Task

APPROVE = Decision("approve")
WHY = "这个班我不熟悉，请您看"


def test_task_is_handed_to_a_colleague_who_alone_decides_it(flow):
    task = submitted(flow, "1", "王一")
    transfer(task.pk, flow.second_counselor.pk, Actor(flow.counselor), text=WHY)
    assert (shown(flow.counselor), shown(flow.second_counselor)) == ([], ["王一"])
    with pytest.raises(Refused, match="孙老师"):
        decide(task.pk, APPROVE, Actor(flow.counselor))
    decide(task.pk, APPROVE, Actor(flow.second_counselor))
    assert kinds(task.process_id)[2:] == ["transferred", "approved"]
    told = Notice.objects.get(recipient=flow.second_counselor)
    assert ("陈老师" in told.title, told.body) == (True, WHY)


def test_reviewer_above_may_be_handed_a_task_of_a_class(flow):
    task = submitted(flow, "1", "王一")
    transfer(task.pk, flow.officer.pk, Actor(flow.counselor), text=WHY)
    assert shown(flow.officer) == ["王一"]
    decide(task.pk, APPROVE, Actor(flow.officer))
    assert open_task(task.process_id).node_id == "college_review"


def test_colleagues_are_of_the_same_role_or_above_never_the_applicant(flow):
    elsewhere = add_unit(flow.university, UnitKind.COLLEGE, "外国语学院")
    flow.person("t8", "外人", Role.COLLEGE_OFFICER, elsewhere)
    task = submitted(flow, "1")
    names = [each.person.name for each in colleagues_for(task, flow.counselor)]
    assert names == ["孙老师", "李老师", "王老师"]
    type(task.process).objects.filter(pk=task.process_id).update(initiator=flow.second_counselor)
    task = Task.objects.select_related("process", "unit").get(pk=task.pk)
    assert "孙老师" not in [each.person.name for each in colleagues_for(task, flow.counselor)]


@pytest.mark.parametrize("role", sorted(SPECIALISTS))
def test_who_is_appointed_for_another_matter_is_no_colleague(flow, role):
    guard = flow.person("t6", "他事专员", role, flow.university)
    task = submitted(flow, "1")
    around = [*colleagues_for(task, flow.counselor), *people_around(task.process, flow.counselor)]
    assert guard not in [each.person for each in around]
    with pytest.raises(BadInput):
        transfer(task.pk, guard.pk, Actor(flow.counselor), text=WHY)
    with pytest.raises(BadInput):
        copy_to(task.pk, [guard.pk], Actor(flow.counselor))


@pytest.mark.parametrize(("who", "why"), [("officer2", WHY), ("second_counselor", "短")])
def test_wrong_person_or_missing_reason_changes_nothing(flow, who, why):
    task = submitted(flow, "1")
    flow.officer2 = flow.person("t7", "外人", Role.COUNSELOR, add_unit(flow.college, UnitKind.MAJOR, "别的"))
    with pytest.raises(BadInput):
        transfer(task.pk, getattr(flow, who).pk, Actor(flow.counselor), text=why)
    assert kinds(task.process_id) == ["started", "submitted"]


def test_opinion_is_asked_for_and_the_task_comes_back(flow):
    task = submitted(flow, "1", "王一")
    claim(task.pk, Actor(flow.counselor))
    delegate(task.pk, flow.officer.pk, Actor(flow.counselor), text="这份协议算签约吗？")
    assert shown(flow.officer) == ["王一"]
    for act in (
        lambda: decide(task.pk, APPROVE, Actor(flow.officer)),
        lambda: decide(task.pk, APPROVE, Actor(flow.counselor)),
        lambda: release(task.pk, Actor(flow.officer)),
        lambda: transfer(task.pk, flow.director.pk, Actor(flow.officer), text=WHY),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(BadInput):
        give_back(task.pk, Actor(flow.officer), text="")
    give_back(task.pk, Actor(flow.officer), text="算，盖了人事章即可")
    task = Task.objects.get(pk=task.pk)
    assert (task.owner, task.data["opinion"]) == (flow.counselor, "算，盖了人事章即可")
    decide(task.pk, APPROVE, Actor(flow.counselor))
    assert kinds(task.process_id)[2:] == ["claimed", "delegated", "opinion_given", "approved"]
    assert Notice.objects.filter(recipient=flow.counselor, kind="task_given_back").count() == 1


def test_owner_calls_a_delegated_task_back(flow):
    task = submitted(flow, "1")
    delegate(task.pk, flow.officer.pk, Actor(flow.counselor), text="这份协议算签约吗？")
    with pytest.raises(Refused):
        give_back(task.pk, Actor(flow.second_counselor))
    give_back(task.pk, Actor(flow.counselor))
    with pytest.raises(Refused):
        give_back(task.pk, Actor(flow.officer), text="已经来不及了吧")
    decide(task.pk, APPROVE, Actor(flow.counselor))
    assert kinds(task.process_id)[2:] == ["delegated", "called_back", "approved"]

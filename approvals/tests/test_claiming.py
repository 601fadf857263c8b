"""Taking a task, putting it back, and what that means for colleagues and the applicant (flows X1)."""

import pytest

from accounts.models import User
from approvals.actions import (
    Actor,
    Decision,
    answer_withdrawal,
    claim,
    decide,
    release,
    request_withdrawal,
    withdraw,
)
from approvals.filters import Filters
from approvals.queries import inbox
from approvals.tests.kit import NOW, RETURN, open_task, submitted, waiting
from common.errors import Refused, Stale
from messaging.models import Notice
from processes.audit.verify import verify_trail
from processes.models import CaseState

APPROVE = Decision("approve")


def kinds(case_id) -> list[str]:
    from processes.models import Event

    return list(Event.objects.filter(case=case_id).order_by("seq").values_list("kind", flat=True))


def shown(user: User, **filters) -> list[str]:
    found = inbox(User.objects.get(pk=user.pk), Filters(**filters), NOW)
    return [task.process.title for section in found.sections for task in section.tasks]


def test_claimed_task_leaves_the_colleagues_inbox_and_stays_in_mine(flow):
    task = submitted(flow, "1", "王一")
    submitted(flow, "2", "李二")
    claim(task.pk, Actor(flow.counselor))
    assert shown(flow.counselor) == ["王一", "李二"]
    assert shown(flow.second_counselor) == ["李二"]
    assert shown(flow.second_counselor, held="1") == ["王一", "李二"]
    assert inbox(flow.second_counselor, Filters(), NOW).total == 1


def test_colleague_is_told_who_has_the_task_and_decides_nothing(flow):
    task = submitted(flow, "1")
    claim(task.pk, Actor(flow.counselor))
    for verb in (claim, lambda pk, by: decide(pk, APPROVE, by)):
        with pytest.raises(Refused, match="陈老师"):
            verb(task.pk, Actor(flow.second_counselor))
    with pytest.raises(Stale, match="陈老师"):
        decide(task.pk, APPROVE, Actor(flow.second_counselor), revision=task.revision)
    decide(task.pk, APPROVE, Actor(flow.counselor))
    assert kinds(task.process_id) == ["started", "submitted", "claimed", "approved"]


def test_claiming_twice_is_claiming_once_and_release_gives_the_task_back(flow):
    task = submitted(flow, "1")
    claim(task.pk, Actor(flow.counselor))
    claim(task.pk, Actor(flow.counselor))
    with pytest.raises(Refused):
        release(task.pk, Actor(flow.second_counselor))
    release(task.pk, Actor(flow.counselor))
    release(task.pk, Actor(flow.counselor))
    claim(task.pk, Actor(flow.second_counselor))
    decide(task.pk, APPROVE, Actor(flow.second_counselor))
    assert kinds(task.process_id)[2:] == ["claimed", "released", "claimed", "approved"]
    assert verify_trail().fault is None


def test_nobody_claims_their_own_case_or_one_of_another_pool(flow):
    task = submitted(flow, "1")
    with pytest.raises(Refused):
        claim(task.pk, Actor(flow.officer))
    task.process.initiator = flow.counselor
    type(task.process).objects.filter(pk=task.process_id).update(initiator=flow.counselor)
    with pytest.raises(Refused, match=r"同事|colleague"):
        claim(task.pk, Actor(flow.counselor))


def test_withdrawal_of_a_claimed_case_is_asked_for_and_granted(flow):
    task = submitted(flow, "1", "王一")
    student = Actor(task.process.initiator)
    with pytest.raises(Refused):
        request_withdrawal(task.process_id, student)  # nobody has it: it is simply withdrawn
    claim(task.pk, Actor(flow.counselor))
    with pytest.raises(Refused):
        withdraw(task.process_id, student)
    request_withdrawal(task.process_id, student, text="单位名称写错了")
    with pytest.raises(Refused):
        request_withdrawal(task.process_id, student)
    assert "王一" in Notice.objects.get(recipient=flow.counselor).title
    with pytest.raises(Refused):
        answer_withdrawal(task.pk, Actor(flow.second_counselor), accept=True)
    answer_withdrawal(task.pk, Actor(flow.counselor), accept=True)
    case = type(task.process).objects.get(pk=task.process_id)
    assert (case.state, open_task(case).owner_id) == (CaseState.DRAFT, case.initiator_id)
    assert kinds(case.pk)[2:] == ["claimed", "withdrawal_requested", "withdrawn"]
    assert Notice.objects.filter(recipient=case.initiator, kind="withdrawal_granted").count() == 1
    assert flow.changes == ["submitted", "withdrawn"]


def test_withdrawal_is_refused_with_words_and_can_be_asked_for_again(flow):
    task = submitted(flow, "1")
    student = Actor(task.process.initiator)
    claim(task.pk, Actor(flow.counselor))
    request_withdrawal(task.process_id, student)
    answer_withdrawal(task.pk, Actor(flow.counselor), accept=False, text="已经核实完毕，马上通过")
    with pytest.raises(Refused):
        answer_withdrawal(task.pk, Actor(flow.counselor), accept=True)
    request_withdrawal(task.process_id, student)
    decide(task.pk, RETURN, Actor(flow.counselor))
    assert kinds(task.process_id)[-1] == "returned"


def test_inbox_costs_the_same_however_much_is_held(flow):
    for task in waiting(flow, 4)[:2]:
        claim(task.pk, Actor(flow.counselor))
    assert len(shown(flow.counselor)) == 4

"""The story of an employer: admitted, returned and resubmitted, withdrawn, refused, looked at twice."""

import datetime

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from approvals.actions import Decision, decide, jump, take_back
from common.errors import BadInput, Refused, Stale
from employers.flows.vetting import actions
from employers.flows.vetting.tests import kit
from employers.models import Employer, EmployerRole, EmployerState, EmployerUser, ListState, MembershipState
from employers.queries import membership_of
from forms import actions as form_actions
from forms.queries import attachments_of, submissions_of
from messaging.models import Notice
from processes import compiled
from processes.audit.verify import verify_trail
from processes.engine.jobs import sweep
from processes.models import CaseState
from processes.queries import history

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def _notices(user: User) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("created_at").values_list("kind", flat=True))


def _state(employer: Employer) -> str:
    return kit.fresh(employer).state


def test_registered_employer_is_admitted_by_one_reviewer():
    employer = kit.submit()
    assert employer.state == EmployerState.APPLIED
    assert kit.approve_all(employer) == ["review"]
    employer = kit.fresh(employer)
    assert (employer.state, employer.approved_on) == (EmployerState.APPROVED, timezone.localdate())
    assert kit.case_of(employer).state == CaseState.APPROVED
    assert _notices(kit.applicant(employer)) == ["employer_admitted"]


def test_admission_makes_the_applicant_the_owner():
    employer = kit.submit()
    own = EmployerUser.objects.get(employer=employer)
    assert (own.state, own.is_owner) == (MembershipState.APPLYING, False)
    kit.approve_all(employer)
    own.refresh_from_db()
    assert (own.state, own.role, own.is_owner) == (MembershipState.ACTIVE, EmployerRole.OWNER, True)
    assert own.decided_by == kit.reviewer()


def test_admission_sets_the_tags_that_follow_from_the_record():
    employer = kit.admitted(nature="31", scale="6", can_hold_archive=True)
    assert set(employer.tags.values_list("code", flat=True)) == {"state_owned", "large", "archive"}


def test_record_repeats_what_library_and_search_need():
    employer = kit.submit("杭州启明科技有限公司", licence_long_term=False, licence_valid_to="2099-01-31")
    assert (employer.nature, employer.region, employer.registered_capital) == ("39", "330106", 500)
    assert (employer.legal_person, str(employer.licence_valid_to)) == ("周启明", "2099-01-31")
    assert employer.name_pinyin == "hangzhouqimingkejiyouxiangongsi hzqmkjyxgs"
    case = kit.case_of(employer)
    assert (case.title, case.cohort) == ("杭州启明科技有限公司", None)
    assert employer.uscc in case.search_text
    assert "信息传输" in case.brief


def test_returned_twice_and_resubmitted_is_admitted():
    employer = kit.submit()
    actor = kit.by(kit.applicant(employer))
    for number in (2, 3):
        assert kit.review(employer, kit.RETURN) == "review"
        assert _state(employer) == EmployerState.RETURNED
        actions.save_answers(kit.fresh(employer), {"intro": f"第 {number} 稿"}, actor)
        employer = kit.hand_in(employer)
        assert employer.submission_number == number
    kit.approve_all(employer)
    assert _state(employer) == EmployerState.APPROVED
    assert _notices(actor.user) == ["employer_returned", "employer_returned", "employer_admitted"]
    assert [s.values["intro"] for s in submissions_of(kit.case_of(employer).pk)][1:] == ["第 2 稿", "第 3 稿"]


def test_withdrawn_application_is_a_draft_again_with_everything_in_it():
    employer = kit.submit()
    actions.withdraw_application(employer, kit.by(kit.applicant(employer)))
    assert _state(employer) == EmployerState.DRAFT
    again = kit.hand_in(employer)
    assert (again.state, again.submission_number) == (EmployerState.APPLIED, 2)


def test_return_that_is_taken_back_leaves_the_application_in_review():
    employer = kit.submit()
    task = kit.open_task(employer)
    kit.review(employer, kit.RETURN)
    take_back(task.pk, kit.by(kit.reviewer()))
    assert (_state(employer), kit.open_task(employer).pk) == (EmployerState.APPLIED, task.pk)
    assert kit.approve_all(employer) == ["review"]


@pytest.mark.parametrize("how", ["withdrawn", "returned"])
def test_operator_moves_what_lies_with_the_applicant_to_the_review(how):
    employer = kit.submit()
    if how == "withdrawn":
        actions.withdraw_application(employer, kit.by(kit.applicant(employer)))
    else:
        kit.review(employer, kit.RETURN)
    operator = kit.by(kit.reviewer(Role.UNIVERSITY_OFFICER))
    jump(kit.case_of(employer).pk, "review", operator, text="单位书面申请按原材料审核")
    assert _state(employer) == EmployerState.APPLIED
    assert kit.approve_all(employer) == ["review"]


def test_rejected_application_is_over_and_a_new_one_keeps_the_answers():
    employer = kit.submit()
    first, actor = kit.case_of(employer), kit.by(kit.applicant(employer))
    assert kit.review(employer, kit.REJECT) == "review"
    assert _state(employer) == EmployerState.REJECTED
    assert _notices(actor.user) == ["employer_rejected"]
    second = actions.start_again(kit.fresh(employer), actor)
    assert second.pk != first.pk
    assert _state(employer) == EmployerState.DRAFT
    checked = actions.check_application(kit.fresh(employer))
    assert set(checked.errors) == set(kit.PAPERS)
    assert checked.values["intro"] == kit.ANSWERS["intro"]


def test_open_application_is_not_started_twice_and_says_where_it_is():
    employer = kit.submit()
    with pytest.raises(Refused) as caught:
        actions.start_again(employer, kit.by(kit.applicant(employer)))
    assert caught.value.link == "/employer/application/"
    assert Employer.objects.count() == 1


def test_agency_needs_a_second_reviewer():
    employer = kit.submit(**kit.AGENCY)
    assert kit.approve_all(employer) == ["review", "second_review"]
    assert _state(employer) == EmployerState.APPROVED
    assert "agency" in employer.tags.values_list("code", flat=True)


def test_risk_hint_asks_for_a_second_reviewer():
    employer = kit.submit(registered_capital=1)
    assert [part["kind"] for part in kit.fresh(employer).hints] == ["low_capital"]
    assert kit.case_of(employer).variables == {"agency": False, "risk_hints": 1, "white": False}
    assert kit.approve_all(employer) == ["review", "second_review"]


def test_note_alone_asks_for_nobody_more():
    employer = kit.submit(operator_email="sun@qq.com")
    assert [part["kind"] for part in kit.fresh(employer).hints] == ["free_mail"]
    assert kit.approve_all(employer) == ["review"]


def test_white_listed_agency_needs_no_second_reviewer():
    employer = kit.write(**kit.AGENCY)
    Employer.objects.filter(pk=employer.pk).update(list_state=ListState.WHITE)
    assert kit.approve_all(kit.hand_in(employer)) == ["review"]


def test_corrected_answer_takes_the_hint_away():
    employer = kit.submit(registered_capital=1)
    kit.review(employer, kit.RETURN)
    actions.save_answers(kit.fresh(employer), {"registered_capital": 1000}, kit.by(kit.applicant(employer)))
    kit.hand_in(employer)
    assert kit.fresh(employer).hints == []
    assert kit.approve_all(employer) == ["review"]


def test_second_reviewer_returns_to_the_first_and_the_employer_hears_nothing():
    employer = kit.submit(**kit.AGENCY)
    kit.review(employer)
    back = Decision("return", reason_code="R14", text="请先核实许可证真伪", target="review")
    assert kit.review(employer, back) == "second_review"
    assert _state(employer) == EmployerState.APPLIED
    assert _notices(kit.applicant(employer)) == []
    assert kit.approve_all(employer) == ["review", "second_review"]


def test_second_reviewer_may_reject():
    employer = kit.submit(**kit.AGENCY)
    kit.review(employer)
    assert kit.review(employer, kit.REJECT) == "second_review"
    assert _state(employer) == EmployerState.REJECTED


def test_slower_of_two_reviewers_is_told_who_decided():
    employer = kit.submit()
    task = kit.open_task(employer)
    fast, slow = kit.reviewer(number=1), kit.reviewer(number=2)
    decide(task.pk, kit.APPROVE, kit.by(fast), revision=task.revision)
    with pytest.raises(Stale) as caught:
        decide(task.pk, kit.REJECT, kit.by(slow), revision=task.revision)
    assert fast.name in str(caught.value)
    assert _state(employer) == EmployerState.APPROVED


def test_reviewer_of_another_role_is_refused():
    employer = kit.submit()
    with pytest.raises(Refused):
        decide(kit.open_task(employer).pk, kit.APPROVE, kit.by(kit.reviewer(Role.EMPLOYER_SECOND_REVIEWER)))
    assert _state(employer) == EmployerState.APPLIED


def test_application_that_is_given_up_frees_its_applicant_and_the_code():
    employer = kit.write()
    user = kit.applicant(employer)
    actions.discard_application(employer, kit.by(user))
    assert _state(employer) == EmployerState.CANCELLED
    assert kit.register(code=employer.uscc).employer == employer
    assert membership_of(User.objects.get(pk=user.pk)).state == MembershipState.ENDED


def test_application_returned_and_left_alone_expires_after_thirty_days():
    employer = kit.submit()
    kit.review(employer, kit.RETURN)
    user, case, began = kit.applicant(employer), kit.case_of(employer), timezone.now()
    sweep(began + 29 * DAY)
    assert _state(employer) == EmployerState.RETURNED
    sweep(began + 31 * DAY)
    assert _state(employer) == EmployerState.EXPIRED
    assert kit.fresh(employer).case.state == CaseState.CANCELLED
    assert _notices(user) == ["employer_returned", "employer_expired"]
    assert [step.kind for step in history(case)][-2:] == ["returned", "timer"]
    assert kit.register(code=employer.uscc).employer == employer
    assert verify_trail().fault is None


def test_application_handed_in_in_time_does_not_expire():
    employer = kit.submit()
    kit.review(employer, kit.RETURN)
    kit.hand_in(employer)
    sweep(timezone.now() + 40 * DAY)
    assert _state(employer) == EmployerState.APPLIED


def test_reviewer_is_reminded_a_workday_before_the_deadline():
    reviewer = kit.reviewer()
    employer = kit.submit()
    sweep(kit.open_task(employer).due_at - datetime.timedelta(minutes=1))
    assert _notices(reviewer) == ["task_reminder"]


def test_submitting_twice_changes_nothing_the_second_time():
    employer = kit.submit()
    assert kit.hand_in(employer).submission_number == 1
    assert [step.kind for step in history(kit.case_of(employer))] == ["started", "submitted"]


@pytest.mark.django_db(transaction=True)
def test_submission_that_loses_against_another_transaction_begins_again(monkeypatch):
    compiled.forget()
    employer, losing, record = kit.write(), [1213], form_actions.submit

    def submit(*args, **more):
        if losing:
            raise OperationalError(losing.pop(), "Deadlock found when trying to get lock")
        return record(*args, **more)

    monkeypatch.setattr(form_actions, "submit", submit)
    kit.hand_in(employer)
    assert (losing, _state(employer)) == ([], EmployerState.APPLIED)
    assert [each.number for each in submissions_of(kit.case_of(employer).pk)] == [1]


def test_promise_is_needed_and_kept_in_the_trail():
    employer = kit.write()
    with pytest.raises(BadInput):
        actions.submit_application(employer, kit.by(kit.applicant(employer)), promised=False)
    assert _state(employer) == EmployerState.DRAFT
    kit.hand_in(employer)
    event = kit.case_of(employer).events.get(kind="submitted")
    assert event.ip == "203.0.113.7"
    assert event.content["note"]["declaration"]
    assert event.content["path"] == ["assess_risk", "review"]


def test_incomplete_application_says_what_is_missing_and_changes_nothing():
    employer = kit.register().employer
    actor = kit.by(kit.applicant(employer))
    answers = kit.ANSWERS | {"legal_person": "", "licence_long_term": False, "licence_valid_to": "2020-01-01"}
    actions.save_answers(employer, answers, actor)
    with pytest.raises(actions.Incomplete) as caught:
        kit.hand_in(employer)
    errors = {key: [error.code for error in found] for key, found in caught.value.checked.errors.items()}
    assert errors == {
        "legal_person": ["V-REQ"],
        "licence_valid_to": ["licence.expired"],
        "licence_files": ["V-REQ"],
        "authorization_files": ["V-REQ"],
    }
    assert (_state(employer), kit.fresh(employer).nature) == (EmployerState.DRAFT, "")
    assert not submissions_of(kit.case_of(employer).pk).exists()


def test_application_in_review_cannot_be_edited():
    employer = kit.submit()
    actor = kit.by(kit.applicant(employer))
    with pytest.raises(Refused):
        actions.save_answers(employer, {"intro": "x"}, actor)
    with pytest.raises(Refused):
        actions.attach_paper(employer, "licence_files", kit.picture(), actor)


def test_strangers_hands_are_refused():
    employer = kit.write()
    stranger = kit.by(kit.register("上海陌生贸易有限公司").user)
    paper = attachments_of(kit.case_of(employer).pk).present()[0]
    attempts = [
        lambda: actions.save_answers(employer, {"intro": "x"}, stranger),
        lambda: actions.attach_paper(employer, "licence_files", kit.picture(), stranger),
        lambda: actions.remove_paper(employer, paper, stranger),
        lambda: actions.submit_application(employer, stranger, promised=True),
        lambda: actions.discard_application(employer, stranger),
        lambda: actions.withdraw_application(employer, stranger),
        lambda: actions.start_again(employer, stranger),
    ]
    for attempt in attempts:
        with pytest.raises(Refused):
            attempt()


def test_removed_paper_stays_with_the_earlier_submission():
    employer = kit.submit()
    kit.review(employer, kit.RETURN)
    actor, case = kit.by(kit.applicant(employer)), kit.case_of(employer)
    first = attachments_of(case.pk).present()[0]
    actions.remove_paper(kit.fresh(employer), first, actor)
    actions.attach_paper(kit.fresh(employer), first.field, kit.picture(), actor)
    kit.hand_in(employer)
    one, two = submissions_of(case.pk)
    assert first in one.attachments.all()
    assert first not in two.attachments.all()


def test_black_listed_employer_cannot_apply():
    employer = kit.submit()
    kit.review(employer, kit.REJECT)
    Employer.objects.filter(pk=employer.pk).update(list_state=ListState.BLACK)
    with pytest.raises(Refused):
        actions.start_again(employer, kit.by(kit.applicant(employer)))


def test_trail_of_every_story_proves_itself():
    kit.admitted(**kit.AGENCY)
    kit.review(kit.submit("上海浦江商贸有限公司"), kit.REJECT)
    report = verify_trail()
    assert (report.cases, report.fault) == (2, None)


def test_papers_open_for_who_vets_them_and_for_nobody_else(client):
    employer = kit.submit()
    paper = attachments_of(kit.case_of(employer).pk).first()
    opened = {}
    for role in (Role.EMPLOYER_REVIEWER, Role.COUNSELOR):
        client.force_login(kit.reviewer(role))
        opened[role] = client.get(reverse("approvals:file", args=[paper.pk])).status_code
    assert opened == {Role.EMPLOYER_REVIEWER: 200, Role.COUNSELOR: 404}

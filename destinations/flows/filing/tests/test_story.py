"""The story of a filing: granted, returned and resubmitted, withdrawn, refused."""

import datetime

import pytest
from django.utils import timezone

from approvals.actions import Decision
from common.errors import BadInput, Refused, Stale
from destinations.flows.filing import actions
from destinations.flows.filing.tests import kit
from destinations.models import Destination, DestinationState
from destinations.queries import effective_destination, open_filing
from destinations.tests.kit import make_student
from forms.queries import attachments_of, submissions_of
from messaging.models import Notice
from processes.models import CaseState
from processes.queries import history

pytestmark = pytest.mark.django_db


@pytest.fixture
def student():
    return make_student()


def _notices(student) -> list[str]:
    return list(
        Notice.objects.filter(recipient=student.user).order_by("created_at").values_list("kind", flat=True)
    )


def test_agreement_is_granted_by_counselor_college_and_university(student):
    destination = kit.submit(student, "10")
    assert destination.state == DestinationState.IN_REVIEW
    assert kit.approve_all(destination) == ["counselor_review", "college_review", "university_review"]
    assert destination.state == DestinationState.EFFECTIVE
    assert (destination.version, destination.effective_from) == (1, timezone.localdate())
    assert kit.case_of(destination).state == CaseState.APPROVED
    assert _notices(student) == ["destination_effective"]


def test_record_repeats_what_search_and_statistics_need(student):
    destination = kit.submit(student, "10")
    assert (destination.category, destination.employer_name) == ("10", "杭州启明科技有限公司")
    assert (destination.employer_uscc, str(destination.start_salary)) == ("91350100M000100Y43", "9000.00")
    assert destination.place == "杭州启明科技有限公司"
    case = kit.case_of(destination)
    assert case.title == student.name
    assert student.student_no in case.search_text
    assert "杭州启明科技有限公司" in case.brief


def test_returned_twice_and_resubmitted_is_granted(student):
    destination = kit.submit(student, "10")
    for number in (2, 3):
        assert kit.review(destination, kit.RETURN) == "counselor_review"
        assert destination.state == DestinationState.RETURNED
        actions.save_answers(destination, {"job_title": f"第 {number} 稿"}, kit.by(student))
        destination = kit.hand_in(destination)
        assert destination.submission_number == number
    kit.approve_all(destination)
    assert destination.state == DestinationState.EFFECTIVE
    assert _notices(student) == ["destination_returned", "destination_returned", "destination_effective"]
    assert [s.values.get("job_title") for s in submissions_of(kit.case_of(destination).pk)] == [
        None,
        "第 2 稿",
        "第 3 稿",
    ]


def test_return_to_the_counselor_leaves_the_graduate_alone(student):
    destination = kit.submit(student, "10")
    kit.review(destination)
    back = Decision("return", reason_code="R02", text="请辅导员再联系学生", target="counselor_review")
    assert kit.review(destination, back) == "college_review"
    assert destination.state == DestinationState.IN_REVIEW
    assert _notices(student) == []
    assert kit.approve_all(destination)[0] == "counselor_review"


def test_withdrawn_filing_is_a_draft_again_with_everything_in_it(student):
    destination = kit.submit(student, "10")
    actions.withdraw_filing(destination, kit.by(student))
    destination.refresh_from_db()
    assert destination.state == DestinationState.DRAFT
    again = kit.hand_in(destination)
    assert (again.state, again.submission_number) == (DestinationState.IN_REVIEW, 2)


def test_rejected_filing_is_over_and_a_new_one_may_begin(student):
    destination = kit.submit(student, "10")
    kit.review(destination)
    kit.review(destination)
    assert kit.review(destination, kit.REJECT) == "university_review"
    assert destination.state == DestinationState.REJECTED
    assert _notices(student) == ["destination_rejected"]
    assert kit.start(student).pk != destination.pk


def test_counselor_cannot_reject(student):
    destination = kit.submit(student, "10")
    with pytest.raises(Refused):
        kit.review(destination, kit.REJECT)


def test_freelance_needs_college_and_university_by_name(student):
    destination = kit.submit(student, "76")
    assert kit.approve_all(destination) == [
        "counselor_review",
        "college_approval_freelance",
        "university_approval_freelance",
    ]
    people = kit.reviewers_of(student)
    assert destination.approved_by_college == people["college_approval_freelance"].name
    assert destination.approved_by_university == people["university_approval_freelance"].name


def test_other_categories_name_no_approvers(student):
    destination = kit.submit(student, "801")
    kit.approve_all(destination)
    assert (destination.approved_by_college, destination.approved_by_university) == ("", "")


@pytest.mark.parametrize("category", ["12", "75.3", "801"])
def test_every_other_family_takes_the_long_way(student, category):
    destination = kit.submit(student, category)
    assert kit.approve_all(destination)[1:] == ["college_review", "university_review"]
    assert destination.state == DestinationState.EFFECTIVE


def test_unplaced_graduate_is_done_after_the_counselor(student):
    destination = kit.submit(student, "70.1")
    assert kit.approve_all(destination) == ["counselor_review"]
    assert destination.state == DestinationState.EFFECTIVE


def test_new_version_supersedes_the_old_one_only_when_approved(student):
    first = kit.submit(student, "70.1")
    kit.approve_all(first)
    second = kit.submit(student, "10")
    kit.review(second)
    first.refresh_from_db()
    assert first.state == DestinationState.EFFECTIVE
    assert (second.replaces_id, second.version) == (first.pk, None)
    kit.approve_all(second)
    first.refresh_from_db()
    assert (first.state, first.effective_to) == (DestinationState.SUPERSEDED, timezone.localdate())
    assert (second.state, second.version) == (DestinationState.EFFECTIVE, 2)
    assert effective_destination(student) == second


def test_refused_new_version_leaves_the_old_one_untouched(student):
    first = kit.submit(student, "70.1")
    kit.approve_all(first)
    second = kit.submit(student, "10")
    kit.review(second)
    kit.review(second)
    kit.review(second, kit.REJECT)
    assert effective_destination(student) == first


def test_discarded_draft_frees_the_place(student):
    destination = kit.write(student)
    actions.discard_filing(destination, kit.by(student))
    destination.refresh_from_db()
    assert destination.state == DestinationState.CANCELLED
    assert open_filing(student) is None


def test_filing_is_closed_until_the_record_is_confirmed():
    student = make_student(confirmed=False)
    with pytest.raises(Refused):
        kit.start(student)
    assert not Destination.objects.exists()


@pytest.mark.parametrize("status", ["4", "6"])
def test_filing_is_closed_for_who_left_the_cohort(status):
    with pytest.raises(Refused):
        kit.start(make_student(academic_status=status))


def test_discarded_filing_cannot_be_handed_in(student):
    destination = kit.write(student)
    actions.discard_filing(destination, kit.by(student))
    with pytest.raises(Refused):
        kit.hand_in(destination)


def test_starting_twice_gives_the_same_filing(student):
    assert kit.start(student) == kit.start(student)


def test_submitting_twice_changes_nothing_the_second_time(student):
    destination = kit.submit(student)
    again = kit.hand_in(destination)
    assert again.submission_number == 1
    assert submissions_of(kit.case_of(destination).pk).count() == 1
    assert [step.kind for step in history(kit.case_of(destination))] == ["started", "submitted"]


def test_submission_without_the_declaration_is_refused(student):
    destination = kit.write(student)
    with pytest.raises(BadInput):
        actions.submit_filing(destination, kit.by(student), declared=False)
    destination.refresh_from_db()
    assert destination.state == DestinationState.DRAFT


def test_declaration_is_kept_in_the_trail_with_time_and_address(student):
    destination = kit.submit(student)
    event = kit.case_of(destination).events.get(kind="submitted")
    assert event.ip == "203.0.113.7"
    assert event.content["note"]["declaration"]
    assert event.content["note"]["submission"] == 1
    assert len(event.content["note"]["digest"]) == 64


def test_incomplete_filing_says_what_is_missing_and_changes_nothing(student):
    destination = kit.write(
        student, "10", employer_uscc="", signed_on="2099-01-01", report_deadline="2099-07-01"
    )
    with pytest.raises(actions.Incomplete) as caught:
        kit.hand_in(destination)
    errors = {key: [error.code for error in found] for key, found in caught.value.checked.errors.items()}
    assert errors == {"employer_uscc": ["V-REQ"], "signed_on": ["signed_on.future"]}
    destination.refresh_from_db()
    assert (destination.state, destination.category) == (DestinationState.DRAFT, "")
    assert not submissions_of(kit.case_of(destination).pk).exists()


def test_release_paper_frees_a_bound_graduate_but_proves_nothing():
    student = make_student(training_mode="2", target_unit="新乡县教育局", target_unit_region="410721")
    destination = kit.start(student)
    actions.choose_category(destination, "10", kit.by(student))
    actions.save_answers(destination, kit.ARCHIVE | kit.ANSWERS["10"], kit.by(student))
    actions.attach_proof(destination, "release", kit.picture(), kit.by(student))
    with pytest.raises(actions.Incomplete) as caught:
        kit.hand_in(destination)
    assert [error.code for error in caught.value.checked.errors["proof_files"]] == ["V-REQ"]
    actions.attach_proof(destination, "contract", kit.picture(), kit.by(student))
    assert kit.hand_in(destination).state == DestinationState.IN_REVIEW


@pytest.mark.parametrize("category", ["", "99", "10 ", "27", "65", "81", "82", "803"])
def test_wrong_category_is_refused(student, category):
    destination = kit.start(student)
    with pytest.raises(BadInput):
        actions.choose_category(destination, category, kit.by(student))


def test_wrong_codes_are_marked_at_their_fields(student):
    destination = kit.write(student, "10", employer_nature="ZZ", job_category="999", employer_region="990000")
    with pytest.raises(actions.Incomplete) as caught:
        kit.hand_in(destination)
    assert set(caught.value.checked.errors) == {"employer_nature", "job_category", "employer_region"}


def test_answers_of_other_categories_are_not_handed_in(student):
    destination = kit.write(student, "10")
    actions.choose_category(destination, "801", kit.by(student))
    actions.save_answers(destination, kit.ANSWERS["801"], kit.by(student))
    destination = kit.hand_in(destination)
    assert (destination.employer_name, destination.school_name) == ("", "浙江大学")
    values = submissions_of(kit.case_of(destination).pk)[0].values
    assert not [key for key in values if key.startswith("employer")]


def test_changing_to_another_category_suggests_where_the_file_goes_once(student):
    destination = kit.start(student)
    draft = actions.choose_category(destination, "10", kit.by(student))
    assert draft.values["archive_disposition"] == "1"
    draft = actions.choose_category(destination, "801", kit.by(student))
    assert draft.values["archive_disposition"] == "1"


def test_stale_draft_is_refused_and_names_the_time(student):
    destination = kit.write(student)
    actions.save_answers(destination, {"job_title": "先保存"}, kit.by(student), revision=2)
    with pytest.raises(Stale):
        actions.save_answers(destination, {"job_title": "旧页面"}, kit.by(student), revision=2)


def test_filing_in_review_cannot_be_edited(student):
    destination = kit.submit(student)
    with pytest.raises(Refused):
        actions.save_answers(destination, {"job_title": "x"}, kit.by(student))
    with pytest.raises(Refused):
        actions.attach_proof(destination, "", kit.picture(), kit.by(student))


def test_strangers_hands_are_refused(student):
    stranger, destination = make_student("陌生人"), kit.write(student)
    file = attachments_of(kit.case_of(destination).pk).present()[0]
    attempts = [
        lambda: actions.save_answers(destination, {"job_title": "x"}, kit.by(stranger)),
        lambda: actions.attach_proof(destination, "", kit.picture(), kit.by(stranger)),
        lambda: actions.remove_proof(destination, file, kit.by(stranger)),
        lambda: actions.submit_filing(destination, kit.by(stranger), declared=True),
        lambda: actions.discard_filing(destination, kit.by(stranger)),
        lambda: actions.start_filing(student, kit.by(make_student("另一人"))),
    ]
    for attempt in attempts[:-1]:
        with pytest.raises(Refused):
            attempt()
    actions.discard_filing(destination, kit.by(student))
    with pytest.raises(Refused):
        attempts[-1]()


def test_removed_proof_stays_with_the_earlier_submission(student):
    destination = kit.submit(student)
    kit.review(destination, kit.RETURN)
    case = kit.case_of(destination)
    first = attachments_of(case.pk).present()[0]
    actions.remove_proof(destination, first, kit.by(student))
    actions.attach_proof(destination, "", kit.picture(), kit.by(student))
    kit.hand_in(destination)
    one, two = submissions_of(case.pk)
    assert first in one.attachments.all()
    assert first not in two.attachments.all()
    assert two.attachments.count() == 2


def test_time_of_the_unit_of_work_dates_everything(student):
    moment = timezone.now() - datetime.timedelta(days=40)
    destination = kit.write(student, "70.1")
    destination = actions.submit_filing(destination, kit.by(student), declared=True, now=moment)
    assert destination.submitted_at == moment
    assert kit.case_of(destination).submitted_at == moment

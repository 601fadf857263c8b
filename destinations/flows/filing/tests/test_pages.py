import pytest
from django.template.loader import render_to_string
from django.utils import translation

from destinations.flows.filing import actions, pages
from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_student
from forms.answers import submission_sections
from forms.queries import submissions_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def _rows(sections):
    return {row.key: row for section in sections for row in section.rows}


def _resubmitted(**changes):
    """A filing that came back and was handed in again with *changes*; both submissions."""
    student = make_student()
    destination = kit.submit(student)
    kit.review(destination, kit.RETURN)
    actions.save_answers(destination, changes, kit.by(student))
    destination = kit.hand_in(destination)
    previous, submission = submissions_of(kit.case_of(destination).pk)
    return destination, previous, submission


def test_steps_before_a_category_is_chosen_are_the_choice_alone():
    assert [step.key for step in pages.steps_for(make_student(), {})] == ["category"]


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("10", ["category", "employer", "job", "contact", "archive", "proof", "review"]),
        ("801", ["category", "study", "archive", "proof", "review"]),
        ("85", ["category", "study", "archive", "proof", "review"]),
        ("46", ["category", "enlistment", "archive", "proof", "review"]),
        ("76", ["category", "freelance", "archive", "proof", "review"]),
        ("75.1", ["category", "startup", "archive", "proof", "review"]),
        ("70.1", ["category", "plans", "archive", "review"]),
    ],
)
def test_steps_are_those_of_the_category(category, expected):
    assert [step.key for step in pages.steps_for(make_student(), {"category": category})] == expected


def test_lonely_open_question_joins_the_page_after_it():
    steps = pages.steps_for(make_student(), {"category": "76"})
    assert "major_match" in next(step for step in steps if step.key == "freelance").fields


def test_cards_leave_out_what_does_not_fit_the_level():
    codes = {code for group in pages.category_cards(make_student()) for code in group.codes}
    assert "803" not in codes
    assert {"10", "801", "802", "85", "502", "46", "75.3", "76", "70.1"} <= codes


def test_changed_answers_carry_what_they_said_before():
    _destination, previous, submission = _resubmitted(start_salary="9500", job_title="工程师")
    rows = _rows(submission_sections(submission, previous))
    assert (rows["start_salary"].old, rows["start_salary"].text) == ("¥9,000", "¥9,500")
    assert (rows["job_title"].old, rows["job_title"].text) == ("", "工程师")
    assert not rows["employer_name"].changed


def test_answer_taken_out_is_still_shown_as_removed():
    _destination, previous, submission = _resubmitted(employer_industry="34", job_title="")
    previous.values["job_title"] = "助理"
    rows = _rows(submission_sections(submission, previous))
    assert (rows["job_title"].old, rows["job_title"].text, rows["job_title"].changed) == ("助理", "", True)


def test_empty_tick_box_says_nothing_but_a_chosen_no_does():
    student = make_student()
    destination = kit.submit(student, "70.1", needs_help=False)
    submission = submissions_of(kit.case_of(destination).pk)[0]
    assert _rows(submission_sections(submission))["needs_help"].text == "No"


def test_reviewer_sees_changes_struck_through_hints_and_warnings():
    destination, previous, submission = _resubmitted(start_salary="1000", employer_region="330106")
    destination.suspicion = [{"kind": "own_phone"}]
    html = render_to_string(
        "destinations/filing/task.html",
        {"subject": destination, "submission": submission, "previous_submission": previous},
    )
    assert "<del>" in html
    assert "¥9,000" in html
    assert "own phone number" in html
    assert "registered in another place" in html
    assert "local minimum wage" in html

import datetime

import pytest
import time_machine
from django.utils import timezone, translation

from approvals import parcel
from destinations.flows.filing.tests import kit
from destinations.queries import FLOW_KEY
from destinations.tests.kit import make_student

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def _line(destination):
    return [(line.title, line.state) for line in parcel.parcel_line(kit.case_of(destination), "In effect")]


def test_line_of_a_filing_in_review_says_what_is_done_and_what_comes():
    destination = kit.submit(make_student())
    kit.review(destination)
    assert _line(destination) == [
        ("Submitted", "done"),
        ("Counselor review", "done"),
        ("College review", "current"),
        ("University review", "waiting"),
        ("In effect", "waiting"),
    ]


def test_line_of_a_freelance_filing_shows_its_two_approvals():
    destination = kit.submit(make_student(), "76")
    assert [title for title, _state in _line(destination)][2:4] == [
        "College approval (freelance)",
        "University approval (freelance)",
    ]


def test_current_stop_names_who_has_it_and_by_when():
    destination = kit.submit(make_student())
    counselor = kit.reviewers_of(destination.student)["counselor_review"]
    stop = next(
        line for line in parcel.parcel_line(kit.case_of(destination), "In effect") if line.state == "current"
    )
    assert stop.who == counselor.name
    assert stop.due_at is not None


def test_returned_filing_lies_with_the_graduate():
    destination = kit.submit(make_student())
    kit.review(destination, kit.RETURN)
    assert _line(destination)[0] == ("With you: to be corrected", "current")


def test_correction_says_who_why_and_where():
    destination = kit.submit(make_student())
    assert parcel.correction_of(kit.case_of(destination)) is None
    kit.review(destination, kit.RETURN)
    correction = parcel.correction_of(kit.case_of(destination))
    assert (correction.text, correction.fields, correction.is_final) == (
        kit.RETURN.text,
        ("proof_files",),
        False,
    )
    assert correction.step == "Counselor review"


def test_refusal_is_final():
    destination = kit.submit(make_student())
    kit.review(destination)
    kit.review(destination)
    kit.review(destination, kit.REJECT)
    correction = parcel.correction_of(kit.case_of(destination))
    assert (correction.text, correction.is_final) == (kit.REJECT.text, True)


def test_usual_duration_is_said_once_there_are_enough_cases():
    for days in (1, 2, 3, 4, 30):
        assert parcel.usual_duration(FLOW_KEY) is None
        destination = kit.submit(make_student(), "70.1")
        with time_machine.travel(timezone.now() + datetime.timedelta(days=days, minutes=5)):
            kit.approve_all(destination)
    assert parcel.usual_duration(FLOW_KEY).days == 3
    assert parcel.usual_days(FLOW_KEY) == 4

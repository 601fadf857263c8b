import pytest
from django.utils import translation

from destinations.flows.filing import actions
from destinations.flows.filing.suspicion import hint_text
from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_class, make_student

pytestmark = pytest.mark.django_db


def _kinds(destination):
    return {part["kind"]: part.get("count") for part in destination.suspicion}


def test_ordinary_filing_has_no_hints():
    assert _kinds(kit.submit(make_student())) == {}


def test_five_others_of_the_class_at_one_employer_are_a_hint():
    for _each in range(5):
        assert "same_employer" not in _kinds(kit.submit(make_student()))
    assert _kinds(kit.submit(make_student())) == {"same_employer": 5}


def test_same_employer_in_another_class_is_no_hint():
    for _each in range(6):
        kit.submit(make_student())
    other = make_student(unit=make_class("会计2301班", "管理学院", "会计学"))
    assert _kinds(kit.submit(other)) == {}


def test_one_contact_for_two_employers_is_a_hint():
    kit.submit(make_student())
    other = {
        "employer_name": "另一家公司",
        "employer_uscc": "91110000600037341L",
        "employer_region": "110101",
    }
    assert _kinds(kit.submit(make_student(), "10", **other)) == {"same_phone": 1}


def test_own_number_as_contact_is_a_hint():
    student = make_student()
    destination = kit.submit(student, "10", employer_contact_phone=student.mobile)
    assert _kinds(destination) == {"own_phone": None}


def test_same_picture_in_two_filings_is_a_hint():
    picture = kit.picture()
    for student in (make_student(), make_student()):
        destination = kit.write(student)
        picture.seek(0)
        actions.attach_proof(destination, "", picture, kit.by(student))
        destination = kit.hand_in(destination)
    assert _kinds(destination) == {"same_file": 1}


def test_own_earlier_picture_is_no_hint():
    student, picture = make_student(), kit.picture()
    for _each in range(2):
        destination = kit.write(student)
        picture.seek(0)
        actions.attach_proof(destination, "", picture, kit.by(student))
        destination = kit.hand_in(destination)
        assert _kinds(destination) == {}
        kit.approve_all(destination)


def test_hint_speaks_the_readers_language():
    part = {"kind": "same_employer", "count": 6}
    with translation.override("en"):
        assert hint_text(part) == "6 other graduates of the class file the same employer"

import pytest
from django.db import IntegrityError, transaction
from django_fsm import TransitionNotAllowed

from destinations.models import Destination, DestinationState, student_key
from destinations.tests.kit import make_student

pytestmark = pytest.mark.django_db


def _filing(student, **fields):
    return Destination(
        student=student, cohort=student.cohort, open_key=student_key(student.pk, student.cohort), **fields
    )


def _effective(student):
    destination = _filing(student)
    destination.submit()
    destination.take_effect(1, student.graduate_on)
    destination.save()
    return destination


def test_second_open_filing_is_refused_by_the_database():
    student = make_student()
    _filing(student).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        _filing(student).save()


def test_second_effective_destination_is_refused_by_the_database():
    student = make_student()
    _effective(student)
    with pytest.raises(IntegrityError), transaction.atomic():
        _effective(student)


def test_many_closed_filings_stand_side_by_side():
    student = make_student()
    for _ in range(3):
        destination = _filing(student)
        destination.cancel()
        destination.save()
    assert Destination.objects.filter(student=student).count() == 3


def test_open_state_without_its_key_is_refused_by_the_database():
    student = make_student()
    with pytest.raises(IntegrityError), transaction.atomic():
        Destination.objects.create(student=student, cohort=student.cohort)


def test_state_cannot_be_set_by_hand():
    with pytest.raises(AttributeError):
        _filing(make_student()).state = DestinationState.EFFECTIVE


def test_superseded_version_ends_and_frees_its_place():
    student = make_student()
    old = _effective(student)
    old.supersede(student.graduate_on)
    old.save()
    new = _effective(student)
    assert (old.live_key, old.effective_to) == (None, student.graduate_on)
    assert new.state == DestinationState.EFFECTIVE


@pytest.mark.parametrize("verb", ["send_back", "take_back", "reject"])
def test_draft_cannot_be_decided(verb):
    with pytest.raises(TransitionNotAllowed):
        getattr(_filing(make_student()), verb)()


def test_effective_destination_cannot_be_cancelled():
    with pytest.raises(TransitionNotAllowed):
        _effective(make_student()).cancel()

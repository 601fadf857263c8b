"""What was handed in cannot be exchanged behind the trail's back."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from accounts.models import User
from approvals.actions import Actor, start_case, submit
from common import keyring
from forms import actions as form_actions
from forms.models import Submission
from processes.audit.verify import verify_trail
from processes.models import Task
from processes.tests.kit import KEY, ScratchFlow

SCHEMA = {"key": "scratch", "title": "Scratch", "title_zh": "试填"}


@pytest.fixture
def submission(flow: ScratchFlow, django_db_setup: None) -> Submission:
    """A case whose submission the trail commits to."""
    student: User = flow.students(1)[0]
    case = start_case(KEY, student, Actor(student))
    version = form_actions.current_version("scratch", SCHEMA)
    handed_in = form_actions.submit(case.pk, version, {}, by=student)
    note = {"submission": handed_in.number, "digest": handed_in.digest}
    submit(Task.objects.get(process=case).pk, Actor(student), note=note)
    return handed_in


def change(column: str, value: str) -> None:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(column)
        cursor.execute(f"UPDATE forms_submission SET {name} = %s", [value])


def test_untouched_submission_is_intact(submission: Submission) -> None:
    assert verify_trail().fault is None


@pytest.mark.parametrize(
    ("column", "value"), [("salt", "00" * 32), ("digest", "0" * 64), ("values", "1:rubbish")]
)
def test_changed_submission_is_named(submission: Submission, column: str, value: str) -> None:
    change(column, value)
    fault = verify_trail().fault
    assert fault is not None
    assert "Submission 1" in fault.message
    assert fault.event


def test_wrong_data_key_is_named_instead_of_claiming_that_somebody_changed_the_values(
    submission: Submission, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with other_key(settings), pytest.raises(SystemExit):
        call_command("verify_audit")
    said = capsys.readouterr().err
    assert said.startswith("CANNOT TELL: None of the 1 stored submissions can be read with this DATA_KEY.")
    assert verify_trail().fault is None


def test_one_value_under_another_key_is_a_change(
    submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    student = User.objects.get(pk=submission.submitted_by_id)
    foreign = keyring.DataCipher(keyring.DERIVED, "1:", keyring.AES, AESGCM(bytes(32)))
    with monkeypatch.context() as patched:
        patched.setattr(keyring, "current", lambda: foreign)
        form_actions.submit(submission.case_id, submission.form_version, {}, by=student)
    fault = verify_trail().fault
    assert fault is not None
    assert (fault.is_undecided, "Submission 2" in fault.message) == (False, True)


@contextmanager
def other_key(settings: Settings) -> Iterator[None]:
    """The system with a key that is not its own."""
    kept, settings.DATA_KEY = settings.DATA_KEY, "another key"
    keyring.forget()
    try:
        yield
    finally:
        settings.DATA_KEY = kept
        keyring.forget()


def test_removed_submission_is_named(submission: Submission) -> None:
    Submission.objects.all().delete()
    fault = verify_trail().fault
    assert fault is not None
    assert fault.message == "Submission 1 was removed."

"""What was handed in cannot be exchanged behind the trail's back."""

import pytest
from django.db import connection

from accounts.models import User
from approvals.actions import Actor, start_case, submit
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


def test_removed_submission_is_named(submission: Submission) -> None:
    Submission.objects.all().delete()
    fault = verify_trail().fault
    assert fault is not None
    assert fault.message == "Submission 1 was removed."

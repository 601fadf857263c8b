"""A small season in which every course is taken once: each filing ends where its plan leads."""

import datetime
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import Appointment
from accounts.roles import Role
from destinations.flows.filing.actions import case_of
from destinations.models import Destination
from destinations.season.employers import draw_employers
from destinations.season.plans import COURSES, LAST_DAY, Plan
from destinations.season.play import play
from destinations.season.players import enlist
from destinations.season.staff import Staffing
from destinations.season.stage import Stage
from destinations.tests.season_kit import load_cohort
from forms.models import Attachment, Submission
from processes.models import Event, Task
from students.models import Student
from students.season.tables import seeded

pytestmark = pytest.mark.django_db

STARTS_ON = datetime.date(2026, 9, 7)
ENDS: dict[str, list[tuple[str, str, int]]] = {
    "straight": [("11", "effective", 1)],
    "returned": [("11", "effective", 2)],
    "returned_by_college": [("11", "effective", 2)],
    "returned_by_university": [("11", "effective", 2)],
    "returned_to_college": [("11", "effective", 1)],
    "returned_twice": [("11", "effective", 3)],
    "returned_and_left": [("11", "returned", 1)],
    "withdrawn": [("11", "effective", 2)],
    "withdrawn_and_left": [("11", "draft", 1)],
    "discarded": [("11", "cancelled", 1)],
    "rejected": [("11", "rejected", 1)],
    "rejected_then_refiled": [("11", "rejected", 1), ("11", "effective", 1)],
    "changed": [("70.1", "superseded", 1), ("11", "effective", 1)],
    "draft": [("", "draft", 0)],
    "confirmed_only": [],
    "idle": [],
}
OTHERS = {
    "straight": "76",
    "returned_by_university": "76",
    "returned_to_college": "76",
    "rejected": "76",
    "returned": "70.1",
}


@pytest.fixture(scope="module")
def played(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Student]]:
    """Course (and category, where it is not 11) -> who took it; one season for all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_cohort(tmp_path_factory.mktemp("season"))
        yield play_every_course()
        transaction.set_rollback(True)


def play_every_course() -> dict[str, Student]:
    plans = [(course, "11") for course in COURSES] + list(OTHERS.items())
    students = Student.objects.select_related("unit", "user").filter(training_mode="1").order_by("student_no")
    cast = {
        f"{course} {category}".removesuffix(" 11"): (student, Plan(COURSES[course], category, 1, 7))
        for (course, category), student in zip(plans, students, strict=False)
    }
    players = [enlist(student, plan, "软件工程", seeded(name)) for name, (student, plan) in cast.items()]
    stage = Stage(STARTS_ON, draw_employers(40, 7))
    reviewers = Staffing(STARTS_ON, seeded("staff")).reviewers([player.student for player in players])
    play(stage, players, reviewers)
    assert stage.failures == []
    return {name: student for name, (student, _plan) in cast.items()}


def filings_of(student: Student) -> list[Destination]:
    return list(Destination.objects.filter(student=student).order_by("id"))


def steps_of(destination: Destination) -> list[tuple[str, str]]:
    """(step, outcome) of everything people did on the filing, in order."""
    tasks = Task.objects.filter(process__subject_id=destination.pk).exclude(outcome="")
    return list(tasks.order_by("finished").values_list("node_id", "outcome"))


@pytest.mark.parametrize("course", COURSES)
def test_each_course_ends_as_planned(played: dict[str, Student], course: str) -> None:
    ends = [(d.category, str(d.state), d.submission_number) for d in filings_of(played[course])]
    assert ends == ENDS[course]


def test_only_the_idle_leave_their_record_unconfirmed(played: dict[str, Student]) -> None:
    confirmed = {name for name, student in played.items() if Student.objects.get(pk=student.pk).is_confirmed}
    assert set(played) - confirmed == {"idle"}


def test_a_return_to_the_college_goes_on_from_there(played: dict[str, Student]) -> None:
    assert steps_of(filings_of(played["returned_to_college"])[0]) == [
        ("file", "submit"),
        ("counselor_review", "approve"),
        ("college_review", "approve"),
        ("university_review", "return"),
        ("college_review", "approve"),
        ("university_review", "approve"),
    ]


def test_a_new_job_replaces_the_first_filing(played: dict[str, Student]) -> None:
    before, after = filings_of(played["changed"])
    assert (after.replaces_id, before.version, after.version) == (before.pk, 1, 2)
    assert before.effective_to == after.effective_from


def test_freelance_work_bears_two_names(played: dict[str, Student]) -> None:
    (filing,) = filings_of(played["straight 76"])
    named = {
        appointment.role: appointment.user.name
        for appointment in Appointment.objects.filter(
            role__in=(Role.COLLEGE_DEPUTY_SECRETARY, Role.CAREER_CENTER_DIRECTOR)
        ).select_related("user")
    }
    assert filing.approved_by_college == named[Role.COLLEGE_DEPUTY_SECRETARY]
    assert filing.approved_by_university == named[Role.CAREER_CENTER_DIRECTOR]


def test_freelance_work_is_returned_and_rejected_at_its_own_steps(played: dict[str, Student]) -> None:
    assert ("university_approval_freelance", "return") in steps_of(
        filings_of(played["returned_by_university 76"])[0]
    )
    assert ("university_approval_freelance", "reject") in steps_of(filings_of(played["rejected 76"])[0])


def test_freelance_work_has_no_college_step_to_return_to(played: dict[str, Student]) -> None:
    (filing,) = filings_of(played["returned_to_college 76"])
    assert (filing.state, filing.submission_number) == ("effective", 2)


def test_a_new_picture_is_added_when_the_proof_was_marked(played: dict[str, Student]) -> None:
    (filing,) = filings_of(played["returned"])
    (returned,) = Event.objects.filter(case__subject_id=filing.pk, kind="returned")
    assert returned.content["fields"] == ["proof_files"]
    first, second = Submission.objects.filter(case_id=case_of(filing).pk)
    assert not set(first.attachments.all()) & set(second.attachments.all())


def test_everything_happens_on_the_clock_of_the_season(played: dict[str, Student]) -> None:
    ends = STARTS_ON + datetime.timedelta(days=LAST_DAY)
    for moment in Event.objects.values_list("at", flat=True):
        assert STARTS_ON <= timezone.localdate(moment) <= ends
    for moment in Submission.objects.values_list("submitted_at", flat=True):
        assert STARTS_ON <= timezone.localdate(moment) <= ends


def test_reviewers_work_in_the_morning_of_workdays(played: dict[str, Student]) -> None:
    decided = Task.objects.filter(outcome__in=("approve", "return", "reject")).values_list(
        "finished", flat=True
    )
    for moment in map(timezone.localtime, decided):
        assert moment.weekday() < 5
        assert 8 <= moment.hour < 12


def test_no_two_graduates_upload_the_same_file(played: dict[str, Student]) -> None:
    hashes = list(Attachment.objects.values_list("sha256", flat=True))
    assert hashes
    assert len(set(hashes)) == len(hashes)


def test_the_trail_of_the_season_verifies(
    played: dict[str, Student], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_audit")
    assert str(Event.objects.count()) in capsys.readouterr().out.replace(",", "")

import csv
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import F

from accounts.models import Appointment, Unit, User
from accounts.roles import Role
from common.demo import PASSWORD
from common.errors import Refused
from destinations.demo import FOLDER, UNCONFIRMED, load_demo
from destinations.models import Destination
from destinations.tests.kit import make_student
from employers.models import Employer
from processes.models import Task
from students.models import Student
from students.season.classes import programmes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_demo_has_a_person_for_every_role_and_something_in_every_inbox():
    sign_ins = load_demo()
    assert set(Appointment.objects.values_list("role", flat=True)) == set(Role.values) - {
        Role.SYSTEM_AND_SECURITY
    }
    reviewing = {
        "counselor_review",
        "college_review",
        "university_review",
        "college_approval_freelance",
        "university_approval_freelance",
        "review",
        "choose",
        "venue",
        "security",
    }
    waiting = set(Task.objects.filter(finished=None).exclude(unit=None).values_list("node_id", flat=True))
    assert waiting == reviewing
    states = set(Destination.objects.values_list("state", flat=True))
    assert states == {"draft", "in_review", "returned", "effective", "rejected"}
    talks = set(apps.get_model("talks", "Talk").objects.values_list("state", flat=True))
    assert talks == {"draft", "applied", "offered", "published"}
    assert set(Employer.objects.values_list("state", flat=True)) == {"applied", "approved", "returned"}
    for sign_in in sign_ins:
        assert User.objects.get(username=sign_in.username).check_password(PASSWORD)


def test_no_task_of_the_demo_ends_before_it_opened():
    load_demo()
    assert not Task.objects.filter(finished__lt=F("created")).exists()


def test_demo_loaded_again_changes_nothing():
    load_demo()
    before = [model.objects.count() for model in (User, Student, Destination, Employer, Appointment, Task)]
    load_demo()
    assert [
        model.objects.count() for model in (User, Student, Destination, Employer, Appointment, Task)
    ] == before


def test_demo_leaves_the_school_of_somebody_else_alone():
    make_student()
    before = [model.objects.count() for model in (User, Student, Unit, Appointment)]
    with pytest.raises(Refused, match="other graduates"):
        load_demo()
    assert [model.objects.count() for model in (User, Student, Unit, Appointment)] == before


def test_demo_is_completed_without_graduates_who_were_taken_out():
    load_demo()
    Student.objects.get(student_no=UNCONFIRMED).delete()
    assert UNCONFIRMED not in {sign_in.username for sign_in in load_demo()}


def test_demo_classes_lie_where_a_season_has_them_too():
    """Otherwise a season imported beside the demo is refused in rows that are not spoilt."""
    colleges: dict[str, set[str]] = {}
    for programme in programmes():
        colleges.setdefault(programme.name, set()).add(programme.college)
    with (FOLDER / "graduates.csv").open(encoding="utf-8-sig", newline="") as file:
        places = {(row["专业"], row["院系"]) for row in csv.DictReader(file)}
    assert [place for place in places if place[1] not in colleges.get(place[0], {place[1]})] == []


def test_demo_is_refused_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("load_demo", stdout=StringIO())
    assert not User.objects.exists()


def test_command_prints_every_sign_in_under_the_password():
    printed = StringIO()
    call_command("load_demo", stdout=printed)
    lines = printed.getvalue().splitlines()
    assert PASSWORD in lines[0]
    assert len(lines) == 2 + 28

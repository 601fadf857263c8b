from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Appointment, User
from accounts.roles import Role
from common.demo import PASSWORD
from destinations.demo import load_demo
from destinations.models import Destination
from employers.models import Employer
from processes.models import Task
from students.models import Student

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_demo_has_a_person_for_every_role_and_something_in_every_inbox():
    sign_ins = load_demo()
    assert set(Appointment.objects.values_list("role", flat=True)) == set(Role.values)
    reviewing = {
        "counselor_review",
        "college_review",
        "university_review",
        "college_approval_freelance",
        "university_approval_freelance",
        "review",
    }
    waiting = set(Task.objects.filter(finished=None).exclude(unit=None).values_list("node_id", flat=True))
    assert waiting == reviewing
    states = set(Destination.objects.values_list("state", flat=True))
    assert states == {"draft", "in_review", "returned", "effective", "rejected"}
    assert set(Employer.objects.values_list("state", flat=True)) == {"applied", "approved", "returned"}
    for sign_in in sign_ins:
        assert User.objects.get(username=sign_in.username).check_password(PASSWORD)


def test_demo_loaded_again_changes_nothing():
    load_demo()
    before = [model.objects.count() for model in (User, Student, Destination, Employer, Appointment, Task)]
    load_demo()
    assert [
        model.objects.count() for model in (User, Student, Destination, Employer, Appointment, Task)
    ] == before


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
    assert len(lines) == 2 + 21

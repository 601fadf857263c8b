"""People are added and appointed; what has been is not rewritten; every act leaves a line in the trail."""

import datetime

import pytest
import time_machine
from django.utils import timezone, translation

from accounts.actions import add_unit
from accounts.actions import appoint as hold
from accounts.models import Unit, UnitKind, User
from accounts.organisation.trail import events_of
from accounts.personnel import actions, rules
from accounts.personnel.forms import AppointForm
from accounts.queries import roles_of
from accounts.rights.officers import seat
from accounts.roles import OFFICERS, Role
from common.errors import BadInput, Refused

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def school() -> Unit:
    return add_unit(None, UnitKind.UNIVERSITY, "启程大学")


@pytest.fixture
def college(school) -> Unit:
    return add_unit(school, UnitKind.COLLEGE, "计算机学院", code="01")


@pytest.fixture
def keeper(school) -> User:
    person = User.objects.create_user("T001", "刘老师", "x")
    hold(person, Role.UNIVERSITY_OFFICER, school, starts_on=datetime.date(2020, 1, 1))
    return person


@pytest.fixture
def person(keeper) -> User:
    return actions.add_person("T002", "陈静", keeper, mobile="15400000001", email="chen@example.com")


def appoint(person, role, unit, keeper, first=0, last=None):
    today = timezone.localdate()
    days = {"starts_on": today + first * DAY, "ends_on": None if last is None else today + last * DAY}
    return actions.appoint(person, role, unit, keeper, reason="校发〔2026〕8号", **days)


def test_number_of_somebody_is_not_given_to_a_second_person(person, keeper):
    with pytest.raises(BadInput):
        actions.add_person("T002", "别人", keeper)
    assert User.objects.filter(username="T002").count() == 1


def test_appointment_lets_somebody_work_from_its_first_day_to_its_last(person, college, keeper):
    appoint(person, Role.COLLEGE_OFFICER, college, keeper, first=1, last=3)
    held = []
    for days in range(6):
        with time_machine.travel(timezone.now() + days * DAY, tick=False):
            held.append(bool(roles_of(User.objects.get(pk=person.pk))))
    assert held == [False, True, True, True, False, False]


@pytest.mark.parametrize(
    ("role", "kind", "allowed"),
    [
        (Role.COUNSELOR, UnitKind.COLLEGE, True),
        (Role.COUNSELOR, UnitKind.UNIVERSITY, False),
        (Role.COLLEGE_OFFICER, UnitKind.UNIVERSITY, False),
        (Role.VENUE_KEEPER, UnitKind.COLLEGE, False),
        (Role.VENUE_KEEPER, UnitKind.UNIVERSITY, True),
        (Role.DATA_OFFICER, UnitKind.COLLEGE, True),
    ],
)
def test_every_role_has_its_level(person, college, keeper, role, kind, allowed):
    assert bool(rules.can_hold(role, Unit.objects.get(kind=kind))) is allowed


def test_same_post_is_not_held_twice_on_a_day(person, college, keeper):
    appoint(person, Role.COLLEGE_OFFICER, college, keeper, first=0, last=5)
    with pytest.raises(Refused):
        appoint(person, Role.COLLEGE_OFFICER, college, keeper, first=5)
    appoint(person, Role.COLLEGE_OFFICER, college, keeper, first=6)
    assert person.appointments.count() == 2


def test_end_is_brought_forward_and_put_off_but_not_into_the_past(person, college, keeper):
    post, today = appoint(person, Role.COLLEGE_OFFICER, college, keeper, first=-30), timezone.localdate()
    with pytest.raises(Refused):
        actions.change_end(post, today - 2 * DAY, keeper, reason="调离")
    actions.change_end(post, today, keeper, reason="调离")
    actions.change_end(post, today + 9 * DAY, keeper, reason="延期交接")
    post.refresh_from_db()
    assert post.ends_on == today + 9 * DAY
    assert [event.kind for event in events_of(person)] == ["prolonged", "ended", "appointed", "added"]
    assert events_of(person)[1].content["reason"] == "调离"
    assert events_of(person)[1].actor_id == keeper.pk


def test_last_person_who_can_appoint_stays(school, keeper, person):
    post, today = keeper.appointments.get(), timezone.localdate()
    with pytest.raises(Refused), translation.override("en"):
        actions.change_end(post, today, keeper, reason="调离")
    appoint(person, Role.CAREER_CENTER_DIRECTOR, school, keeper)
    actions.change_end(post, today, keeper, reason="调离")


def test_first_password_works_for_whoever_never_signed_in_and_nobody_else(person, keeper, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    [(_person, password)] = actions.issue_passwords([person], keeper)
    person.refresh_from_db()
    assert (person.check_password(password), person.must_change_password) == (True, True)
    User.objects.filter(pk=person.pk).update(last_login=timezone.now())
    with pytest.raises(Refused):
        actions.issue_passwords([User.objects.get(pk=person.pk)], keeper)
    assert User.objects.get(pk=person.pk).check_password(password)


def test_phone_and_mail_are_not_readable_in_the_table(person):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile, email FROM accounts_staffrecord")
        stored = cursor.fetchone()
    assert "15400000001" not in stored[0]
    assert "example.com" not in stored[1]
    assert person.staff_record.mobile == "15400000001"


def test_officers_are_seated_elsewhere_and_get_nothing_beside(person, school, college, keeper):
    offered = {value for value, _label in AppointForm().fields["role"].choices}
    assert offered.isdisjoint(OFFICERS)
    with pytest.raises(Refused, match="三员须在"):
        appoint(person, Role.AUDITOR, school, keeper)
    seat(person, Role.AUDITOR, None)
    with pytest.raises(Refused, match="do no business"), translation.override("en"):
        appoint(person, Role.COLLEGE_OFFICER, college, keeper)
    assert person.appointments.get().role == Role.AUDITOR


def test_one_person_neither_ends_a_seat_nor_gets_into_the_account_of_an_officer(person, school, keeper):
    held, today = seat(person, Role.AUDITOR, None), timezone.localdate()
    with pytest.raises(Refused, match="two people"), translation.override("en"):
        actions.change_end(held, today + 9 * DAY, keeper, reason="调离")
    with pytest.raises(Refused, match="administrator"), translation.override("en"):
        actions.issue_passwords([person], keeper)
    assert not User.objects.get(pk=person.pk).has_usable_password()

"""Three officers, one seat a person, held by the database and by words."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.actions import appoint
from accounts.models import Appointment, UnitKind
from accounts.queries import has_right, held_by, roles_of
from accounts.rights import officers, second_person
from accounts.rights.catalogue import Right
from accounts.rights.groups import make_group, place
from accounts.rights.models import RightsChange
from accounts.roles import OFFICERS, STAFF, Role
from accounts.tests.conftest import new_unit
from accounts.tests.rights_kit import again, officer, root, secadmin, staff
from common.errors import BadInput, Refused

pytestmark = pytest.mark.django_db
PAIRS = [(one, other) for one in sorted(OFFICERS) for other in sorted(OFFICERS)]


def raw(user, role, **more):
    return Appointment(user=user, role=role, unit=root(), **more)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_database_refuses_a_second_seat(one, other):
    person = officer(Role.SECADMIN, "任何人")
    Appointment.objects.all().delete()
    note = {role: {"risk_note": "小校"} if role == Role.SYSTEM_AND_SECURITY else {} for role in (one, other)}
    raw(person, one, **note[one]).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        raw(person, other, starts_on="2020-01-01", **note[other]).save()
    assert Appointment.objects.count() == 1


def test_database_refuses_an_officer_written_past_the_seat():
    person = officer(Role.AUDITOR, "审计员")
    rows = Appointment.objects.filter(user=person)
    other = staff("别人")
    appoint(other, Role.COUNSELOR, root())
    for change in ({"seat": None}, {"ends_on": "2099-01-01"}, {"seat": other}, {"risk_note": "无"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(user=other).update(role=Role.SECADMIN)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(user=other).update(role=Role.SYSTEM_AND_SECURITY, seat=other)


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_officer_is_told_why_there_is_no_second_seat(role):
    person = secadmin("秦岚")
    with translation.override("en"), pytest.raises(Refused) as refusal:
        officers.seat(person, role, None)
    assert str(refusal.value) == "秦岚 is the Security administrator. Nobody holds two of the three."


def test_who_does_business_is_not_seated_and_who_sits_gets_no_business():
    person, seated = staff("刘芳"), secadmin("方正清")
    appoint(person, Role.UNIVERSITY_OFFICER, root())
    with translation.override("en"):
        assert (
            str(officers.can_sit(person, Role.AUDITOR).reason)
            == "刘芳 is appointed: Career center officer. Officers do no business; end that first."
        )
        with pytest.raises(Refused, match="officers do no business"):
            appoint(seated, Role.COUNSELOR, root())
        with pytest.raises(Refused, match="by two people"):
            appoint(person, Role.AUDITOR, root())
    group = make_group("查看", "", [Right.SEE_STUDENTS], seated)
    other = staff("组员")
    place(other, group, root(), seated)
    assert not officers.can_sit(other, Role.SYSADMIN)
    with pytest.raises(Refused):
        place(officer(Role.SYSADMIN, "系统员"), group, root(), seated)


def test_business_of_an_officer_rests_even_if_somebody_wrote_it_into_the_database():
    person = secadmin()
    Appointment.objects.create(user=person, role=Role.UNIVERSITY_OFFICER, unit=root())
    assert roles_of(again(person)) == {Role.SECADMIN}
    assert [held.role for held in held_by(again(person))] == [Role.SECADMIN]
    assert [right for right in Right if has_right(again(person), right)] == []


@pytest.mark.parametrize("role", sorted(OFFICERS))
def test_officer_is_no_staff_and_has_no_right_to_business(role, settings):
    settings.SMALL_SCHOOL = True
    officer(Role.SECADMIN, "第一位")
    person = staff("在任者")
    officers.seat(person, role, None, risk_note="编制不足")
    assert roles_of(person).isdisjoint(STAFF)
    assert [right for right in Right if has_right(person, right)] == []


def test_large_school_knows_no_two_in_one():
    secadmin()
    assert Role.SYSTEM_AND_SECURITY not in officers.open_seats()
    with pytest.raises(Refused):
        officers.seat(staff("身兼两职"), Role.SYSTEM_AND_SECURITY, None, risk_note="编制不足")


def test_two_in_one_of_a_small_school_leaves_the_risk_on_record(settings):
    settings.SMALL_SCHOOL = True
    secadmin()
    person = staff("身兼两职")
    with pytest.raises(BadInput):
        officers.seat(person, Role.SYSTEM_AND_SECURITY, None)
    officers.seat(person, Role.SYSTEM_AND_SECURITY, None, risk_note="编制不足, 由审计每月复核")
    assert roles_of(person) >= {Role.SYSADMIN, Role.SECADMIN}
    assert RightsChange.objects.get(subject=person).detail["note"] == "编制不足, 由审计每月复核"
    assert not officers.can_sit(person, Role.AUDITOR)


def test_seat_is_given_by_two_people_and_recorded_with_both():
    asker, second, person = secadmin("甲"), secadmin("乙"), staff("丙")
    operation = officers.ask_to_seat(person, Role.AUDITOR, asker, reason="前任退休")
    assert roles_of(again(person)) == frozenset()
    second_person.confirm(operation.pk, second, ip="10.0.0.9")
    assert roles_of(again(person)) == {Role.AUDITOR}
    line = RightsChange.objects.filter(action="seated", subject=person).get()
    assert (line.by, line.second, line.ip) == (asker, second, "10.0.0.9")


def test_what_changed_in_between_is_looked_at_again():
    asker, second, person = secadmin("甲"), secadmin("乙"), staff("丙")
    operation = officers.ask_to_seat(person, Role.AUDITOR, asker, reason="前任退休")
    appoint(person, Role.COUNSELOR, root())
    with pytest.raises(Refused):
        second_person.confirm(operation.pk, second)
    operation.refresh_from_db()
    assert operation.is_waiting
    assert roles_of(again(person)) == {Role.COUNSELOR}


def test_last_one_who_gives_roles_or_reads_records_stays():
    only, auditor, system = secadmin("甲"), officer(Role.AUDITOR, "审计"), officer(Role.SYSADMIN, "系统")
    with translation.override("en"):
        verdict = officers.can_be_unseated(only.officer)
        assert str(verdict.reason) == "甲 is the last Security administrator. Seat somebody else first."
    assert not officers.can_be_unseated(auditor.officer)
    assert officers.can_be_unseated(system.officer)
    secadmin("乙")
    assert officers.can_be_unseated(only.officer)


def test_seat_that_was_taken_back_is_free_for_another_one():
    asker, second, person = secadmin("甲"), secadmin("乙"), officer(Role.SYSADMIN, "丙")
    operation = officers.ask_to_unseat(person.officer, asker, reason="轮岗")
    second_person.confirm(operation.pk, second)
    assert roles_of(again(person)) == frozenset()
    officers.seat(person, Role.AUDITOR, None)
    assert roles_of(again(person)) == {Role.AUDITOR}


def test_command_seats_the_first_one_and_says_why_not(capsys):
    new_unit(None, UnitKind.UNIVERSITY, "启程大学")
    person = staff("方正清")
    call_command("seat_officer", person.username, "secadmin")
    assert roles_of(again(person)) == {Role.SECADMIN}
    assert RightsChange.objects.get().by is None
    for arguments in (["nobody", "secadmin"], [person.username, "auditor"]):
        with pytest.raises(CommandError):
            call_command("seat_officer", *arguments)

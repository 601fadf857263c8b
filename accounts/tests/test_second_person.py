"""What nobody does alone."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions import appoint
from accounts.queries import roles_of
from accounts.rights import officers, second_person
from accounts.rights.models import Operation, OperationState, RightsChange
from accounts.roles import Role
from accounts.tests.rights_kit import again, officer, root, secadmin, staff
from common.errors import BadInput, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker():
    return secadmin("甲")


@pytest.fixture
def operation(asker):
    return officers.ask_to_seat(staff("丙"), Role.AUDITOR, asker, reason="前任退休")


def test_nobody_confirms_what_they_asked_for(operation, asker):
    with pytest.raises(Refused):
        second_person.confirm(operation.pk, asker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Operation.objects.update(state=OperationState.DONE, decided_by=asker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Operation.objects.update(state=OperationState.DONE)
    assert roles_of(again(operation.subject)) == frozenset()


def test_nobody_confirms_what_is_about_themselves(asker):
    director = staff("主任")
    operation = officers.ask_to_seat(director, Role.SYSADMIN, asker, reason="临时")
    appoint(director, Role.CAREER_CENTER_DIRECTOR, root())
    assert not second_person.can_confirm(director, operation)
    assert second_person.can_confirm(secadmin("乙"), operation)


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.AUDITOR])
def test_other_officers_do_not_confirm(operation, role):
    with pytest.raises(Refused):
        second_person.confirm(operation.pk, officer(role, "别的"))
    with pytest.raises(Refused):
        second_person.decline(operation.pk, officer(role, "另外的"), answer="不同意")


def test_director_may_be_the_second_person(operation):
    director = staff("主任")
    appoint(director, Role.CAREER_CENTER_DIRECTOR, root())
    second_person.confirm(operation.pk, director)
    assert roles_of(again(operation.subject)) == {Role.AUDITOR}


def test_same_is_not_asked_for_twice_until_it_was_answered(operation, asker):
    def ask():
        return officers.ask_to_seat(operation.subject, Role.AUDITOR, asker, reason="再来一次")

    with pytest.raises(Refused):
        ask()
    second_person.withdraw(operation.pk, asker)
    assert ask().is_waiting


def test_no_and_withdrawal_change_nothing_and_are_recorded(operation, asker):
    second = secadmin("乙")
    with pytest.raises(BadInput):
        second_person.decline(operation.pk, second, answer="  ")
    with pytest.raises(Refused):
        second_person.withdraw(operation.pk, second)
    second_person.decline(operation.pk, second, answer="材料不齐")
    assert roles_of(again(operation.subject)) == frozenset()
    assert RightsChange.objects.filter(action="declined", by=second).exists()
    for late in (second_person.confirm, second_person.withdraw):
        with pytest.raises(Refused):
            late(operation.pk, second)


def test_what_waited_too_long_is_asked_for_again(operation):
    fresh = timezone.now() - second_person.HOLDS_FOR + datetime.timedelta(hours=1)
    Operation.objects.update(asked_at=fresh)
    second = secadmin("乙")
    assert second_person.can_confirm(second, Operation.objects.get())
    Operation.objects.update(asked_at=fresh - datetime.timedelta(hours=2))
    assert not second_person.can_confirm(second, Operation.objects.get())
    assert second_person.can_decline(second, Operation.objects.get())


def test_reason_is_asked_for(asker):
    with pytest.raises(BadInput):
        officers.ask_to_seat(staff("丙"), Role.AUDITOR, asker, reason=" ")
    assert not Operation.objects.exists()


def test_record_of_rights_is_never_altered(operation):
    line = RightsChange.objects.latest("id")
    for alter in (
        line.save,
        line.delete,
        RightsChange.objects.all().delete,
        lambda: RightsChange.objects.update(ip="1.1.1.1"),
    ):
        with pytest.raises(TypeError):
            alter()

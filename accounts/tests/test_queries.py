import datetime

from accounts.actions import appoint
from accounts.models import Appointment, UnitKind, User
from accounts.posts import pools_of
from accounts.queries import appointments_of, held_by, holders, roles_of, unit_at, units_in_scope, university
from accounts.roles import Role
from accounts.tests.conftest import new_unit

DAY = datetime.timedelta(days=1)


def test_appointment_counts_from_its_first_to_its_last_day(counselor):
    first, last = datetime.date(2027, 3, 1), datetime.date(2027, 6, 30)
    counselor.appointments.update(starts_on=first, ends_on=last)
    held = [day for day in (first - DAY, first, last, last + DAY) if appointments_of(counselor, day)]
    assert held == [first, last]


def test_what_somebody_holds_today_is_read_alike_for_everybody_and_on_every_day(
    counselor, college, monkeypatch
):
    first, last = datetime.date(2027, 3, 1), datetime.date(2027, 6, 30)
    counselor.appointments.update(starts_on=first, ends_on=last)
    dean = User.objects.create_user("T002", "李老师")
    appoint(dean, Role.COUNSELOR, university())
    found = []
    for day in (first - DAY, first, last, last + DAY):
        monkeypatch.setattr("accounts.queries.timezone.localdate", lambda day=day: day)
        for person in (counselor, dean):
            fresh = User.objects.get(pk=person.pk)
            assert held_by(fresh) == list(appointments_of(fresh, day))
            found.append([(each.role, each.unit.name, each.in_group) for each in held_by(fresh)])
    one, other = [("counselor", college.name, False)], [("counselor", university().name, False)]
    begun = Appointment.objects.get(user=dean).starts_on
    others = [other if day >= begun else [] for day in (first - DAY, first, last, last + DAY)]
    assert found[::2] == [[], one, one, []]
    assert found[1::2] == others


def test_roles_are_asked_once_per_person_object(counselor, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert roles_of(counselor) == roles_of(counselor) == {Role.COUNSELOR}


def test_scope_is_the_unit_and_everything_under_it(counselor, college):
    major = new_unit(college, UnitKind.MAJOR, "软件工程")
    grade = new_unit(major, UnitKind.CLASS, "软件2301")
    other = new_unit(university(), UnitKind.COLLEGE, "计算机学院")
    scope = set(units_in_scope(counselor))
    assert scope == {college, major, grade}
    assert other not in scope
    assert pools_of(counselor) == {Role.COUNSELOR: sorted([college.pk, major.pk, grade.pk])}


def test_nobody_without_appointment_has_a_scope(graduate, college):
    assert list(units_in_scope(graduate)) == []
    assert pools_of(graduate) == {}


def test_scope_can_be_asked_for_one_role(counselor, college):
    assert list(units_in_scope(counselor, [Role.DATA_OFFICER])) == []
    assert list(units_in_scope(counselor, [Role.COUNSELOR])) == [college]


def test_holders_stand_at_the_unit_or_above_it_nearest_first(counselor, college):
    root = university()
    dean = User.objects.create_user("T002", "李老师")
    appoint(dean, Role.COUNSELOR, root)
    assert list(holders(Role.COUNSELOR, college)) == [counselor, dean]
    assert list(holders(Role.COUNSELOR, root)) == [dean]


def test_closed_account_holds_nothing(counselor, college):
    User.objects.update(is_active=False)
    assert list(holders(Role.COUNSELOR, college)) == []


def test_unit_at_climbs_to_the_level_asked_for(college):
    major = new_unit(college, UnitKind.MAJOR, "软件工程")
    assert unit_at(major, UnitKind.COLLEGE) == college
    assert unit_at(major, UnitKind.CLASS) is None

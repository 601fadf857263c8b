"""User groups: rights for a unit and everything under it, in force at the next request."""

import pytest
from guardian.shortcuts import get_objects_for_user

from accounts.models import Unit, UnitKind
from accounts.queries import has_right, roots_of, university
from accounts.rights import groups, queries, second_person
from accounts.rights.catalogue import FACTS, NEEDS, ROOMS, Right
from accounts.rights.models import Operation, RightsChange, UnitRight, UserGroup
from accounts.rights.words import said_change
from accounts.tests.conftest import new_unit
from accounts.tests.rights_kit import again, root, secadmin, staff
from common.errors import BadInput, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return secadmin()


@pytest.fixture
def college(by) -> Unit:
    return new_unit(root(), UnitKind.COLLEGE, "软件学院")


@pytest.fixture
def viewers(by) -> UserGroup:
    return groups.make_group("查看学生", "学院秘书", [Right.SEE_STUDENTS], by)


def change(group, by, rights, *, is_active=True, reason="工作需要", name=None):
    return groups.change_group(
        group, by, name=name or group.name, note="", rights=rights, is_active=is_active, reason=reason
    )


def test_every_right_stands_in_one_room_of_the_catalogue():
    listed = [right for _room, rights in ROOMS for right in rights]
    assert sorted(listed) == sorted(Right)
    assert set(FACTS) == set(Right) >= set(NEEDS)


def test_member_has_the_right_in_the_unit_and_under_it_alone(by, college, viewers):
    grade = new_unit(college, UnitKind.CLASS, "软件2301")
    other = new_unit(university(), UnitKind.COLLEGE, "外国语学院")
    person = staff("秘书")
    assert groups.place(person, viewers, college, by) is None
    person = again(person)
    assert roots_of(person, Right.SEE_STUDENTS) == [college]
    covered = [has_right(person, Right.SEE_STUDENTS, unit) for unit in (college, grade, other, root())]
    assert covered == [True, True, False, False]
    assert not has_right(person, Right.REVEAL_STUDENTS)
    assert list(get_objects_for_user(person, "accounts.see_students", Unit)) == [college]
    assert person.has_perm("accounts.see_students", college)


def test_right_of_the_whole_school_counts_at_the_university_alone(by, college):
    group = groups.make_group("宣讲日历", "", [Right.SEE_TALKS], by)
    here, there = staff("甲"), staff("乙")
    groups.place(here, group, root(), by)
    groups.place(there, group, college, by)
    assert (has_right(here, Right.SEE_TALKS), has_right(there, Right.SEE_TALKS)) == (True, False)


def test_change_holds_from_the_next_request_on(by, college, viewers):
    person = staff("秘书")
    groups.place(person, viewers, college, by)
    change(viewers, by, [Right.KEEP_CALENDAR, Right.SEE_STUDENTS])
    codes = UnitRight.objects.filter(user=person).values_list("permission__codename", flat=True)
    assert sorted(codes) == [Right.KEEP_CALENDAR, Right.SEE_STUDENTS]
    change(viewers, by, [Right.KEEP_CALENDAR])
    assert not has_right(again(person), Right.SEE_STUDENTS)
    change(viewers, by, [Right.SEE_STUDENTS], is_active=False)
    assert not has_right(again(person), Right.SEE_STUDENTS)
    change(viewers, by, [Right.SEE_STUDENTS])
    assert has_right(again(person), Right.SEE_STUDENTS)
    groups.take_out(person, viewers, college, by)
    assert not has_right(again(person), Right.SEE_STUDENTS)
    with pytest.raises(Refused):
        groups.take_out(person, viewers, college, by)


def test_useless_right_brings_what_it_needs(by):
    group = groups.make_group("揭示", "", [Right.REVEAL_STUDENTS], by)
    assert group.rights == {Right.SEE_STUDENTS, Right.REVEAL_STUDENTS}


def test_sensitive_right_for_members_waits_and_the_rest_is_done(by, college, viewers):
    person, second = staff("秘书"), secadmin("乙")
    groups.place(person, viewers, college, by)
    wanted = [Right.SEE_STUDENTS, Right.REVEAL_STUDENTS, Right.KEEP_CALENDAR]
    operation = change(viewers, by, wanted)
    assert operation is not None
    assert viewers.rights == UserGroup.objects.get().rights == {Right.SEE_STUDENTS, Right.KEEP_CALENDAR}
    assert not has_right(again(person), Right.REVEAL_STUDENTS)
    second_person.confirm(operation.pk, second)
    assert has_right(again(person), Right.REVEAL_STUDENTS, college)
    assert RightsChange.objects.filter(action="group_changed", second=second).count() == 1


def test_putting_a_sensitive_group_back_into_use_waits(by, college, viewers):
    person, second = staff("秘书"), secadmin("乙")
    groups.place(person, viewers, college, by)
    change(viewers, by, [Right.SEE_STUDENTS], is_active=False)
    change(viewers, by, [Right.SEE_STUDENTS, Right.REVEAL_STUDENTS], is_active=False)
    operation = change(viewers, by, [Right.SEE_STUDENTS, Right.REVEAL_STUDENTS])
    assert operation is not None
    assert not has_right(again(person), Right.SEE_STUDENTS)
    second_person.confirm(operation.pk, second)
    assert has_right(again(person), Right.REVEAL_STUDENTS)


def test_place_in_a_sensitive_group_waits(by, college):
    group = groups.make_group("揭示", "", [Right.REVEAL_STUDENTS], by)
    person, second = staff("秘书"), secadmin("乙")
    with pytest.raises(BadInput):
        groups.place(person, group, college, by)
    operation = groups.place(person, group, college, by, reason="核查")
    assert not has_right(again(person), Right.SEE_STUDENTS)
    second_person.confirm(operation.pk, second)
    assert has_right(again(person), Right.REVEAL_STUDENTS, college)


def test_group_that_grew_since_is_not_given_by_the_old_question(by, college):
    group = groups.make_group("揭示", "", [Right.REVEAL_STUDENTS], by)
    person, second = staff("秘书"), secadmin("乙")
    operation = groups.place(person, group, college, by, reason="核查")
    change(group, by, [Right.REVEAL_STUDENTS, Right.OPERATE_CASES])  # nobody is in it: done at once
    with pytest.raises(Refused):
        second_person.confirm(operation.pk, second)
    assert not has_right(again(person), Right.REVEAL_STUDENTS)


def test_group_with_members_is_not_deleted(by, college, viewers):
    person = staff("秘书")
    groups.place(person, viewers, college, by)
    with pytest.raises(Refused):
        groups.delete_group(viewers, by)
    groups.take_out(person, viewers, college, by)
    groups.delete_group(viewers, by)
    assert not UserGroup.objects.exists()


def test_copy_has_the_rights_and_nobody_in_it(by, college, viewers):
    groups.place(staff("秘书"), viewers, college, by)
    copies = [groups.copy_group(viewers, by) for _each in range(2)]
    assert [copy.rights for copy in copies] == [viewers.rights] * 2
    assert [groups.members_of(copy) for copy in copies] == [[], []]
    assert len({copy.name for copy in copies}) == 2


@pytest.mark.parametrize(
    ("name", "rights"), [("", [Right.SEE_TALKS]), ("空的", []), ("查看学生", [Right.SEE_TALKS])]
)
def test_group_without_name_or_rights_or_with_a_taken_name_is_refused(by, viewers, name, rights):
    with pytest.raises(BadInput):
        groups.make_group(name, "", rights, by)
    assert UserGroup.objects.get() == viewers


def test_who_left_gets_no_group(by, college, viewers):
    person = staff("离职者")
    person.is_active = False
    person.save()
    with pytest.raises(Refused):
        groups.place(person, viewers, college, by)


def test_every_change_has_a_line_with_words(by, college, viewers):
    person = staff("秘书")
    groups.place(person, viewers, college, by, ip="10.0.0.9")
    change(viewers, by, [Right.SEE_TALKS])
    groups.take_out(person, viewers, college, by)
    groups.delete_group(viewers, by)
    lines = RightsChange.objects.exclude(action="seated").order_by("id")
    assert [line.action for line in lines] == [
        "group_made", "placed", "group_changed", "taken_out", "group_deleted",
    ]  # fmt: skip
    assert all("%" not in said_change(line) and said_change(line) != line.action for line in lines)
    assert {line.by for line in lines} == {by}


def test_effects_name_every_ground(by, college, viewers, counselor_of):
    person = counselor_of(college)
    groups.place(person, viewers, root(), by)
    rooms = dict(queries.effects_on(again(person)))
    effect = next(
        effect for effects in rooms.values() for effect in effects if effect.right == Right.SEE_STUDENTS
    )
    assert sorted((str(ground.words), ground.unit) for ground in effect.grounds if ground.group) == [
        ("查看学生", root())
    ]
    assert [ground.role for ground in effect.grounds if ground.role] == ["counselor"]
    assert effect.holds
    assert not Operation.objects.exists()


@pytest.fixture
def counselor_of():
    from accounts.actions import appoint
    from accounts.roles import Role

    def make(unit):
        person = staff("辅导员")
        appoint(person, Role.COUNSELOR, unit)
        return person

    return make

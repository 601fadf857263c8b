"""The officers and the members of groups in the small university of the tests."""

from accounts.models import User
from accounts.queries import unit_at
from accounts.rights.catalogue import Right
from accounts.rights.groups import change_group, make_group, place
from accounts.rights.models import UserGroup
from accounts.rights.officers import seat
from accounts.roles import Role
from destinations.tests.kit import make_class
from students.models import Student


def seated_officers() -> dict[str, User]:
    """The three officers, each seat with somebody; a second security administrator to confirm."""
    seats = {
        "sysadmin": Role.SYSADMIN,
        "secadmin": Role.SECADMIN,
        "second_secadmin": Role.SECADMIN,
        "auditor": Role.AUDITOR,
    }
    people = {who: User.objects.create_user(f"O-{who}", f"{who}老师") for who in seats}
    for who, role in seats.items():
        seat(people[who], role, None)
    return people


def grouped(student: Student, by: User) -> tuple[UserGroup, dict[str, User]]:
    """A group whose members see students: one in the college of the students, one far away; one out of use."""
    group = make_group("学生信息查看", "学院秘书", [Right.SEE_STUDENTS], by)
    asleep = make_group("停用的组", "", [Right.SEE_STUDENTS, Right.SEE_TALKS], by)
    college = unit_at(student.unit, "college")
    away = unit_at(make_class("英语2301班", "外国语学院", "英语"), "college")
    assert college
    assert away
    people = {
        who: User.objects.create_user(f"G-{who}", f"{who}老师")
        for who in ("member", "far_member", "former_member")
    }
    place(people["member"], group, college, by)
    place(people["far_member"], group, away, by)
    place(people["former_member"], asleep, college, by)
    change = {"name": asleep.name, "note": "", "rights": asleep.rights, "is_active": False}
    change_group(asleep, by, **change)
    return group, people

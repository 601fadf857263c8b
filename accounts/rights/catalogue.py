"""The readable catalogue of rights: what a user group can allow, in words, by room (brief 2.7.2).

A right is what an appointment to certain roles carries anyway, given to somebody who does not hold such a
role. Deciding tasks is no right: whose task it is follows from the appointment alone.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import (
    EMPLOYER_STAFF,
    IMPORTERS,
    MANAGERS,
    OPERATORS,
    STUDENT_STAFF,
    TALK_ARRANGERS,
    TALK_STAFF,
    Role,
)


class Right(models.TextChoices):
    """What may be allowed; the value is the code name of the permission on units."""

    SEE_STUDENTS = "see_students", _("See students; sensitive fields are masked")
    REVEAL_STUDENTS = "reveal_students", _("Read sensitive fields of students; every look is recorded")
    IMPORT_STUDENTS = "import_students", _("Load graduates from a spreadsheet and undo it")
    ISSUE_PASSWORDS = "issue_passwords", _("Take lists of first passwords of students")
    OPERATE_CASES = "operate_cases", _("Operate cases: move, suspend, terminate, reassign")
    KEEP_CALENDAR = "keep_calendar", _("Keep the school's calendar of workdays")
    SEE_EMPLOYERS = "see_employers", _("See the library of employers, their papers and people")
    SEE_TALKS = "see_talks", _("See the calendar and the list of campus talks")
    ARRANGE_TALKS = "arrange_talks", _("Keep venues and closed days, call a talk off")


@dataclass(frozen=True, slots=True)
class Facts:
    """*roles* carry the right by themselves; *sensitive* rights are given with a second person.

    *whole_school* rights only count when they are held for the university.
    """

    roles: frozenset[Role]
    sensitive: bool = False
    whole_school: bool = False


FACTS: dict[str, Facts] = {
    Right.SEE_STUDENTS: Facts(STUDENT_STAFF),
    Right.REVEAL_STUDENTS: Facts(STUDENT_STAFF, sensitive=True),
    Right.IMPORT_STUDENTS: Facts(IMPORTERS, sensitive=True),
    Right.ISSUE_PASSWORDS: Facts(IMPORTERS, sensitive=True),
    Right.OPERATE_CASES: Facts(OPERATORS, sensitive=True),
    Right.KEEP_CALENDAR: Facts(MANAGERS, whole_school=True),
    Right.SEE_EMPLOYERS: Facts(EMPLOYER_STAFF, sensitive=True, whole_school=True),
    Right.SEE_TALKS: Facts(TALK_STAFF, whole_school=True),
    Right.ARRANGE_TALKS: Facts(TALK_ARRANGERS, whole_school=True),
}

ROOMS: tuple[tuple[str | Promise, tuple[Right, ...]], ...] = (
    (
        _("Students"),
        (Right.SEE_STUDENTS, Right.REVEAL_STUDENTS, Right.IMPORT_STUDENTS, Right.ISSUE_PASSWORDS),
    ),
    (_("Cases"), (Right.OPERATE_CASES,)),
    (_("Employers"), (Right.SEE_EMPLOYERS,)),
    (_("Campus talks"), (Right.SEE_TALKS, Right.ARRANGE_TALKS)),
    (_("Calendar"), (Right.KEEP_CALENDAR,)),
)
"""The rooms in the order of the navigation, and their rights."""

SENSITIVE = frozenset(right for right, facts in FACTS.items() if facts.sensitive)
"""Rights that nobody gives alone."""

NEEDS: dict[str, Right] = {
    Right.REVEAL_STUDENTS: Right.SEE_STUDENTS,
    Right.ISSUE_PASSWORDS: Right.SEE_STUDENTS,
    Right.ARRANGE_TALKS: Right.SEE_TALKS,
}
"""Rights that are of no use without another one."""

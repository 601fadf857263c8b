"""What the floor below asks of students: who follows a class, and how many somebody sees."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.organisation.followers import Follower, Member
from accounts.personnel.sights import Sight
from accounts.rights.catalogue import Right
from students.models import Student
from students.queries import in_use, students_in_scope


def by_unit(units: QuerySet[Unit]) -> dict[int, int]:
    """Key of a unit -> how many students are in it itself."""
    rows = Student.objects.filter(unit__in=units).order_by()
    return {row["unit"]: row["number"] for row in rows.values("unit").annotate(number=Count("*"))}


def members(unit: Unit) -> list[Member]:
    """The students of a class, to choose from when it is split; who was set aside stays."""
    rows = in_use().filter(unit=unit).only("name", "student_no", "cohort")
    return [Member(str(row.pk), row.name, row.student_no) for row in rows.order_by("-cohort", "student_no")]


def carry(source: Unit, target: Unit, keys: Sequence[str] | None) -> list[str]:
    """Put the students of one class (those under *keys*) into another; the keys of who went."""
    rows = Student.objects.filter(unit=source)
    if keys is not None:
        rows = rows.filter(pk__in=[UUID(key) for key in keys])
    went = list(rows.values_list("pk", flat=True))
    Student.objects.filter(pk__in=went).update(unit=target, changed_at=timezone.now())
    return [str(key) for key in went]


STUDENTS = Follower(
    key="students", label=_("students"), icon="school", tally=by_unit, members=members, carry=carry
)
IN_SCOPE = Sight(
    key="1-students",
    label=_("students"),
    icon="school",
    right=Right.SEE_STUDENTS,
    count=lambda person: students_in_scope(person).count(),
)

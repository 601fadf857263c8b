"""Reusable reads about exports: the own ones, and the rows somebody may see."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Unit, User
from accounts.queries import has_right, roots_of, under
from accounts.rights.catalogue import Right
from destinations.models import Destination, DestinationState
from exports.columns import Row
from exports.models import Export, ExportKind
from students.models import Student
from students.queries import StudentFilters, places_of, revealable_students, students_matching

FLOW_KEY = "sensitive_export"
#: What it takes to ask for a list, and for which students.
RIGHT = Right.REVEAL_STUDENTS
NEWEST_FIRST = ("-asked_at", "-id")
_AT_ONCE = 500


def exports_of(user: User) -> QuerySet[Export]:
    """What *user* asked for."""
    return Export.objects.filter(asker=user).defer("keys")


def reads_students(user: User) -> bool:
    """Whether *user* may read sensitive fields of any student today; who may not takes no lists of them."""
    return user.is_active and has_right(user, RIGHT)


def rows_asked_for(user: User, kind: str, query: Mapping[str, str]) -> list[UUID]:
    """The keys of the rows in scope that the filters leave, in the order of the list pages."""
    students = students_matching(user, StudentFilters.read(query), RIGHT)
    return list(_of_kind(kind, students).values_list("pk", flat=True))


def count_asked_for(user: User, kind: str, query: Mapping[str, str]) -> int:
    """How many those are."""
    return _of_kind(kind, students_matching(user, StudentFilters.read(query), RIGHT)).count()


def _of_kind(kind: str, students: QuerySet[Student]) -> QuerySet[Any]:
    if kind == ExportKind.STUDENTS:
        return students.order_by("student_no", "id")
    effective = Destination.objects.filter(state=DestinationState.EFFECTIVE)
    return effective.filter(student__in=students.values("pk")).order_by("student__student_no", "id")


def visible_rows(user: User, export: Export) -> Iterator[Row]:
    """The rows of *export* that *user* may see now, whatever was so when it was asked for."""
    seen = revealable_students(user)
    for start in range(0, len(export.keys), _AT_ONCE):
        keys = export.keys[start : start + _AT_ONCE]
        yield from _rows(export.kind, seen, keys)


def _rows(kind: str, seen: QuerySet[Student], keys: list[str]) -> Iterator[Row]:
    if kind == ExportKind.STUDENTS:
        found = {str(each.pk): (each, None) for each in seen.filter(pk__in=keys).select_related("unit")}
    else:
        effective = Destination.objects.filter(pk__in=keys, state=DestinationState.EFFECTIVE)
        rows = effective.filter(student__in=seen.values("pk")).select_related("student__unit")
        found = {str(each.pk): (each.student, each) for each in rows}  # type: ignore[misc]
    places = places_of([student.unit for student, _destination in found.values()])
    for key in keys:
        if key in found:
            student, destination = found[key]
            yield Row(student, places[student.unit_id], destination)


def units_named(user: User, filters: StudentFilters) -> list[str]:
    """The names of the units that *filters* choose, as far as *user* may see them."""
    keys = [key for key in (filters.college, filters.major, filters.student_class) if key]
    if not keys:
        return []
    above = roots_of(user, RIGHT)
    found = Unit.objects.filter(under(above), pk__in=keys).order_by("path")
    return [str(unit) for unit in found]

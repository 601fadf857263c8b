"""The columns that an export may hold, and which of them are sensitive.

What is personal, the models declare (`class Privacy`); of that, only what tells one row from the next is
not sensitive. A personal field that is added to a model is therefore sensitive here until somebody says no.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from destinations.models import Destination
from exports.models import ExportKind
from forms.codes import code_name
from students import display
from students.models import Student

#: Personal fields by which rows are told apart; a list without them is none.
PLAIN = frozenset({"name", "student_no", "gender"})
#: Identity numbers: no list that holds one goes out unasked (flows 32).
IDENTITY = frozenset({"id_no"})
#: What is chosen unless somebody chooses otherwise.
USUAL = ("student_no", "name", "student_class")
PLACES = ("college", "major", "student_class")
_OF_DESTINATION: Mapping[str, str] = {
    "category": "destination_category",
    "employer_name": "",
    "employer_uscc": "",
    "employer_nature": "employer_nature",
    "employer_industry": "employer_industry",
    "employer_region": "region",
    "job_category": "job_category",
    "major_match": "major_match",
    "start_salary": "",
    "school_name": "",
    "country_code": "country",
    "effective_from": "",
}


@dataclass(frozen=True)
class ExportColumn:
    """One column: its key, what it is called, under which title it stands, whether it is sensitive."""

    key: str
    label: str
    sensitive: bool
    text: Callable[["Row"], str]

    @property
    def identity(self) -> bool:
        """Whether it holds identity numbers."""
        return self.key in IDENTITY


@dataclass(frozen=True)
class Row:
    """What a line is made of: the student, the units from the college down, a destination."""

    student: Student
    place: Sequence[Unit]
    destination: Destination | None = None


@dataclass(frozen=True)
class ColumnGroup:
    """Columns under a title."""

    title: str | Promise
    columns: list[ExportColumn]


def groups_for(kind: str) -> list[ColumnGroup]:
    """The columns of a list of *kind* in the reader's language, group by group."""
    groups = [ColumnGroup(title, [_of_student(name) for name in fields]) for title, fields in display.GROUPS]
    if kind == ExportKind.DESTINATIONS:
        own = [_of_destination(name, table) for name, table in _OF_DESTINATION.items()]
        groups.insert(0, ColumnGroup(_("Destination"), own))
    return groups


def chosen(kind: str, keys: Iterable[str]) -> list[ExportColumn]:
    """The columns under *keys*, in the order of the list; unknown keys are left out."""
    wanted = set(keys)
    return [column for group in groups_for(kind) for column in group.columns if column.key in wanted]


@cache
def _is_sensitive(model: type[Model], field: str) -> bool:
    return field in model.Privacy.personal - PLAIN  # type: ignore[attr-defined]


def _of_student(name: str) -> ExportColumn:
    if name in PLACES:
        level = PLACES.index(name)
        return ExportColumn(name, capfirst(display.label_of(name)), False, lambda row: _unit(row, level))
    return ExportColumn(
        name,
        capfirst(display.label_of(name)),
        _is_sensitive(Student, name),
        lambda row: display.text_of(row.student, name),
    )


def _unit(row: Row, level: int) -> str:
    return str(row.place[level]) if level < len(row.place) else ""


def _of_destination(name: str, table: str) -> ExportColumn:
    label = str(Destination._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return ExportColumn(
        f"destination.{name}",
        capfirst(label),
        _is_sensitive(Destination, name),
        lambda row: _destination_text(row, name, table),
    )


def _destination_text(row: Row, name: str, table: str) -> str:
    value: Any = getattr(row.destination, name)
    if value in ("", None):
        return ""
    return code_name(table, value, row.student.cohort) if table else str(value)

"""A student's record as people read it: groups of labels and plain words."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit
from forms.codes import code_name, region_name
from students.importing.columns import BY_FIELD, Column
from students.models import Student, masked

REVEALABLE = (
    "id_no", "mobile", "backup_mobile", "home_address", "home_phone", "hardship_category", "hardship_reason",
)  # fmt: skip
"""Fields that staff see masked until they ask, which is logged."""

STAFF_ONLY = frozenset({"hardship_reason"})
"""Fields that the student does not see (domain: forms 1)."""

GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (
        gettext_lazy("Person"),
        (
            "name", "student_no", "exam_no", "gender", "birth_date", "id_document_type", "id_no",
            "ethnic_group", "political_status",
        ),
    ),
    (
        gettext_lazy("Studies"),
        (
            "college", "major", "student_class", "major_code_national", "catalogue_year", "specialization",
            "education_level", "study_form", "training_mode", "target_unit", "target_unit_region",
            "schooling_length", "enrolled_on", "graduate_on", "academic_status",
        ),
    ),
    (
        gettext_lazy("Origin"),
        (
            "origin_region", "urban_rural", "examinee_type", "normal_student_category", "hardship_category",
            "hardship_reason", "archive_moved_in", "archive_before", "hukou_moved_in",
            "police_station_before",
        ),
    ),
    (
        gettext_lazy("Contact"),
        (
            "mobile", "backup_mobile", "email", "qq", "wechat_no", "home_address", "home_postcode",
            "home_phone",
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One field: its label, its text, and whether the full text is to be asked for."""

    field: str
    label: str
    text: str
    is_masked: bool = False


@dataclass(frozen=True)
class Section:
    """A group of fields under a title."""

    title: str
    lines: list[Line]


def sections(
    student: Student, place: list[Unit], *, hidden: frozenset[str], without: frozenset[str] = frozenset()
) -> list[Section]:
    """The record in groups, *without* some fields; *hidden* ones are masked.

    Optional fields without a value are left out.
    """
    shown = [(title, tuple(name for name in fields if name not in without)) for title, fields in GROUPS]
    return [Section(str(title), list(_lines(student, place, fields, hidden))) for title, fields in shown]


def _lines(
    student: Student, place: list[Unit], fields: tuple[str, ...], hidden: frozenset[str]
) -> Iterator[Line]:
    names = dict(zip(("college", "major", "student_class"), place, strict=False))
    for name in fields:
        column = BY_FIELD[name]
        text = str(names.get(name, "")) or _text(column, getattr(student, name, ""), student.cohort)
        if text or column.required:
            is_masked = name in hidden and bool(text)
            yield Line(name, str(column.label), masked(text) if is_masked else text, is_masked)


def label_of(field: str) -> str:
    """What a field is called."""
    return str(BY_FIELD[field].label)


def text_of(student: Student, field: str) -> str:
    """One field in words."""
    return _text(BY_FIELD[field], getattr(student, field), student.cohort)


def _text(column: Column, value: Any, cohort: int) -> str:
    if value in ("", None):
        return ""
    if column.kind == "code":
        return code_name(column.table, value, cohort)
    if column.kind == "region":
        return region_name(value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime.date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)

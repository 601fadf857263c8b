"""The form of a filing: the questions, joined with what the matrix file says about each."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from destinations.flows.filing import matrix
from destinations.flows.filing.checks import Filing, Graduate, findings, offered_to
from destinations.flows.filing.form_fields import FIELDS, GROUPS
from forms.actions import current_version
from forms.codes import choosable, find_code
from forms.findings import add_findings
from forms.models import Attachment
from forms.queries import file_values
from forms.schema import Checked, FormSchema

if TYPE_CHECKING:
    from forms.models import FormVersion
    from students.models import Student

KEY = "destination_filing"
CATEGORIES = "destination_category"
PROOF, RELEASE = "proof_files", "release_files"
RELEASE_KIND = "release"


@lru_cache
def schema_dict() -> dict[str, Any]:
    """The description as it is stored with the filings."""
    return {
        "key": KEY,
        "title": "Destination filing",
        "title_zh": "毕业去向填报",
        "context": {"cohort": "int", "hukou_moved_in": "bool", "is_bound": "bool"},
        "groups": list(GROUPS),
        "fields": [_with_conditions(field) for field in FIELDS],
    }


@lru_cache
def schema() -> FormSchema:
    """The description, read."""
    return FormSchema.from_dict(schema_dict())


def _with_conditions(field: dict[str, Any]) -> dict[str, Any]:
    key = field["key"]
    if key == "category":
        return field
    if key == "host_has_no_uscc":
        return field | {"visible_if": matrix.with_cell("employer_uscc", "C1")}
    if key == RELEASE:
        return field | {"visible_if": f"is_bound && ({matrix.visible_if(PROOF)})"}
    source = "freelance_income" if key == "freelance_region" else key
    conditions = {"visible_if": matrix.visible_if(source), "required_if": matrix.required_if(source)}
    return field | {name: text for name, text in conditions.items() if text != "false"}


def version() -> "FormVersion":
    """The stored version of the description filings are made with now."""
    return current_version(KEY, schema_dict())


def context_of(student: "Student") -> dict[str, Any]:
    """What the form's conditions ask of the graduate."""
    return {
        "cohort": student.cohort,
        "hukou_moved_in": student.hukou_moved_in,
        "is_bound": graduate_of(student).is_bound,
    }


def offered_categories(student: "Student") -> list[str]:
    """The categories *student* may choose: switched on, fitting the present level, in order."""
    return [code for code in offered_to(graduate_of(student)) if choosable(CATEGORIES, code, student.cohort)]


def graduate_of(student: "Student") -> Graduate:
    """What the cross-field rules ask of the graduate."""
    level = find_code("education_level", student.education_level)
    return Graduate(
        enrolled_on=student.enrolled_on,
        degree_band=level.attributes.get("degree_band", "") if level else "",
        training_mode=student.training_mode,
        normal_student_category=student.normal_student_category,
        target_unit=student.target_unit,
        target_unit_region=student.target_unit_region,
    )


def check(
    student: "Student", values: Mapping[str, Any], proof_kinds: Collection[str], today: datetime.date
) -> Checked:
    """Everything wrong or odd with *values* of a filing by *student*: field rules, then cross-field rules.

    *proof_kinds* has one entry a file; `release` papers are no proof of the destination (RL-7).
    """
    checked = schema().validate(values, context_of(student))
    proofs = sum(kind != RELEASE_KIND for kind in proof_kinds)
    filing = Filing(checked.values, graduate_of(student), proofs, RELEASE_KIND in proof_kinds, today)
    return add_findings(checked, findings(filing))


def check_with_files(
    student: "Student", values: Mapping[str, Any], files: Iterable[Attachment], today: datetime.date
) -> Checked:
    """`check` for a draft with the files added to it so far."""
    present = list(files)
    of_field = {key: [file for file in present if file.field == key] for key in (PROOF, RELEASE)}
    given = dict(values) | {key: file_values(found) for key, found in of_field.items()}
    return check(student, given, [file.kind for file in present], today)

"""The form of a registration: its description, and everything wrong or odd with a draft of it."""

import datetime
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.utils import timezone

from employers.flows.vetting.checks import findings
from employers.flows.vetting.form_fields import FIELDS, FILE_KINDS, GROUPS
from employers.models import Employer
from forms.actions import current_version
from forms.findings import add_findings
from forms.models import Attachment, FormVersion, Submission
from forms.queries import file_values
from forms.schema import Checked, FieldError, FormSchema

KEY = "employer_registration"


@lru_cache
def schema_dict() -> dict[str, Any]:
    """The description as it is stored with the registrations."""
    return {
        "key": KEY,
        "title": "Employer registration",
        "title_zh": "用人单位注册",
        "groups": list(GROUPS),
        "fields": list(FIELDS),
    }


@lru_cache
def schema() -> FormSchema:
    """The description, read."""
    return FormSchema.from_dict(schema_dict())


def version() -> FormVersion:
    """The stored version of the description registrations are made with now."""
    return current_version(KEY, schema_dict())


def check(employer: Employer, values: Mapping[str, Any], today: datetime.date) -> Checked:
    """Everything wrong or odd with *values*: field rules, then rules over several fields."""
    checked = schema().validate(values, {})
    return add_findings(checked, findings(employer, checked.values, today))


def check_with_files(
    employer: Employer, values: Mapping[str, Any], files: Iterable[Attachment], today: datetime.date
) -> Checked:
    """`check` for a draft with the files added to it so far."""
    present = list(files)
    given = dict(values) | {
        key: file_values([file for file in present if file.field == key]) for key in FILE_KINDS
    }
    return check(employer, given, today)


def warnings(employer: Employer, submission: Submission) -> dict[str, list[FieldError]]:
    """What is odd about a submission though it may be handed in: field -> warnings."""
    return check(employer, submission.values, timezone.localdate(submission.submitted_at)).warnings

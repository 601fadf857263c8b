"""The form of an application: its description, and everything wrong or odd with a draft of it."""

import datetime
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from forms.actions import current_version
from forms.findings import add_findings
from forms.models import Attachment, FormVersion
from forms.queries import file_values
from forms.schema import Checked, FormSchema
from talks.flows.talk.checks import findings
from talks.flows.talk.form_fields import FIELDS, FILE_KINDS, GROUPS
from talks.models import Talk

KEY = "campus_talk"


@lru_cache
def schema_dict() -> dict[str, Any]:
    """The description as it is stored with the applications."""
    return {
        "key": KEY,
        "title": "Campus talk",
        "title_zh": "宣讲会申请",
        "groups": list(GROUPS),
        "fields": list(FIELDS),
    }


@lru_cache
def schema() -> FormSchema:
    """The description, read."""
    return FormSchema.from_dict(schema_dict())


def version() -> FormVersion:
    """The stored version of the description applications are made with now."""
    return current_version(KEY, schema_dict())


def check(
    talk: Talk, values: Mapping[str, Any], files: Iterable[Attachment], today: datetime.date
) -> Checked:
    """Everything wrong or odd with a draft and its files: field rules, then rules over several fields."""
    present = list(files)
    given = dict(values) | {
        key: file_values([file for file in present if file.field == key]) for key in FILE_KINDS
    }
    checked = schema().validate(given, {})
    return add_findings(checked, findings(talk, checked.values, today))

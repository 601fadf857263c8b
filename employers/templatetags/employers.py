"""Words of employers for templates."""

from typing import Any

from django import template

from employers import queries
from employers.flows.vetting import forms, hints
from employers.models import Employer
from forms.codes import code_name
from forms.models import Submission
from forms.schema.problems import FieldError

register = template.Library()


@register.filter
def tag_name(code: str) -> str:
    """A tag in the reader's language."""
    return code_name("employer_tag", code)


@register.filter
def name_in(code: str, table: str) -> str:
    """A code in the reader's language."""
    return code_name(table, code) if code else ""


@register.simple_tag
def hints_of(employer: Employer) -> list[dict[str, Any]]:
    """The hints for the reviewer: words, icon, whether it is a risk, the other employers it is about."""
    parts = employer.hints
    others = queries.named(key for part in parts for key in part.get("employers", ()))
    return [
        {
            "words": hints.kind_of(part).words(part),
            "icon": hints.kind_of(part).icon,
            "is_risk": part["level"] == hints.RISK,
            "others": [others[key] for key in part.get("employers", ()) if key in others],
        }
        for part in sorted(parts, key=lambda part: part["level"] != hints.RISK)
    ]


@register.simple_tag
def warnings_of(employer: Employer, submission: Submission) -> dict[str, list[FieldError]]:
    """What is odd about a submission though it may be handed in: field -> warnings."""
    return forms.warnings(employer, submission)

"""Words of destinations for templates."""

from typing import Any

from django import template
from django.utils import timezone

from destinations import queries
from destinations.flows.filing import forms, pages
from destinations.flows.filing.suspicion import hint_text as text_of_hint
from destinations.models import Destination
from forms.codes import code_name
from forms.models import Submission
from forms.schema.problems import FieldError

register = template.Library()


@register.filter
def category_name(code: str) -> str:
    """The category in the reader's language."""
    return queries.category_name(code)


@register.filter
def reason_name(code: str) -> str:
    """A reason code in words."""
    return code_name("reject_reason", code)


@register.filter
def hint_text(part: dict[str, Any]) -> str:
    """A hint for the reviewer in words."""
    return text_of_hint(part)


@register.simple_tag
def filing_sections(submission: Submission, previous: Submission | None = None) -> list[pages.Section]:
    """A submission in words, with what it said before."""
    return pages.submission_sections(submission, previous)


@register.simple_tag
def filing_warnings(destination: Destination, submission: Submission) -> dict[str, list[FieldError]]:
    """What is odd about a submission though it may be handed in: field -> warnings."""
    day = timezone.localdate(submission.submitted_at)
    return forms.check(destination.student, submission.values, (), day).warnings


@register.filter
def of_field(warnings: dict[str, list[FieldError]], key: str) -> list[FieldError]:
    """The warnings at one field."""
    return warnings.get(key, [])


@register.filter
def number_in(key: str, steps: list[pages.Step]) -> int:
    """The place of a page among *steps*, from 1."""
    return 1 + [step.key for step in steps].index(key)


@register.filter
def is_in(code: str, codes: list[str]) -> bool:
    """Whether *code* is one of *codes*."""
    return code in codes

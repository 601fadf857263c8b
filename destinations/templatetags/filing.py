"""Words of destinations for templates."""

from typing import Any

from django import template
from django.utils import timezone

from destinations import queries
from destinations.flows.filing import forms
from destinations.flows.filing.suspicion import hint_text as text_of_hint
from destinations.models import Destination
from forms.models import Submission
from forms.schema.problems import FieldError

register = template.Library()


@register.filter
def category_name(code: str) -> str:
    """The category in the reader's language."""
    return queries.category_name(code)


@register.filter
def hint_text(part: dict[str, Any]) -> str:
    """A hint for the reviewer in words."""
    return text_of_hint(part)


@register.simple_tag
def filing_warnings(destination: Destination, submission: Submission) -> dict[str, list[FieldError]]:
    """What is odd about a submission though it may be handed in: field -> warnings."""
    day = timezone.localdate(submission.submitted_at)
    return forms.check(destination.student, submission.values, (), day).warnings


@register.filter
def is_in(code: str, codes: list[str]) -> bool:
    """Whether *code* is one of *codes*."""
    return code in codes

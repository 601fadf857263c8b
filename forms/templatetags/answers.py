"""Tags that show what was handed in."""

from django import template

from forms import answers
from forms.models import Submission
from forms.schema.problems import FieldError

register = template.Library()


@register.simple_tag
def sections_of(submission: Submission, previous: Submission | None = None) -> list[answers.Section]:
    """A submission in words, with what it said before."""
    return answers.submission_sections(submission, previous)


@register.filter
def of_field(warnings: dict[str, list[FieldError]], key: str) -> list[FieldError]:
    """The warnings at one field."""
    return (warnings or {}).get(key, [])

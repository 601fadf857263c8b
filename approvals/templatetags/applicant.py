"""Tags of the pages on which an applicant writes and follows a case."""

from django import template

from approvals.case_draft import CaseDraft
from forms.answers import Step
from forms.codes import code_name

register = template.Library()


@register.filter
def reason_name(code: str) -> str:
    """A reason code in words."""
    return code_name("reject_reason", code)


@register.filter
def number_in(key: str, steps: list[Step]) -> int:
    """The place of a page among *steps*, from 1."""
    return 1 + [step.key for step in steps].index(key)


@register.filter
def url_of(draft: CaseDraft, key: str) -> str:
    """The address of the page under *key*."""
    return draft.step_url(key)

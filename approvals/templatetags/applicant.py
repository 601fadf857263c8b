"""Tags of the pages on which an applicant writes and follows a case."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils import timezone

from approvals import rules
from approvals.case_draft import CaseDraft
from forms.answers import Step
from forms.codes import code_name
from processes.models import Case
from processes.queries import open_tasks

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


@register.inclusion_tag("approvals/applicant/urge.html", takes_context=True)
def urging(context: RequestContext, case: Case, look: str = "") -> dict[str, Any]:
    """The button that asks whoever has *case* to hurry, or that they were asked; *look*: its classes."""
    user, now = context["request"].user, timezone.now()
    tasks = list(open_tasks(case)) if case.is_open else []
    return {
        "case": case,
        "look": look,
        "csrf_token": context.get("csrf_token"),
        "may_urge": any(rules.can_urge(user, task, now, is_staff=False) for task in tasks),
        "urged": any(task.data.get("urged_at") for task in tasks if not task.element.is_initiators),
    }

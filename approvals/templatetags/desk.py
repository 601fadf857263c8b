"""Tags of the inbox."""

import datetime
from dataclasses import replace
from typing import Any

from django import template
from django.utils.text import capfirst
from django.utils.translation import get_language

from approvals import words
from approvals.filters import Filters
from forms.codes import code_name
from forms.models import Attachment
from processes.models import Task

register = template.Library()
register.filter("outcome", words.outcome_label)

TONES = {"approve": ("good", "check"), "return": ("warn", "arrow-back-up"), "reject": ("bad", "ban")}


@register.inclusion_tag("approvals/parts/deadline.html")
def deadline(due_at: datetime.datetime, now: datetime.datetime) -> dict[str, Any]:
    """The time left, with icon and colour."""
    return {"deadline": words.deadline(due_at, now), "due_at": due_at}


@register.inclusion_tag("components/badge.html")
def outcome_tag(outcome: str) -> dict[str, Any]:
    """A decision as a small coloured word."""
    tone, icon = TONES[outcome]
    return {"label": capfirst(words.outcome_label(outcome)), "tone": tone, "icon": icon}


@register.filter
def step_title(task: Task) -> str:
    """The name of the step a task was opened for."""
    return task.element.label(get_language() or "")


@register.filter
def proof_kind(file: Attachment) -> str:
    """What a file proves, by its code; its name when nothing was said."""
    return code_name("proof_kind", file.kind) if file.kind else file.name


@register.simple_tag
def querystring_of(filters: Filters, **changes: str) -> str:
    """The filters with *changes* as the part of an address behind the question mark."""
    return replace(filters, **changes).query or "view=all"

"""Tags of the inbox."""

import datetime
from dataclasses import replace
from typing import Any

from django import template
from django.utils.text import capfirst
from django.utils.translation import get_language

from accounts.models import User
from approvals import rows, words
from approvals.filters import Filters
from approvals.queries import Section, step_key
from forms.codes import code_name
from forms.models import Attachment
from processes.models import Task

register = template.Library()
register.filter("outcome", words.outcome_label)
register.filter(words.whereabouts)
register.simple_tag(rows.due, name="deadline")

TONES = {
    "approve": ("good", "check"),
    "object": ("bad", "thumb-down"),
    "return": ("warn", "arrow-back-up"),
    "reject": ("bad", "ban"),
}


@register.inclusion_tag("components/badge.html")
def outcome_tag(outcome: str) -> dict[str, Any]:
    """A decision as a small coloured word."""
    tone, icon = TONES[outcome]
    return {"label": capfirst(words.outcome_label(outcome)), "tone": tone, "icon": icon}


@register.simple_tag
def rows_of(section: Section, user: User, now: datetime.datetime, filters: Filters) -> list[rows.Row]:
    """The rows of a section of the inbox."""
    step = section.step
    return rows.rows_of(section.tasks, step.key, user, now, batch=step.batch, query=filters.query)


@register.simple_tag
def row_of(task: Task, user: User, now: datetime.datetime) -> list[rows.Row]:
    """The row of one task, alone."""
    return rows.rows_of([task], step_key(task), user, now, batch=task.element.flag("batch"))


@register.filter
def verb_name(verb: str) -> str:
    """What a batch did, in words."""
    return str(words.BATCH_VERBS.get(verb, verb))


@register.filter
def place_name(place: str) -> str:
    """When a signer is asked, in words."""
    return str(words.PLACES.get(place, ""))


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

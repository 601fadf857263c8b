"""Tags of the inbox."""

import datetime
from dataclasses import replace
from typing import Any

from django import template
from django.utils.text import capfirst
from django.utils.translation import get_language

from accounts.models import User
from accounts.posts import reach_of
from approvals import words
from approvals.filters import Filters
from approvals.queries import step_key
from forms.codes import code_name
from forms.models import Attachment
from processes.models import Task

register = template.Library()
register.filter("outcome", words.outcome_label)

TONES = {
    "approve": ("good", "check"),
    "object": ("bad", "thumb-down"),
    "return": ("warn", "arrow-back-up"),
    "reject": ("bad", "ban"),
}


@register.inclusion_tag("approvals/parts/deadline.html")
def deadline(due_at: datetime.datetime, now: datetime.datetime) -> dict[str, Any]:
    """The time left, with icon and colour."""
    return {"deadline": words.deadline(due_at, now), "due_at": due_at}


@register.inclusion_tag("components/badge.html")
def outcome_tag(outcome: str) -> dict[str, Any]:
    """A decision as a small coloured word."""
    tone, icon = TONES[outcome]
    return {"label": capfirst(words.outcome_label(outcome)), "tone": tone, "icon": icon}


@register.simple_tag
def marks_of(task: Task, user: User) -> list[words.Mark]:
    """Who has a task and what it waits for, as icons with words."""
    return words.marks(task, user)


@register.filter
def is_taken(task: Task, user: User) -> bool:
    """Whether a colleague has taken the task, so that it is not the reader's to decide."""
    return task.owner_id is not None and task.owner_id not in {user.pk, *reach_of(user).covered}


@register.filter
def step_key_of(task: Task) -> str:
    """The step of a task as filters name it."""
    return step_key(task)


@register.filter
def is_batch(task: Task) -> bool:
    """Whether the task may be decided together with others."""
    return task.element.flag("batch")


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

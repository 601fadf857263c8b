"""Words of talks for templates."""

from typing import Any

from django import template
from django.utils.formats import date_format

from talks.flows.talk.hints import KINDS
from talks.models import Talk
from talks.slots import Slot

register = template.Library()


@register.simple_tag
def talk_hints(talk: Talk) -> list[dict[str, str]]:
    """The hints for the officer, each with icon and words."""
    known = [(KINDS[part["kind"]], part) for part in talk.hints if part.get("kind") in KINDS]
    return [{"icon": kind.icon, "words": kind.words(part)} for kind, part in known]


@register.filter
def day_of(slot: Slot) -> str:
    """Its day with the day of the week, in the reader's language."""
    return f"{date_format(slot.day, 'MONTH_DAY_FORMAT')} ({date_format(slot.day, 'D')})"


@register.filter
def hours_of(slot: Slot) -> str:
    """From when to when."""
    return f"{slot.start:%H:%M}–{slot.end:%H:%M}"


@register.filter
def named(form: Any, name: str) -> Any:
    """A field of a form."""
    return form[name]

"""How outcomes, events, deadlines and reasons are called on pages."""

import datetime
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import Appointment
from accounts.roles import Role
from common.moments import spoken_span
from processes.engine.workdays import working_time
from processes.models import Task

OUTCOMES: dict[str, str | Promise] = {
    "submit": pgettext_lazy("decision", "submitted"),
    "approve": pgettext_lazy("decision", "approved"),
    "return": pgettext_lazy("decision", "returned"),
    "reject": pgettext_lazy("decision", "rejected"),
}

EVENTS: dict[str, str | Promise] = {
    "started": gettext_lazy("Started"),
    "submitted": gettext_lazy("Submitted"),
    "approved": gettext_lazy("Approved"),
    "returned": gettext_lazy("Returned"),
    "rejected": gettext_lazy("Rejected"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "cancelled": gettext_lazy("Discarded"),
}


def outcome_label(outcome: str) -> str:
    """The outcome as a word in the reader's language."""
    return str(OUTCOMES.get(outcome, outcome))


def event_label(kind: str) -> str:
    """The event's kind as a word in the reader's language."""
    return str(EVENTS.get(kind, kind))


@dataclass(frozen=True)
class Deadline:
    """How a deadline looks and reads; *tone* is neutral, warn (less than a workday left) or bad (overdue)."""

    tone: str
    icon: str
    words: str


WORKDAY = datetime.timedelta(days=1)


def deadline(due_at: datetime.datetime, now: datetime.datetime) -> Deadline:
    """The working time left until *due_at*, or passed since, in words."""
    left = working_time(now, due_at)
    if due_at < now:
        late = _("%(time)s overdue") % {"time": work_span(-left)}
        return Deadline("bad", icon="alert-triangle", words=late)
    words = _("%(time)s left") % {"time": work_span(left)}
    tone = "warn" if left < WORKDAY else "neutral"
    return Deadline(tone, icon="clock", words=words)


def work_span(span: datetime.timedelta) -> str:
    """Working time in its largest unit: 20 minutes, 5 hours, 3 workdays."""
    if span < WORKDAY:
        return spoken_span(span)
    days = span.days
    return ngettext("%(count)s workday", "%(count)s workdays", days) % {"count": days}


def why_here(held: Appointment, task: Task) -> str:
    """Why a task lies in somebody's inbox: the appointment, and the unit it reaches."""
    role = Role(held.role).label
    if held.unit_id == task.unit_id:
        return _("You are %(role)s of %(unit)s.") % {"role": role, "unit": held.unit}
    words = {"role": role, "unit": held.unit, "pool": task.unit}
    return _("You are %(role)s of %(unit)s, which %(pool)s belongs to.") % words

"""How outcomes, events, deadlines and reasons are called on pages."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import User
from accounts.posts import Post
from accounts.roles import Role
from approvals.queries.given import Given
from common.moments import spoken_span
from processes.engine.workdays import working_time
from processes.models import Task
from processes.queries import Step

#: So many names are said; a pool of more people is called by its role.
MOST_NAMES = 3

OUTCOMES: dict[str, str | Promise] = {
    "submit": pgettext_lazy("decision", "submitted"),
    "approve": pgettext_lazy("decision", "approved"),
    "object": pgettext_lazy("decision", "objected to"),
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
    "objected": gettext_lazy("Objected"),
    "taken_back": gettext_lazy("Took the decision back"),
    "claimed": gettext_lazy("Took the task"),
    "released": gettext_lazy("Put the task back"),
    "transferred": gettext_lazy("Handed on to %(people)s"),
    "delegated": gettext_lazy("Asked %(people)s for an opinion"),
    "opinion_given": gettext_lazy("Gave an opinion"),
    "called_back": gettext_lazy("Called the task back from %(people)s"),
    "signer_added": gettext_lazy("Asked %(people)s to sign"),
    "signer_removed": gettext_lazy("Does without the signature of %(people)s"),
    "copied": gettext_lazy("Copy sent to %(people)s"),
    "commented": gettext_lazy("Comment"),
    "urged": gettext_lazy("Asked to hurry"),
    "withdrawal_requested": gettext_lazy("Asked for the case back"),
    "withdrawal_refused": gettext_lazy("The case stays in review"),
    "suspended": gettext_lazy("Suspended"),
    "resumed": gettext_lazy("Resumed"),
    "jumped": gettext_lazy("Moved by the career center"),
    "terminated": gettext_lazy("Ended by the career center"),
    "reassigned": gettext_lazy("Given to %(people)s by the career center"),
    "handed_over": gettext_lazy("Handed over to %(people)s"),
    "variable_changed": gettext_lazy("Case data changed by the career center"),
    "reminded": gettext_lazy("Reminder sent"),
    "escalated": gettext_lazy("Overdue: reported upwards"),
    "timer": gettext_lazy("The time has come"),
    "message": gettext_lazy("A message has come"),
    "job_done": gettext_lazy("Done automatically"),
    "job_error": gettext_lazy("Ended with an error"),
    "incident": gettext_lazy("Needs an operator"),
    "incident_retried": gettext_lazy("Tried again by the career center"),
    "incident_skipped": gettext_lazy("Skipped by the career center"),
    "moved": gettext_lazy("Moved with another case"),
    "rehomed": gettext_lazy("Follows a change of the organisation"),
    "migrated": gettext_lazy("Moved to a new version of the chain"),
    "migrated_back": gettext_lazy("Moved back to the earlier version of the chain"),
    "erased": gettext_lazy("What was filled in was erased: its time was over"),
    "used_again": gettext_lazy("Data kept without use is used again"),
}

#: What reviewers do among themselves; the applicant's page leaves it out.
INTERNAL = frozenset(
    {
        "claimed",
        "released",
        "transferred",
        "reassigned",
        "commented",
        "copied",
        "delegated",
        "opinion_given",
        "called_back",
        "signer_added",
        "signer_removed",
        "reminded",
        "escalated",
        "incident",
        "incident_retried",
        "incident_skipped",
        "job_error",
        "rehomed",
        "migrated",
        "migrated_back",
        "variable_changed",
    }
)

BATCH_VERBS: dict[str, str | Promise] = {
    "approve": gettext_lazy("Approved together"),
    "return": gettext_lazy("Returned together"),
    "transfer": gettext_lazy("Handed on together"),
    "take_back": gettext_lazy("Decisions taken back"),
}

PLACES: dict[str, str | Promise] = {
    "before": gettext_lazy("before the decision"),
    "beside": gettext_lazy("beside the decision"),
    "after": gettext_lazy("after the decision"),
}


def outcome_label(outcome: str) -> str:
    """The outcome as a word in the reader's language."""
    return str(OUTCOMES.get(outcome, outcome))


def event_label(kind: str, people: Iterable[User] = (), before: User | None = None) -> str:
    """What happened, in the reader's language; *people* are those it was done to, *before* whose it was."""
    names = _(", ").join(person.name for person in people)
    if kind == "reassigned" and not names:
        return _("Given to another pool by the career center")
    if kind == "handed_over" and before is not None:
        return _("Handed over from %(before)s to %(people)s") % {"before": before.name, "people": names}
    return str(EVENTS.get(kind, kind)) % {"people": names}


def actor_names(person: User | None, acting_for: User | None) -> str:
    """Who did something, and for whom."""
    if person is None:
        return ""
    if acting_for is None:
        return person.name
    return _("%(person)s for %(other)s") % {"person": person.name, "other": acting_for.name}


def names(people: Sequence[User]) -> str:
    """The first of *people* by name, and how many more there are."""
    said = _(", ").join(person.name for person in people[:MOST_NAMES])
    more = len(people) - MOST_NAMES
    if more <= 0:
        return said
    return ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more) % {
        "names": said,
        "count": more,
    }


def counting(voted: Sequence[User], asked: int) -> str:
    """How far a joint decision of so many people has come, who has voted, but not what."""
    if not asked:
        return _("Nobody can be asked at present. The career center has been told.")
    if not voted:
        return _("Still counting: none of %(asked)s has voted yet.") % {"asked": asked}
    said = {"voted": len(voted), "asked": asked, "names": names(voted)}
    return _("Still counting: %(voted)s of %(asked)s have voted: %(names)s.") % said


@dataclass(frozen=True)
class Mark:
    """A remark beside a task: an icon with words."""

    icon: str
    words: str


def marks(task: Task, user: User) -> list[Mark]:
    """What a list says about a task beside its deadline: who has it, what it waits for."""
    found = []
    if task.process.is_suspended:
        found.append(Mark(icon="player-pause", words=_("suspended")))
    if task.data.get("delegated_by"):
        found.append(Mark(icon="message-question", words=_("for an opinion")))
    if "sign" in task.data:
        found.append(Mark(icon="writing-sign", words=_("to sign")))
    if "member" in task.data:
        found.append(Mark(icon="users", words=_("joint decision")))
    if task.data.get("unanswered"):
        found.append(Mark(icon="hourglass", words=_("waits for signers")))
    if task.data.get("withdrawal"):
        found.append(Mark(icon="arrow-back-up", words=_("applicant asks for it back")))
    if task.owner_id is not None and task.owner_id != user.pk and task.owner is not None:
        found.append(Mark(icon="user-check", words=task.owner.name))
    elif task.owner_id == user.pk and not found:
        found.append(Mark(icon="user-check", words=_("with you")))
    return found


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


def why_here(post: Post, task: Task) -> str:
    """Why a task lies in somebody's inbox: the post, for whom it is looked after, the unit it reaches."""
    words = {"role": Role(post.role).label, "unit": post.unit, "pool": task.unit}
    if post.holder is not None:
        words["person"] = post.holder.name
        return _("%(person)s (%(role)s of %(unit)s) is away; you stand in.") % words
    if post.vacant:
        return _("The post of %(role)s of %(unit)s is vacant; you stand in.") % words
    if post.unit.pk == task.unit_id:
        return _("You are %(role)s of %(unit)s.") % words
    return _("You are %(role)s of %(unit)s, which %(pool)s belongs to.") % words


def whereabouts(given: Given) -> str:
    """Who has by now what somebody gave to a colleague, and what came of it."""
    asked, person = given.asked, given.row.receiver.name
    if asked is None:
        later, gone = _("%(person)s is asked once you have decided"), _("%(person)s is not asked any more")
        return (later if given.comes_later else gone) % {"person": person}
    if asked.outcome:
        who = asked.decided_by.name if asked.decided_by else person
        return _("%(person)s: %(outcome)s") % {"person": who, "outcome": outcome_label(asked.outcome)}
    if not asked.is_open:
        return _("not needed any more")
    if given.is_back:
        return _("with you again")
    if asked.owner is None:
        return _("nobody has taken it")
    return _("with %(person)s") % {"person": asked.owner.name}


#: Events by which somebody gives a task to a colleague in person, and why it is then on that desk.
GIVEN: dict[str, str | Promise] = {
    "transferred": gettext_lazy("%(person)s handed it on to you."),
    "reassigned": gettext_lazy("%(person)s gave it to you."),
    "delegated": gettext_lazy("%(person)s asks for your opinion."),
    "signer_added": gettext_lazy("%(person)s asks you to sign."),
}


def why_given(step: Step) -> str:
    """Why a task is on the desk of whom somebody gave it to."""
    return str(GIVEN[step.kind]) % {"person": actor_names(step.person, step.acting_for)}


def why_asked(task: Task) -> str:
    """Why a task was given to somebody in person."""
    if task.data.get("delegated_by"):
        return _("A colleague asks for your opinion.")
    if "sign" in task.data:
        return _("A colleague asks you to sign.")
    if "member" in task.data:
        return _("You are one of those who decide together.")
    return _("The task was given to you in person.")

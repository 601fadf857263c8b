"""The notices of the desk, and how the engine's own are sent."""

import datetime
from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.actions import notice
from messaging.kinds import NoticeKind, register
from messaging.models import Notice
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, Task


def _kind(key: str, icon: str, title: Any, body: Any = "") -> NoticeKind:
    return register(NoticeKind(key, icon=icon, title=title, body=body))


WITHDRAWAL_REQUESTED = _kind(
    "withdrawal_requested",
    icon="arrow-back-up",
    title=_("%(case)s: the applicant asks for the case back"),
    body=_("%(text)s Open it and answer."),
)
WITHDRAWAL_GRANTED = _kind(
    "withdrawal_granted",
    icon="arrow-back-up",
    title=_("Your case is with you again"),
    body=_("You asked for it back; you can change it and submit again."),
)
WITHDRAWAL_REFUSED = _kind(
    "withdrawal_refused",
    icon="info-circle",
    title=_("Your case stays in review"),
    body=_("You asked for it back. The reviewer says: %(reason)s"),
)
TRANSFERRED = _kind(
    "task_transferred",
    icon="arrow-forward-up",
    title=_("%(person)s handed you a task: %(case)s"),
    body="%(text)s",
)
DELEGATED = _kind(
    "task_delegated",
    icon="message-question",
    title=_("%(person)s asks for your opinion: %(case)s"),
    body="%(text)s",
)
GIVEN_BACK = _kind(
    "task_given_back",
    icon="message-check",
    title=_("%(person)s has given you an opinion: %(case)s"),
    body="%(text)s",
)
SIGNER_ASKED = _kind(
    "signer_asked",
    icon="writing-sign",
    title=_("%(person)s asks you to sign: %(case)s"),
    body="%(text)s",
)
HANDED_OVER = _kind(
    "case_handed_over",
    icon="arrow-forward-up",
    title=_("%(person)s handed a case over to you: %(case)s"),
    body="%(text)s",
)
COPIED = _kind("case_copied", icon="copy", title=_("%(person)s sent you a copy: %(case)s"), body="%(text)s")
URGED = _kind(
    "task_urged",
    icon="bell-ringing",
    title=_("%(person)s asks you to hurry: %(case)s"),
    body=_("It waits at “%(step)s”."),
)
MENTIONED = _kind("mentioned", icon="at", title=_("%(person)s mentions you: %(case)s"), body="%(text)s")
REASSIGNED = _kind(
    "task_reassigned",
    icon="arrow-forward-up",
    title=_("The career center gave you a task: %(case)s"),
    body="%(text)s",
)
SUSPENDED = _kind(
    "case_suspended", icon="player-pause", title=_("Your case stands still for now"), body="%(reason)s"
)
RESUMED = _kind("case_resumed", icon="player-play", title=_("Your case goes on"), body="%(reason)s")
TERMINATED = _kind(
    "case_terminated", icon="ban", title=_("The career center has ended your case"), body="%(reason)s"
)
BATCH_DONE = _kind(
    "batch_done",
    icon="checks",
    title=_("Your batch is done"),
    body=_("%(ok)s decided, %(refused)s stayed as they were. Open it to see each one."),
)
REMINDER = _kind(
    "task_reminder",
    icon="clock",
    title=_("%(case)s waits for you"),
    body=_("“%(step)s” is due at %(due)s."),
)
ESCALATED = _kind(
    "task_escalated",
    icon="alarm",
    title=_("%(case)s is overdue"),
    body=_("“%(step)s” was due at %(due)s and nobody has decided it. Please look at it."),
)
PASSED_UP = _kind(
    "task_passed_up",
    icon="alarm",
    title=_("%(case)s is overdue and no longer with you"),
    body=_("“%(step)s” was due at %(due)s and nobody has decided it, so others are asked now."),
)
INCIDENT = _kind(
    "incident",
    icon="urgent",
    title=_("An automatic step failed: %(step)s"),
    body=_("%(case)s waits for you to try it again, skip it or move the case."),
)
INCIDENTS = _kind(
    "incidents",
    icon="urgent",
    title=_("%(count)s automatic steps failed"),
    body=_("The last one: %(step)s. All of them wait for you to try them again, skip them or move the case."),
)
POST_BEGUN = _kind(
    "post_begun",
    icon="user-check",
    title=_("Your post at %(unit)s has begun"),
    body=_("%(waiting)s tasks wait for you."),
)
POST_ENDED = _kind(
    "post_ended",
    icon="user-check",
    title=_("Your post at %(unit)s has ended"),
    body=_("What was open there is with whoever holds it now. %(waiting)s tasks still wait for you."),
)


def tell(
    unit: UnitOfWork, people: Iterable[UUID], kind: NoticeKind, task: Task, *, url: str = "", **params: Any
) -> None:
    """Tell *people* about *task*, with the unit of work; whoever does it hears nothing of it."""
    address = url or reverse("approvals:task", args=[task.pk])
    words = {"case": task.process.title, "person": unit.actor.name} | params
    for person in dict.fromkeys(people):
        if person != unit.actor.user_id:
            _put_down(unit, person, kind, address, words)


def tell_applicant(unit: UnitOfWork, case: Case, kind: NoticeKind, **params: Any) -> None:
    """Tell the applicant of *case*."""
    _put_down(unit, case.initiator_id, kind, reverse("home"), {"case": case.title} | params)


def from_engine(
    unit: UnitOfWork, people: Iterable[UUID], kind: str, task: Task | None, params: dict[str, Any]
) -> None:
    """What the engine has to say (`processes.telling`): reminders, escalations, signers' turns, incidents."""
    if kind == "incident":
        _tell_operators(unit, people, task, params)
        return
    known = {each.key: each for each in (REMINDER, ESCALATED, PASSED_UP, SIGNER_ASKED)}
    if kind not in known or task is None:
        return
    words = {"step": task.element.label(get_language() or ""), "due": _moment(task.due_at)} | params
    if task.element.is_initiators:  # the applicant has pages of their own
        tell_applicant(unit, task.process, known[kind], **words)
        return
    lost = kind == PASSED_UP.key  # whoever gets this cannot open the task any more
    tell(unit, people, known[kind], task, url=reverse("approvals:inbox") if lost else "", **words)


def _moment(value: datetime.datetime | None) -> str:
    """A moment as every language reads it."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value is not None else ""


def _tell_operators(
    unit: UnitOfWork, people: Iterable[UUID], task: Task | None, params: dict[str, Any]
) -> None:
    """One notice for all incidents that an operator has not looked at yet, however many there are."""
    words = {"case": task.process.title if task is not None else "", **params}
    for person in people:
        row = unit.remember(("notice of incidents", person), partial(_unread_incidents, unit, person))
        count = row.params.get("count", 0) + 1
        row.params = words | {"count": count}
        row.kind = INCIDENT.key if count == 1 else INCIDENTS.key
        row.created_at = unit.now
        unit.keep(row, None if row._state.adding else ["kind", "params", "created_at"])


def _unread_incidents(unit: UnitOfWork, person: UUID) -> Notice:
    """The notice of incidents that *person* has not opened, else a new one."""
    rows = Notice.objects.filter(recipient=person, read_at=None, kind__in=[INCIDENT.key, INCIDENTS.key])
    row = unit.locking(rows).order_by("created_at", "id").first()
    return row or notice(person, INCIDENT, reverse("incidents:list"))


def _put_down(unit: UnitOfWork, person: UUID, kind: NoticeKind, url: str, params: dict[str, Any]) -> None:
    message = notice(person, kind, url, **params)
    message.created_at = unit.now
    unit.keep(message)

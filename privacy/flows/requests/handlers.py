"""What the answer to a request changes, in the transaction of the decision."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse

from accounts.access.actions import log_access
from accounts.access.models import Purpose, Verb
from accounts.models import User
from messaging.actions import notice
from messaging.kinds import NoticeKind
from privacy import notices
from privacy.correcting import WRITTEN_AT_ONCE, value_of
from privacy.duties import CONTACT, erase_contact, erase_notices, kept_until
from privacy.models import SET_ASIDE, DataRequest, RequestKind, RequestState
from privacy.retention.queries import is_held
from processes.engine.context import CaseChange, HandlerContext
from students.actions import set_aside
from students.models import Student


def answer_opened(context: HandlerContext) -> None:
    """An officer has it, for the first time or again."""
    _set(context, RequestState.IN_REVIEW)


def carry_out(context: HandlerContext) -> None:
    """It was accepted: what the system can do by itself it does now, the rest the officer has done."""
    request: DataRequest = context.subject
    if request.kind == RequestKind.DELETION and is_held(request.person):
        _hold(context)
        return
    if request.kind == RequestKind.RESTRICTION and request.about in SET_ASIDE:
        _keep(context, notices.SET_ASIDE)
        return
    _DEEDS.get(request.kind, _nothing)(context)
    _close(context, RequestState.DONE)
    _tell(context, notices.DONE, answer=request.answer)


def _hold(context: HandlerContext) -> None:
    """A legal hold stands on the person: nothing is erased as long as it does, whenever it was placed."""
    _keep(context, notices.HELD)


def restrict(context: HandlerContext) -> None:
    """Deletion is blocked by a duty to keep: it is kept without use, and the person learns until when."""
    request: DataRequest = context.subject
    request.until = kept_until(request.person, request.about, context.now)
    _keep(context, notices.RESTRICTED, until=request.until.isoformat() if request.until else "")


def _keep(context: HandlerContext, kind: NoticeKind, **words: Any) -> None:
    """It is kept without use: where lists are made of it, the student is in none from now on (ADR 30)."""
    request: DataRequest = context.subject
    if request.about in SET_ASIDE:
        set_aside(request.person, _officer(context), context.now)
    _close(context, RequestState.RESTRICTED)
    _tell(context, kind, answer=request.answer, **words)


def _correct(context: HandlerContext) -> None:
    """Write what was asked for into the record; fields that decide papers the officer has corrected."""
    request: DataRequest = context.subject
    if request.field in WRITTEN_AT_ONCE:
        student = _student(request)
        setattr(student, request.field, value_of(request.field, request.wanted))
        student.phone_verified = student.phone_verified and request.field != "mobile"
        _save(context, student, [request.field, "phone_verified"])


def _delete(context: HandlerContext) -> None:
    request: DataRequest = context.subject
    if request.about == CONTACT:
        student = _student(request)
        _save(context, student, erase_contact(student))
    elif request.about == "notices":
        erase_notices(request.person, context.now)


def _nothing(_context: HandlerContext) -> None:
    """The officer did it, or had to answer alone."""


_DEEDS: Mapping[str, Callable[[HandlerContext], None]] = {
    RequestKind.CORRECTION: _correct,
    RequestKind.DELETION: _delete,
}


def _student(request: DataRequest) -> Student:
    return Student.objects.select_for_update().get(user=request.person)


def _save(context: HandlerContext, student: Student, fields: list[str]) -> None:
    student.changed_at = context.now
    student.save(update_fields=[*fields, "changed_at"])
    log_access(_officer(context), Verb.CHANGE, student, detail=",".join(fields), purpose=Purpose.CORRECTION)


def _officer(context: HandlerContext) -> User | None:
    who = context.actor.user_id
    return User.objects.get(pk=who) if who else None


def on_change(context: HandlerContext, change: CaseChange) -> None:
    """Keep the state in step with the case and tell the person what others did."""
    CHANGES[change.kind](context)


def _resumed(context: HandlerContext) -> None:
    """The officer took the return back."""
    _set(context, RequestState.IN_REVIEW)


def _returned(context: HandlerContext) -> None:
    _set(context, RequestState.RETURNED)
    _tell(context, notices.RETURNED, reason=_reason(context))


def _withdrawn(context: HandlerContext) -> None:
    _set(context, RequestState.DRAFT)


def _rejected(context: HandlerContext) -> None:
    context.subject.answer = _reason(context)
    _close(context, RequestState.REJECTED)
    _tell(context, notices.REJECTED, reason=_reason(context))


def _cancelled(context: HandlerContext) -> None:
    _close(context, RequestState.CANCELLED)


CHANGES: Mapping[str, Callable[[HandlerContext], None]] = {
    "submitted": _nothing,
    "answered": _nothing,
    "resumed": _resumed,
    "returned": _returned,
    "withdrawn": _withdrawn,
    "rejected": _rejected,
    "cancelled": _cancelled,
}


def _set(context: HandlerContext, state: RequestState) -> None:
    context.subject.state = state
    context.save(context.subject)


def _close(context: HandlerContext, state: RequestState) -> None:
    context.subject.closed_at, context.subject.open_key = context.now, None
    _set(context, state)


def _reason(context: HandlerContext) -> str:
    return context.decision.text if context.decision else ""


def _tell(context: HandlerContext, kind: NoticeKind, **words: Any) -> None:
    page = reverse("privacy:request", args=[context.subject.pk])
    message = notice(context.subject.person_id, kind, page, **words)
    message.created_at = context.now
    context.create(message)

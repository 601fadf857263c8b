"""What a vetting changes in the world, inside the unit of work of the decision."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from employers import notices
from employers.flows.vetting.hints import find_hints, risks
from employers.models import Employer, EmployerTag, EmployerUser, MembershipState
from employers.tags import tags_for
from forms.queries import attachments_in, latest_submission
from messaging.actions import notice
from messaging.kinds import NoticeKind
from processes.engine.context import CaseChange, HandlerContext

People = Mapping[Any, list[EmployerUser]]


def assess_risk(context: HandlerContext) -> None:
    """Look for what a reviewer should know, and let the chain know how much of it asks for a second one."""
    employer: Employer = context.subject
    submission = latest_submission(context.case.pk)
    if submission is None:
        return
    files, today = list(attachments_in(submission)), timezone.localdate(context.now)
    employer.hints = find_hints(employer, submission.values, files, today)
    context.save(employer)
    context.set_variables(risk_hints=risks(employer.hints))


def admit(context: HandlerContext) -> None:
    """The employer stands in the library with its tags, and the person who applied acts for it as owner."""
    employer: Employer = context.subject
    today = timezone.localdate(context.now)
    employer.admit(today)
    context.save(employer)
    for code in tags_for(employer, today):
        if code not in _tagged(context).get(employer.pk, ()):
            context.create(EmployerTag(employer=employer, code=code))
    for person in _people(context).get(employer.pk, ()):
        if person.state == MembershipState.APPLYING and person.user_id == context.case.initiator_id:
            person.admit(context.actor.user_id, context.now)
            context.save(person)
    _tell_applicant(context, notices.ADMITTED, number=context.case.number)


def expire(context: HandlerContext) -> None:
    """The application lay with its applicant for too long (flows 1); the code is free again."""
    context.subject.expire()
    context.save(context.subject)
    _tell_applicant(context, notices.EXPIRED)
    _free_code(context)


def _tagged(context: HandlerContext) -> Mapping[Any, set[str]]:
    """The tags that the employers at hand carry already, loaded together."""

    def load(employers: list[Employer]) -> Mapping[Any, set[str]]:
        found: dict[Any, set[str]] = {}
        for key, code in EmployerTag.objects.filter(employer__in=employers).values_list("employer", "code"):
            found.setdefault(key, set()).add(code)
        return found

    return context.prefetch("tags", load)


def _people(context: HandlerContext) -> People:
    """Who acts for the employers at hand or asks to, loaded together."""

    def load(employers: list[Employer]) -> People:
        found: dict[Any, list[EmployerUser]] = {}
        people = EmployerUser.objects.filter(employer__in=employers, live_key__isnull=False)
        for person in people.select_related("user").order_by("asked_at"):
            found.setdefault(person.employer_id, []).append(person)
        return found

    return context.prefetch("people", load)


def on_change(context: HandlerContext, change: CaseChange) -> None:
    """Keep the employer's state in step with its case and tell the applicant what others did."""
    CHANGES[change.kind](context)
    context.save(context.subject)


def _submitted(context: HandlerContext) -> None:
    context.subject.submit()


def _returned(context: HandlerContext) -> None:
    context.subject.send_back()
    _tell_applicant(context, notices.RETURNED, reason=_reason(context))


def _withdrawn(context: HandlerContext) -> None:
    context.subject.take_back()


def _rejected(context: HandlerContext) -> None:
    context.subject.reject()
    _tell_applicant(context, notices.REJECTED, reason=_reason(context))
    _free_code(context)


def _resumed(context: HandlerContext) -> None:
    context.subject.resume()


def _cancelled(context: HandlerContext) -> None:
    context.subject.cancel()
    _free_code(context)


CHANGES: Mapping[str, Callable[[HandlerContext], None]] = {
    "submitted": _submitted,
    "returned": _returned,
    "withdrawn": _withdrawn,
    "rejected": _rejected,
    "cancelled": _cancelled,
    "resumed": _resumed,
}


def _free_code(context: HandlerContext) -> None:
    """Whoever asked to join hears that the code can be registered now."""
    for person in _people(context).get(context.subject.pk, ()):
        if person.state == MembershipState.ASKED:
            person.end(context.now)
            context.save(person)
            _tell(context, person.user, notices.OPEN_AGAIN, reverse("employers:register"))


def _reason(context: HandlerContext) -> str:
    return context.decision.text if context.decision else ""


def _tell_applicant(context: HandlerContext, kind: NoticeKind, **values: str) -> None:
    _tell(context, context.case.initiator, kind, reverse("employers:home"), **values)


def _tell(context: HandlerContext, person: User, kind: NoticeKind, url: str, **values: str) -> None:
    message = notice(person, kind, url, **values)
    message.created_at = context.now
    context.create(message)

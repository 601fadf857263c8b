"""What a filing changes in the world, inside the unit of work of the decision."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from destinations import notices
from destinations.models import Destination
from messaging.actions import notice
from messaging.kinds import NoticeKind
from processes.engine.context import CaseChange, HandlerContext
from processes.queries import history

COLLEGE_APPROVAL = "college_approval_freelance"
FREELANCE = "76"


def make_effective(context: HandlerContext) -> None:
    """The destination counts from today; the version it replaces ended with today."""
    destination: Destination = context.subject
    today = timezone.localdate(context.now)
    replaced = _replaced(context).get(destination.replaces_id)
    if replaced is not None:
        replaced.supersede(today)
        context.save(replaced)
    if destination.category == FREELANCE:
        _name_approvers(context, destination)
    destination.take_effect(1 + ((replaced and replaced.version) or 0), today)
    context.save(destination)
    _tell(context, notices.EFFECTIVE, number=context.case.number)


def _replaced(context: HandlerContext) -> Mapping[Any, Destination]:
    """The effective versions that the filings at hand replace, loaded together."""

    def load(destinations: list[Destination]) -> Mapping[Any, Destination]:
        return Destination.objects.in_bulk([d.replaces_id for d in destinations if d.replaces_id])

    return context.prefetch("replaced", load)


def _name_approvers(context: HandlerContext, destination: Destination) -> None:
    """RL-14: freelance work names who approved it for the college and for the university."""
    approvals = [step for step in history(context.case) if step.kind == "approved" and step.element]
    college = [step for step in approvals if step.element and step.element.id == COLLEGE_APPROVAL]
    destination.approved_by_college = college[-1].person.name if college and college[-1].person else ""
    destination.approved_by_university = context.actor.name


def on_change(context: HandlerContext, change: CaseChange) -> None:
    """Keep the destination's state in step with its case and tell the graduate what others did."""
    CHANGES[change.kind](context)
    context.save(context.subject)


def _submitted(context: HandlerContext) -> None:
    context.subject.submit()


def _returned(context: HandlerContext) -> None:
    context.subject.send_back()
    _tell(context, notices.RETURNED, reason=_reason(context))


def _withdrawn(context: HandlerContext) -> None:
    context.subject.take_back()


def _rejected(context: HandlerContext) -> None:
    context.subject.reject()
    _tell(context, notices.REJECTED, reason=_reason(context))


def _resumed(context: HandlerContext) -> None:
    context.subject.resume()


def _cancelled(context: HandlerContext) -> None:
    context.subject.cancel()


CHANGES: Mapping[str, Callable[[HandlerContext], None]] = {
    "submitted": _submitted,
    "returned": _returned,
    "withdrawn": _withdrawn,
    "rejected": _rejected,
    "cancelled": _cancelled,
    "resumed": _resumed,
}


def _reason(context: HandlerContext) -> str:
    return context.decision.text if context.decision else ""


def _tell(context: HandlerContext, kind: NoticeKind, **values: str) -> None:
    message = notice(context.subject.student.user, kind, reverse("destinations:me"), **values)
    message.created_at = context.now
    context.create(message)

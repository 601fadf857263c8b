"""Home: what to do next, where the filing is, what was filed before."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.permissions import SignedInRequest
from approvals import parcel
from approvals import rules as approval_rules
from destinations.flows.filing import actions, rules
from destinations.models import OPEN_STATES, Destination, DestinationState
from destinations.queries import FLOW_KEY, destinations_of
from destinations.views.access import student_of
from forms.answers import submission_sections
from forms.queries import attachments_in, latest_submission
from processes.models import Case
from processes.queries import Stop
from processes.queries import position as case_position


@login_required
@require_GET
def me(request: SignedInRequest) -> HttpResponse:
    """What to do next, where the filing is, and what was filed before."""
    student = student_of(request)
    filed = list(destinations_of(student).filter(cohort=student.cohort))
    current = _current(filed)
    context: dict[str, Any] = {
        "student": student,
        "current": current,
        "earlier": [destination for destination in filed if destination is not current],
        "may_file": rules.can_file(student.user, student),
    }
    if current is not None and current.state != DestinationState.EFFECTIVE:
        context |= _progress(current, request.user)
    return render(request, "destinations/me.html", context)


def _current(filed: list[Destination]) -> Destination | None:
    """The open filing, else the effective one, else the latest that a reviewer refused."""
    for states in (OPEN_STATES, (DestinationState.EFFECTIVE,), (DestinationState.REJECTED,)):
        for destination in filed:
            if destination.state in states:
                return destination
    return None


def _progress(destination: Destination, user: User) -> dict[str, Any]:
    """Where a filing is; what has to be corrected or why it was refused; how long it usually takes."""
    case = actions.case_of(destination)
    position = case_position(case)
    stops = parcel.parcel_line(case, _("In effect"), position)
    in_review = destination.state == DestinationState.IN_REVIEW
    return _verbs(case, position, user) | {
        "case": case,
        "stops": stops if destination.is_open and destination.submitted_at else [],
        "correction": parcel.correction_of(case),
        "usual_days": parcel.usual_days(FLOW_KEY) if in_review else None,
        "due_at": next((stop.due_at for stop in stops if stop.due_at), None),
    }


def _verbs(case: Case, stops: list[Stop], user: User) -> dict[str, Any]:
    """What the graduate may do while others have the filing: take it back, ask for it back."""
    waiting = [stop.task for stop in stops if stop.state == "current" and stop.task is not None]
    for task in waiting:
        task.process = case
    return {
        "may_withdraw": approval_rules.can_withdraw(user, case, waiting),
        "may_ask_back": approval_rules.can_request_withdrawal(user, case, waiting),
        "asked_back": any(task.data.get("withdrawal") for task in waiting),
        "is_suspended": case.is_suspended,
    }


@login_required
@require_GET
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What was handed in last with one filing, its proof and its whole history."""
    student = student_of(request)
    destination = get_object_or_404(destinations_of(student), pk=pk)
    case = actions.case_of(destination)
    submission = latest_submission(case.pk)
    context = {
        "destination": destination,
        "case": case,
        "sections": submission_sections(submission) if submission else [],
        "files": attachments_in(submission) if submission else [],
        "stops": parcel.history_line(case),
    }
    return render(request, "destinations/detail.html", context)


@login_required
@require_GET
def submitted(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """It was handed in: what happens next, and when."""
    student = student_of(request)
    destination = get_object_or_404(destinations_of(student), pk=pk)
    context = {"destination": destination} | _progress(destination, request.user)
    return render(request, "destinations/submitted.html", context)

"""Home: what to do next, where the filing is, what was filed before."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from approvals import parcel
from destinations.flows.filing import actions, rules
from destinations.models import OPEN_STATES, Destination, DestinationState
from destinations.queries import FLOW_KEY, destinations_of
from destinations.views.access import student_of
from forms.answers import submission_sections
from forms.queries import attachments_in, latest_submission


@login_required
@require_GET
def me(request: HttpRequest) -> HttpResponse:
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
        context |= _progress(current)
    return render(request, "destinations/me.html", context)


def _current(filed: list[Destination]) -> Destination | None:
    """The open filing, else the effective one, else the latest that a reviewer refused."""
    for states in (OPEN_STATES, (DestinationState.EFFECTIVE,), (DestinationState.REJECTED,)):
        for destination in filed:
            if destination.state in states:
                return destination
    return None


def _progress(destination: Destination) -> dict[str, Any]:
    """Where a filing is; what has to be corrected or why it was refused; how long it usually takes."""
    case = actions.case_of(destination)
    stops = parcel.parcel_line(case, _("In effect"))
    in_review = destination.state == DestinationState.IN_REVIEW
    return {
        "stops": stops if destination.is_open and destination.submitted_at else [],
        "correction": parcel.correction_of(case),
        "usual_days": parcel.usual_days(FLOW_KEY) if in_review else None,
        "due_at": next((stop.due_at for stop in stops if stop.due_at), None),
    }


@login_required
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
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
def submitted(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was handed in: what happens next, and when."""
    student = student_of(request)
    destination = get_object_or_404(destinations_of(student), pk=pk)
    context = {"destination": destination} | _progress(destination)
    return render(request, "destinations/submitted.html", context)

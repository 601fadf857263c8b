"""Home: what to do next, where the application is, what was handed in."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from approvals import parcel
from employers.flows.vetting import rules
from employers.models import Employer, EmployerState, MembershipState
from employers.queries import FLOW_KEY, asking, own_cases
from employers.views.access import own_employer, person_of
from forms.answers import submission_sections
from forms.queries import attachments_in, latest_submission
from processes.models import Case
from processes.queries import next_timer


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The organisation with its state and the next thing to do; before that, where the request to join is."""
    person = person_of(request)
    if person.state not in (MembershipState.ACTIVE, MembershipState.APPLYING):
        return render(request, "employers/waiting.html", {"person": person})
    employer = person.employer
    context: dict[str, Any] = {"person": person, "employer": employer}
    if employer.state != EmployerState.APPROVED:
        context |= _progress(employer, employer.case)
        context["may_start"] = employer.is_closed and rules.can_start_again(person.user, employer)
    elif person.is_owner:
        context["asking"] = asking(employer).count()
    context["is_applicant"] = own_cases(person.user, employer).exclude(submitted_at=None).exists()
    return render(request, "employers/home.html", context)


def _progress(employer: Employer, case: Case) -> dict[str, Any]:
    """Where an application is; what has to be corrected or why it was refused; how long it usually takes."""
    stops = parcel.parcel_line(case, _("In the library"))
    in_review = employer.state == EmployerState.APPLIED
    return {
        "stops": stops if employer.is_open and case.submitted_at else [],
        "correction": parcel.correction_of(case),
        "usual_days": parcel.usual_days(FLOW_KEY) if in_review else None,
        "expires_at": next_timer(case) if employer.is_open and not in_review else None,
        "due_at": next((stop.due_at for stop in stops if stop.due_at), None),
    }


def _own_case(request: HttpRequest) -> tuple[Employer, Case]:
    """The reader's latest case that was handed in. Raises Http404 when there is none."""
    employer = own_employer(request)
    case = own_cases(request.user, employer).exclude(submitted_at=None).first()  # type: ignore[arg-type]
    if case is None:
        raise Http404
    return employer, case


@login_required
@require_GET
def details(request: HttpRequest) -> HttpResponse:
    """What was handed in last, its papers and the whole history."""
    employer, case = _own_case(request)
    submission = latest_submission(case.pk)
    context = {
        "employer": employer,
        "case": case,
        "sections": submission_sections(submission) if submission else [],
        "files": attachments_in(submission) if submission else [],
        "stops": parcel.history_line(case),
    }
    return render(request, "employers/details.html", context)


@login_required
@require_GET
def submitted(request: HttpRequest) -> HttpResponse:
    """It was handed in: what happens next, and when."""
    employer, case = _own_case(request)
    return render(request, "employers/submitted.html", {"employer": employer} | _progress(employer, case))

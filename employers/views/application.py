"""The way an application takes: questions page by page, papers, check, submit."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.case_draft import REVIEW
from approvals.views.steps import answer_step
from common.errors import BadInput
from employers.flows.vetting import actions, words
from employers.flows.vetting.draft import ApplicationDraft
from employers.models import EmployerState
from employers.views.access import actor_of, applied_for, open_application, own_employer
from forms.answers import Step
from forms.models import Draft


@login_required
@require_GET
def application(request: HttpRequest) -> HttpResponse:
    """Where to go on with the application."""
    employer = applied_for(request)
    if employer.state not in (EmployerState.DRAFT, EmployerState.RETURNED):
        return redirect("employers:home")
    return redirect("employers:step", ApplicationDraft(employer).next_step())


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Apply anew; while an application is open this is refused with the way to it (flows X12)."""
    actions.start_again(own_employer(request), actor_of(request))
    return redirect("employers:application")


@login_required
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the application back from review, or ask the reviewer who has it."""
    if not actions.withdraw_application(open_application(request), actor_of(request)):
        messages.success(request, _("The reviewer was asked to let it go. You get a notice with the answer."))
        return redirect("employers:home")
    messages.success(request, _("The application is with you again. Nothing you wrote was lost."))
    return redirect("employers:application")


@login_required
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Give the open application up."""
    actions.discard_application(open_application(request), actor_of(request))
    messages.success(request, _("The application was given up."))
    return redirect("employers:home")


@login_required
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, key: str) -> HttpResponseBase:
    """One page of the application: a group of questions, the papers, or the check at the end."""
    employer = open_application(request)
    if employer.state == EmployerState.APPLIED:
        return redirect("employers:home")
    draft = ApplicationDraft(employer)
    here = draft.step(key)
    if here is None:
        return redirect("employers:application")
    if key == REVIEW:
        return _review(request, draft)
    return _questions(request, draft, here) if request.method == "GET" else _answer(request, draft, here)


def _questions(
    request: HttpRequest, draft: ApplicationDraft, here: Step, *, checked: bool = False, warning: str = ""
) -> HttpResponse:
    context = {
        "draft": draft,
        "here": here,
        "before": draft.before(here.key),
        "marked": draft.marks.keys() & set(here.fields),
        "form": draft.form(here, show_faults=checked or bool(draft.marks)),
        "warning": warning,
    }
    return render(request, "employers/step.html", context, status=422 if checked or warning else 200)


def _answer(request: HttpRequest, draft: ApplicationDraft, here: Step) -> HttpResponseBase:
    def save(answers: dict[str, Any], revision: int) -> Draft:
        return actions.save_answers(draft.employer, answers, actor_of(request), revision=revision)

    return answer_step(request, draft, here, save, partial(_questions, request, draft, here))


def _review(request: HttpRequest, draft: ApplicationDraft) -> HttpResponse:
    """Everything that was written, what is missing, the promise, and the button that hands it in."""
    problems = ""
    if request.method == "POST":
        try:
            promised = request.POST.get("promised") == "on"
            actions.submit_application(draft.employer, actor_of(request), promised=promised)
            return redirect("employers:submitted")
        except BadInput as error:
            problems = str(error)
    context = {
        "draft": draft,
        "before": draft.before(REVIEW),
        "problems": problems,
        "promises": words.PROMISES,
        "promise": words.PROMISE,
    }
    return render(request, "employers/review.html", context, status=422 if problems else 200)

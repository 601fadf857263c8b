"""The way a filing takes: category, questions page by page, proof, check, submit."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.case_draft import REVIEW
from approvals.views.steps import answer_step
from common.errors import BadInput
from destinations.flows.filing import actions, pages, rules, words
from destinations.flows.filing.draft import FilingDraft
from destinations.models import DestinationState
from destinations.queries import open_filing
from destinations.views.access import actor_of, open_filing_of, student_of
from forms.answers import Step
from forms.models import Draft


@login_required
@require_GET
def filing(request: HttpRequest) -> HttpResponse:
    """Where to go on with the filing; before there is one, what it is about."""
    student = student_of(request)
    destination = open_filing(student)
    if destination is None:
        context = {
            "student": student,
            "may_file": rules.can_file(student.user, student),
        } | _bans()
        return render(request, "destinations/start.html", context)
    if destination.state == DestinationState.IN_REVIEW:
        return redirect("destinations:detail", destination.pk)
    destination.student = student
    return redirect("destinations:step", FilingDraft(destination).next_step())


def _bans() -> dict[str, Any]:
    """The four bans and whom to tell about pressure (RL-10)."""
    return {
        "bans": words.FOUR_BANS,
        "report_phone": settings.REPORT_PHONE,
        "report_mail": settings.REPORT_MAIL,
    }


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Open a filing, or go on with the one that is open."""
    actions.start_filing(student_of(request), actor_of(request))
    return redirect("destinations:filing")


@login_required
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the filing back from review."""
    actions.withdraw_filing(open_filing_of(request), actor_of(request))
    messages.success(request, _("The filing is with you again. Nothing you wrote was lost."))
    return redirect("destinations:filing")


@login_required
@require_POST
def ask_back(request: HttpRequest) -> HttpResponse:
    """Ask the reviewer who has it to let the filing go."""
    actions.ask_back(open_filing_of(request), actor_of(request), text=request.POST.get("text", "")[:200])
    messages.success(request, _("The reviewer was asked. You get a notice with the answer."))
    return redirect("destinations:me")


@login_required
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Give the open filing up."""
    actions.discard_filing(open_filing_of(request), actor_of(request))
    messages.success(request, _("The filing was discarded."))
    return redirect("destinations:me")


@login_required
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, key: str) -> HttpResponseBase:
    """One page of the filing: the category, a group of questions, or the check at the end."""
    destination = open_filing_of(request)
    if destination.state == DestinationState.IN_REVIEW:
        return redirect("destinations:detail", destination.pk)
    draft = FilingDraft(destination)
    here = draft.step(key)
    if here is None:
        return redirect("destinations:filing")
    if key == pages.CATEGORY:
        return _category(request, draft)
    if key == REVIEW:
        return _review(request, draft)
    return _questions(request, draft, here) if request.method == "GET" else _answer(request, draft, here)


def _category(request: HttpRequest, draft: FilingDraft) -> HttpResponse:
    if request.method == "POST":
        try:
            actions.choose_category(draft.destination, request.POST.get("category", ""), actor_of(request))
        except BadInput as error:
            messages.error(request, str(error))
            return redirect("destinations:step", pages.CATEGORY)
        return redirect("destinations:step", FilingDraft(draft.destination).after(pages.CATEGORY))
    context = {"draft": draft, "groups": pages.category_cards(draft.student)} | _bans()
    return render(request, "destinations/category.html", context)


def _questions(
    request: HttpRequest, draft: FilingDraft, here: Step, *, checked: bool = False, warning: str = ""
) -> HttpResponse:
    context = {
        "draft": draft,
        "here": here,
        "before": draft.before(here.key),
        "marked": draft.marks.keys() & set(here.fields),
        "form": draft.form(here, show_faults=checked or bool(draft.marks)),
        "proof": pages.proof_asked(draft.category) if pages.PROOF_FIELD in here.fields else None,
        "not_proof": words.NOT_PROOF,
        "warning": warning,
    }
    return render(request, "destinations/step.html", context, status=422 if checked or warning else 200)


def _answer(request: HttpRequest, draft: FilingDraft, here: Step) -> HttpResponseBase:
    def save(answers: dict[str, Any], revision: int) -> Draft:
        return actions.save_answers(draft.destination, answers, actor_of(request), revision=revision)

    return answer_step(request, draft, here, save, partial(_questions, request, draft, here))


def _review(request: HttpRequest, draft: FilingDraft) -> HttpResponse:
    """Everything that was written, what is missing, the declaration, and the button that hands it in."""
    problems, declared = "", True
    if request.method == "POST":
        try:
            declared = request.POST.get("declared") == "on"
            destination = actions.submit_filing(draft.destination, actor_of(request), declared=declared)
            return redirect("destinations:submitted", destination.pk)
        except BadInput as error:
            problems = str(error)
    context = {
        "draft": draft,
        "before": draft.before(REVIEW),
        "sections": draft.sections,
        "problems": problems if declared else "",
        "undeclared": "" if declared else problems,
        "declaration": words.DECLARATION,
    } | _bans()
    return render(request, "destinations/review.html", context, status=422 if problems else 200)

"""The way an application takes: questions page by page, check, submit; taking it back, giving it up."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.case_draft import REVIEW
from approvals.views.steps import answer_step
from common.errors import BadInput
from employers.views.access import actor_of
from forms.answers import Step
from forms.models import Draft
from talks.flows.talk import actions
from talks.flows.talk.draft import TalkDraft
from talks.views.access import own_talk


@login_required
@require_GET
def application(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where to go on with the application."""
    talk = own_talk(request, pk)
    if not talk.is_with_applicant:
        return redirect("talks:own", talk.pk)
    return redirect("talks:step", talk.pk, TalkDraft(talk).next_step())


@login_required
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, pk: UUID, key: str) -> HttpResponseBase:
    """One page of the application: a group of questions, or the check at the end."""
    talk = own_talk(request, pk)
    if not talk.is_with_applicant:
        return redirect("talks:own", talk.pk)
    draft = TalkDraft(talk)
    here = draft.step(key)
    if here is None:
        return redirect("talks:application", talk.pk)
    if key == REVIEW:
        return _review(request, draft)
    return _questions(request, draft, here) if request.method == "GET" else _answer(request, draft, here)


def _questions(
    request: HttpRequest, draft: TalkDraft, here: Step, *, checked: bool = False, warning: str = ""
) -> HttpResponse:
    context = {
        "talk": draft.talk,
        "draft": draft,
        "here": here,
        "before": draft.before(here.key),
        "marked": draft.marks.keys() & set(here.fields),
        "form": draft.form(here, show_faults=checked or bool(draft.marks)),
        "warning": warning,
    }
    return render(request, "talks/own/step.html", context, status=422 if checked or warning else 200)


def _answer(request: HttpRequest, draft: TalkDraft, here: Step) -> HttpResponseBase:
    def save(answers: dict[str, Any], revision: int) -> Draft:
        return actions.save_answers(draft.talk, answers, actor_of(request), revision=revision)

    return answer_step(request, draft, here, save, partial(_questions, request, draft, here))


def _review(request: HttpRequest, draft: TalkDraft) -> HttpResponse:
    """Everything that was written, what is missing, and the button that hands it in."""
    problems = ""
    if request.method == "POST":
        try:
            actions.submit_talk(draft.talk, actor_of(request))
        except BadInput as error:
            problems = str(error)
        else:
            messages.success(request, _("Your application is on its way. You hear from the school here."))
            return redirect("talks:own", draft.talk.pk)
    context = {"talk": draft.talk, "draft": draft, "before": draft.before(REVIEW), "problems": problems}
    return render(request, "talks/own/review.html", context, status=422 if problems else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the application back from review, or ask the officer who has it."""
    talk = own_talk(request, pk)
    if not actions.withdraw_talk(talk, actor_of(request)):
        messages.success(request, _("The reviewer was asked to let it go. You get a notice with the answer."))
        return redirect("talks:own", talk.pk)
    messages.success(request, _("The application is with you again. Nothing you wrote was lost."))
    return redirect("talks:application", talk.pk)


@login_required
@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the open application up."""
    actions.discard_talk(own_talk(request, pk), actor_of(request))
    messages.success(request, _("The application was given up."))
    return redirect("talks:own_list")

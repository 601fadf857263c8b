"""Whatever can be done with a task beside deciding it: its form, and doing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from accounts.models import User
from approvals import actions, queries, rules
from approvals.forms import person_keys
from approvals.queries import Colleague
from approvals.verbs import VERBS, Said, Verb
from approvals.views import DeskRequest, reviewers_only
from approvals.views.task import visible_task
from approvals.words import PLACES
from common.errors import BadInput, UserError
from common.http import client_ip
from processes.engine.actor import Actor
from processes.models import Task


@reviewers_only
@require_http_methods(["GET", "POST"])
@never_cache
def verb(request: DeskRequest, task_id: UUID, name: str) -> HttpResponse:
    """The form of a verb, or doing it; beside the list the row and the task follow what happened."""
    task, wanted = visible_task(request.user, task_id), VERBS.get(name)
    if wanted is None:
        raise Http404
    if request.method == "GET":
        return _form(request, task, wanted)
    by = Actor(request.user, ip=client_ip(request))
    try:
        wanted.run(task, _said(request), by)
    except UserError as error:
        if wanted.asks and isinstance(error, BadInput):
            return _form(request, task, wanted, fault=str(error), status=422)
        return _refused(request, task, error)
    return _done(request, task_id, str(wanted.done), by)


@reviewers_only
@require_POST
def take_last_back(request: DeskRequest) -> HttpResponse:
    """Take back the reader's last decision, whatever it was."""
    last = queries.last_decision(request.user)
    by = Actor(request.user, ip=client_ip(request))
    try:
        if last is None:
            raise BadInput(_("You have decided nothing yet."))
        actions.take_back(last.pk, by)
    except UserError as error:
        return _refused(request, last, error)
    said = _("%(case)s is open again.") % {"case": last.process.title}
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = f"{reverse('approvals:inbox')}?view=all&task={last.pk}"
        messages.success(request, said)
        return answer
    messages.success(request, said)
    return redirect("approvals:task", last.pk)


def _said(request: DeskRequest) -> Said:
    return Said(
        people=tuple(person_keys(request.POST.getlist("person"))),
        text=request.POST.get("text", ""),
        choice=request.POST.get("choice", ""),
    )


def _form(
    request: DeskRequest, task: Task, wanted: Verb, *, fault: str = "", status: int = 200
) -> HttpResponse:
    verdict = wanted.rule(Actor(request.user), task, timezone.now())
    context: dict[str, Any] = {
        "verb": wanted,
        "task": task,
        "verdict": verdict,
        "colleagues": _people(wanted, task, request.user) if verdict else [],
        "choices": list(PLACES.items()) if wanted.choices else [],
        "said": request.POST,
        "chosen": request.POST.getlist("person"),
        "fault": fault,
    }
    return render(request, "approvals/verb.html", context, status=status)


def _people(wanted: Verb, task: Task, user: User) -> list[Colleague]:
    match wanted.people:
        case "colleagues":
            return queries.colleagues_for(task, user)
        case "around":
            return queries.people_around(task.process, user)
        case "involved":
            return [Colleague(person) for person in queries.people_involved(task.process, user)]
        case "signers":
            return [Colleague(person) for person in queries.signers_asked(task)]
    return []


def _done(request: DeskRequest, task_id: UUID, said: str, by: Actor) -> HttpResponse:
    task = queries.task_with_case(task_id)
    stays = task is not None and bool(rules.can_hold(by, task))
    if request.htmx and task is not None:
        context = {"task": task, "stays": stays, "said": said, "now": timezone.now(), "oob": True}
        answer = render(request, "approvals/parts/verb_done.html", context)
        told = {"task": str(task_id), "stays": stays, "text": said}
        return trigger_client_event(answer, "verbdone", told, after="settle")
    messages.success(request, said)
    if task is not None and rules.can_see_task(by, task):
        return redirect("approvals:task", task_id)
    return redirect("approvals:inbox")


def _refused(request: DeskRequest, task: Task | None, error: UserError) -> HttpResponse:
    if request.htmx:
        toast = {"tone": "error", "text": str(error)}
        return trigger_client_event(HttpResponse(status=204), "toast", toast)
    messages.error(request, str(error))
    return redirect("approvals:task", task.pk) if task else redirect("approvals:inbox")

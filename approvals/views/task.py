"""One task: its page, its decision, its files, and the way to its neighbours."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.actions import log_access
from accounts.access.models import Verb
from accounts.models import User
from accounts.permissions import roles_required
from accounts.posts import reach_of
from accounts.roles import FILE_READERS
from approvals import actions, queries, rules
from approvals.filters import Filters
from approvals.forms import DecisionForm
from approvals.task_page import TaskPage
from approvals.views import DeskRequest, reviewers_only
from approvals.words import outcome_label
from common.errors import BadInput, Refused, UserError
from common.http import client_ip
from forms.serving import file_response
from processes.models import Case, Task


@reviewers_only
@require_GET
@never_cache
def show(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """The task's page; asked for by the inbox, only what stands beside the list."""
    return _page(request, task_id)


@reviewers_only
@require_POST
def decide(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Approve, return or reject. A page gets the next task, the inbox a word on how it went."""
    task = visible_task(request.user, task_id)
    form, page = DecisionForm(request.POST), TaskPage(request.user, task, timezone.now())
    by = actions.Actor(request.user, ip=client_ip(request))
    try:
        decision = form.decision({row.code for row in page.reasons}, {field.key for field, _ in page.filled})
        _require_own_page(page, decision.outcome)
        actions.decide(task_id, decision, by, revision=form.cleaned_data["revision"])
    except UserError as error:
        return _refused(request, task_id, error)
    return _decided(request, task, decision.outcome)


def _require_own_page(page: TaskPage, outcome: str) -> None:
    """A step with a page of its own is approved there, because more has to be said. Raises Refused."""
    if outcome == "approve" and page.own_page and page.task.is_open:
        words = _("“%(step)s” takes more than a yes. Decide it on its own page.") % {"step": page.step}
        raise Refused(words, link=page.own_page)


@reviewers_only
@require_GET
def following(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """The task behind this one in the reader's list; at its end the list."""
    return _to_neighbour(request, visible_task(request.user, task_id), back=False)


@reviewers_only
@require_GET
def preceding(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """The task before this one in the reader's list; at its beginning the list."""
    return _to_neighbour(request, visible_task(request.user, task_id), back=True)


@roles_required(*FILE_READERS)
@require_GET
def file(request: DeskRequest, attachment_id: UUID) -> HttpResponseBase:
    """A proof, for those who may see its case; that it was seen is recorded."""
    attachment = queries.attachment(request.user, attachment_id)
    if attachment is None:
        raise Http404
    subject = Case.objects.get(pk=attachment.case_id).subject
    log_access(request.user, Verb.FILE, subject, detail=str(attachment.pk))
    return file_response(attachment)


def visible_task(user: User, task_id: UUID) -> Task:
    """The task, if it is or was the person's. Raises Http404."""
    return _visible(user, task_id)[0]


def _visible(user: User, task_id: UUID) -> tuple[Task, list[Task]]:
    """The task with those beside it in its case, if it is or was the person's. Raises Http404.

    The reader's posts are read first: no time tells whether a task that is not theirs exists.
    """
    reach_of(user)
    tasks = queries.tasks_beside(task_id)
    task = next((each for each in tasks if each.pk == task_id and each.is_human), None)
    if task is None or not rules.can_see_task(actions.Actor(user), task):
        raise Http404
    return task, tasks


def _page(request: DeskRequest, task_id: UUID, *, fault: str = "", status: int = 200) -> HttpResponse:
    task, tasks = _visible(request.user, task_id)
    page = TaskPage(request.user, task, timezone.now(), tasks)
    template = "approvals/parts/task.html" if request.htmx else "approvals/task.html"
    context = {"page": page, "filters": Filters.read(request.GET), "fault": fault, "now": page.now}
    return render(request, template, context, status=status)


def _wants_json(request: DeskRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _decided(request: DeskRequest, task: Task, outcome: str) -> HttpResponse:
    words = _("%(case)s: %(outcome)s.") % {"case": task.process.title, "outcome": outcome_label(outcome)}
    if _wants_json(request):
        return JsonResponse({"message": words})
    messages.success(request, words)
    return _to_neighbour(request, task, back=False)


def _refused(request: DeskRequest, task_id: UUID, error: UserError) -> HttpResponse:
    status = 422 if isinstance(error, BadInput) else 409
    task = visible_task(request.user, task_id)
    if _wants_json(request):
        return JsonResponse({"message": str(error), "open": task.is_open}, status=status)
    return _page(request, task_id, fault=str(error), status=status)


def _to_neighbour(request: DeskRequest, task: Task, *, back: bool) -> HttpResponse:
    filters, now = Filters.read(request.GET), timezone.now()
    found = queries.neighbour(request.user, filters, task, now, back=back)
    if found is None and not back:
        found = next(iter(queries.matching_keys(request.user, filters, now, 1)), None)
    query = f"?{filters.query}" if filters.query else ""
    if found is None or found == task.pk:
        return redirect(reverse("approvals:inbox") + (query or "?" + urlencode({"view": "all"})))
    return redirect(reverse("approvals:task", args=[found]) + query)

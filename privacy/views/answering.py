"""The step of the officer: what is asked, what stands there now, the answer."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from approvals import rules as desk
from approvals.actions import Actor
from approvals.views import DeskRequest, reviewers_only
from approvals.views.task import visible_task
from common.errors import BadInput
from common.http import client_ip
from privacy.correcting import WRITTEN_AT_ONCE
from privacy.duties import kept_until
from privacy.flows.requests import actions
from privacy.forms import AnswerForm
from privacy.models import FLOW_KEY, DataRequest, RequestKind
from privacy.queries import ANSWER
from privacy.retention.queries import is_held
from processes.models import Task
from students.queries import students_in_scope


@reviewers_only
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Write the answer and close the request; refusing and returning stay on the page of the task."""
    task = visible_task(request.user, task_id)
    if task.flow_key != FLOW_KEY or task.node_id != ANSWER:
        raise Http404
    if not task.is_open:
        return redirect("approvals:task", task.pk)
    by = Actor(request.user, ip=client_ip(request))
    form = AnswerForm(request.POST or None, initial={"revision": task.revision})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.answer(task.pk, said["answer"], by, revision=said["revision"])
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Answered. The person gets a notice."))
            return redirect("approvals:inbox")
    return _page(request, task, by, form)


@reviewers_only
@require_POST
def use_again(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Lift what a request set aside, because the person asked for it."""
    task = visible_task(request.user, task_id)
    if task.flow_key != FLOW_KEY or task.node_id != ANSWER:
        raise Http404
    asked = get_object_or_404(DataRequest, pk=task.process.subject_id)
    try:
        actions.use_again(asked, request.POST.get("reason", ""), Actor(request.user, ip=client_ip(request)))
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The data is used again. The person gets a notice."))
    return redirect("approvals:task", task.pk)


def _page(request: DeskRequest, task: Task, by: Actor, form: AnswerForm) -> HttpResponse:
    asked = DataRequest.objects.select_related("person").get(pk=task.process.subject_id)
    deletion = asked.kind == RequestKind.DELETION
    student = students_in_scope(request.user).filter(user=asked.person).first()
    context = {
        "task": task,
        "subject": asked,
        "form": form,
        "may": desk.can_approve(by, task),
        "student_url": reverse("students:detail", args=[student.pk]) if student else "",
        "at_once": asked.field in WRITTEN_AT_ONCE,
        "kept": kept_until(asked.person, asked.about) if deletion else None,
        "held": deletion and is_held(asked.person),
    }
    return render(request, "privacy/answer.html", context, status=422 if form.errors else 200)

"""The diagram of a case, for those who may see the case: a page of its own, or a part of another one."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from approvals import queries
from approvals.diagram_page import DiagramPage
from approvals.views import DeskRequest, reviewers_only
from approvals.views.cases import operators_only
from approvals.views.copies import own_copy, staff_only
from approvals.views.task import visible_task
from processes.models import Case


@reviewers_only
@require_GET
@never_cache
def of_task(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """The case of a task that is or was the reader's."""
    return _diagram(request, visible_task(request.user, task_id).process)


@operators_only
@require_GET
@never_cache
def of_case(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """A case that the reader operates."""
    case = queries.operated_case(request.user, case_id)
    if case is None:
        raise Http404
    return _diagram(request, case)


@staff_only
@require_GET
@never_cache
def of_copy(request: DeskRequest, copy_id: UUID) -> HttpResponse:
    """The case of which the reader has a copy."""
    return _diagram(request, own_copy(request, copy_id).case)


def _diagram(request: DeskRequest, case: Case) -> HttpResponse:
    template = "approvals/parts/diagram.html" if request.htmx else "approvals/diagram.html"
    return render(request, template, {"diagram": DiagramPage(case)})

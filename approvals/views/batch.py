"""Deciding many tasks alike: select, see what would happen, do it, read what happened."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from approvals import actions, queries
from approvals.batch import MOST_NAMED, MOST_TASKS, Preview, outcome_of
from approvals.batch import preview as preview_of
from approvals.filters import Filters
from approvals.forms import DecisionForm, person_keys, task_ids
from approvals.models import BatchRun
from approvals.task_page import reasons_of
from approvals.tasks import run_batch
from approvals.views import DeskRequest, reviewers_only
from common.errors import UserError
from common.http import client_ip
from common.paging import BadCursor
from forms.models import Code
from processes.registry import flow_for


@reviewers_only
@require_POST
def preview(request: DeskRequest) -> HttpResponse:
    """What the decision would do to the selected tasks, or to all of a step that match the filters."""
    return _preview(request, _selected(request))


@reviewers_only
@require_POST
def run(request: DeskRequest) -> HttpResponse:
    """Do it: at once, or as a job that goes on when the page is closed."""
    ids, form = task_ids(request.POST.getlist("task"))[:MOST_TASKS], DecisionForm(request.POST)
    verb = outcome_of(request.POST.get("outcome", ""))
    found = preview_of(request.user, ids, verb)
    if not found.possible and not found.refused:
        return _preview(request, ids)  # nothing of this is the reader's
    by = actions.Actor(request.user, ip=client_ip(request))
    try:
        run = _queued(actions.start_batch(ids, verb, _said(request, found, verb, form), by))
    except UserError as error:
        return _preview(request, ids, fault=str(error))
    return _result(request, run)


def _said(request: DeskRequest, found: Preview, verb: str, form: DecisionForm) -> dict[str, str]:
    """What is said alike to all of them. Raises BadInput."""
    if verb == "transfer":
        to = person_keys(request.POST.getlist("person"))
        return {"to": to[0].hex if to else "", "text": request.POST.get("text", "").strip()}
    decision = form.decision({row.code for row in _reasons(found)})
    return {"reason_code": decision.reason_code, "text": decision.text}


@reviewers_only
@require_GET
@never_cache
def runs(request: DeskRequest) -> HttpResponse:
    """The reader's batches, newest first."""
    return render(request, "approvals/batches.html", {"runs": queries.batches_of(request.user)})


@reviewers_only
@require_GET
@never_cache
def result(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """How far a batch is, and what became of each task; `after` asks for the rows that follow."""
    return _result(request, _own(request, run_id), request.GET.get("after", ""))


@reviewers_only
@require_POST
def change(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """Take a batch back, or go on with one whose worker died."""
    run, by = _own(request, run_id), actions.Actor(request.user, ip=client_ip(request))
    try:
        undo = request.POST.get("do") == "undo"
        run = _queued(actions.undo_batch(run, by) if undo else actions.carry_on(run))
    except UserError as error:
        messages.error(request, str(error))
    return redirect("approvals:batch_result", run.pk)


def _queued(run: BatchRun) -> BatchRun:
    """Give what is not done yet to a worker."""
    if run.is_running:
        run_batch.delay(str(run.pk))
        run.refresh_from_db()
    return run


def _own(request: DeskRequest, run_id: UUID) -> BatchRun:
    return get_object_or_404(queries.batches_of(request.user), pk=run_id)


def _result(request: DeskRequest, run: BatchRun, after: str = "") -> HttpResponse:
    try:
        items, following = queries.batch_items(run, after=after)
    except BadCursor:
        raise Http404 from None
    context = {
        "run": run,
        "items": items,
        "next": following,
        "stalled": actions.is_stalled(run),
        "part": bool(after),
    }
    if request.htmx and after:
        return render(request, "approvals/parts/batch_rows.html", context)
    return render(request, "approvals/batch_result.html", context)


def _selected(request: DeskRequest) -> list[UUID]:
    """Whole steps as far as they match the filters, and single tasks."""
    filters, now = Filters.read(request.POST), timezone.now()
    found = [
        key
        for step in request.POST.getlist("all")
        for key in queries.matching_keys(request.user, replace(filters, step=step), now, MOST_TASKS)
    ]
    found += task_ids(request.POST.getlist("task"))
    return list(dict.fromkeys(found))[:MOST_TASKS]


def _preview(request: DeskRequest, ids: list[UUID], *, fault: str = "") -> HttpResponse:
    outcome = outcome_of(request.POST.get("outcome", ""))
    found = preview_of(request.user, ids, outcome)
    context: dict[str, Any] = {
        "preview": found,
        "refused": found.refused[:MOST_NAMED],
        "outcome": outcome,
        "tasks": ",".join(task.pk.hex for task in found.possible),
        "reasons": _reasons(found) if outcome == "return" else [],
        "colleagues": _colleagues(request, found) if outcome == "transfer" else [],
        "said": request.POST,
        "fault": fault,
        "most": MOST_TASKS,
        "selected": len(ids),
    }
    return render(request, "approvals/batch.html", context, status=422 if fault else 200)


def _colleagues(request: DeskRequest, found: Preview) -> list[queries.Colleague]:
    """Who could hold the first of the tasks; each of the others is asked again when it is handed on."""
    return queries.colleagues_for(found.possible[0], request.user) if found.possible else []


def _reasons(found: Preview) -> list[Code]:
    """The reasons that hold for every flow in the selection."""
    offered = [reasons_of(flow_for(key)) for key in {task.flow_key for task in found.possible}]
    if not offered:
        return []
    everywhere = set.intersection(*({row.code for row in rows} for rows in offered))
    return [row for row in offered[0] if row.code in everywhere]

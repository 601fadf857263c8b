"""Deciding many tasks alike: select, see what would happen, do it, read what happened."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from approvals import actions, queries
from approvals.batch import MOST_TASKS, Preview, outcome_of
from approvals.batch import preview as preview_of
from approvals.filters import Filters
from approvals.forms import DecisionForm, task_ids
from approvals.task_page import reasons_of
from approvals.views import DeskRequest, reviewers_only
from common.errors import UserError
from common.http import client_ip
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
    """Do it, and say for each case what became of it."""
    ids, form = task_ids(request.POST.getlist("task"))[:MOST_TASKS], DecisionForm(request.POST)
    seen = preview_of(request.user, ids, outcome_of(form.outcome_sent))
    try:
        decision = form.decision({row.code for row in _reasons(seen)})
        actions.check_complete(decision)
        results = actions.decide_many(ids, decision, actions.Actor(request.user, ip=client_ip(request)))
    except UserError as error:
        return _preview(request, ids, fault=str(error))
    context = {
        "outcome": decision.outcome,
        "refused": [result for result in results if not result.ok],
        "decided": [result for result in results if result.ok],
    }
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
    outcome = outcome_of(DecisionForm(request.POST).outcome_sent)
    found = preview_of(request.user, ids, outcome)
    context: dict[str, Any] = {
        "preview": found,
        "outcome": outcome,
        "tasks": ",".join(task.pk.hex for task in found.possible),
        "reasons": _reasons(found),
        "said": request.POST,
        "fault": fault,
        "most": MOST_TASKS,
        "selected": len(ids),
    }
    return render(request, "approvals/batch.html", context, status=422 if fault else 200)


def _reasons(found: Preview) -> list[Code]:
    """The reasons that hold for every flow in the selection."""
    offered = [reasons_of(flow_for(key)) for key in {task.flow_key for task in found.possible}]
    if not offered:
        return []
    everywhere = set.intersection(*({row.code for row in rows} for rows in offered))
    return [row for row in offered[0] if row.code in everywhere]

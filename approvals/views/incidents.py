"""The page of incidents: what failed for good, what operators do about it, what they did."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from approvals import actions, queries, rules
from approvals.actions import MENDING, Mended
from approvals.forms import task_ids
from approvals.incident_page import Line, flow_choices, lines_of, step_choices, targets_of
from approvals.queries import IncidentFilters
from approvals.views import DeskRequest
from approvals.views.cases import operators_only
from common.errors import UserError
from common.http import client_ip
from common.paging import BadCursor
from common.verdict import Verdict
from processes.models import Incident

#: So many are mended in one go; the page shows fewer.
MOST = 200
RESULT = "incidents_mended"
_RULES = {"retry": rules.can_retry, "skip": rules.can_skip, "reroute": rules.can_reroute}


@operators_only
@require_GET
@never_cache
def incidents(request: DeskRequest) -> HttpResponse:
    """What waits for an operator, or (`state=solved`) what was done; `result` adds the last go."""
    filters, now = IncidentFilters.read(request.GET), timezone.now()
    try:
        found, following = queries.incidents(request.user, filters, now, after=request.GET.get("after", ""))
    except BadCursor:
        raise Http404 from None
    groups = queries.incident_groups(request.user, filters, now)
    context = {
        "lines": lines_of(found),
        "next": following,
        "filters": filters,
        "flows": flow_choices(groups),
        "steps": step_choices(groups, filters.flow),
        "matching": sum(
            group.count
            for group in groups
            if filters.flow in ("", group.flow_key) and filters.step in ("", group.node_id)
        ),
        "result": _last_result(request) if "result" in request.GET else None,
    }
    return render(request, "approvals/incidents.html", context)


@operators_only
@require_POST
def ask(request: DeskRequest, name: str) -> HttpResponse:
    """The form of a verb that needs a reason, with what it would do to each of the chosen incidents."""
    if name not in MENDING:
        raise Http404
    chosen = _chosen(request)
    return _nothing_chosen(request) if not chosen else _form(request, name, chosen)


@operators_only
@require_POST
def do(request: DeskRequest, name: str) -> HttpResponse:
    """Mend the chosen incidents and show what became of each."""
    if name not in MENDING:
        raise Http404
    chosen, by = _chosen(request), actions.Actor(request.user, ip=client_ip(request))
    if not chosen:
        return _nothing_chosen(request)
    said, target = request.POST.get("text", ""), request.POST.get("target", "")
    try:
        results = actions.mend_many([each.pk for each in chosen], name, by, text=said, target=target)
    except UserError as error:
        return _form(request, name, chosen, fault=str(error))
    _keep_result(request, name, results)
    return redirect(f"{reverse('incidents:list')}?{_back(request)}&result=1")


def _chosen(request: DeskRequest) -> list[Incident]:
    """The incidents that were sent. Raises Http404 when one of them is not the reader's to see."""
    sent = request.POST.getlist("only") or request.POST.getlist("incident")
    found = queries.chosen_incidents(request.user, task_ids(sent)[:MOST])
    if found is None:
        raise Http404
    return found


def _nothing_chosen(request: DeskRequest) -> HttpResponse:
    messages.warning(request, _("Choose at least one incident."))
    return redirect(f"{reverse('incidents:list')}?{_back(request)}")


def _form(request: DeskRequest, name: str, chosen: list[Incident], *, fault: str = "") -> HttpResponse:
    judged = [(line, _verdict(request, name, line)) for line in lines_of(chosen)]
    context: dict[str, Any] = {
        "name": name,
        "possible": [line for line, verdict in judged if verdict],
        "refused": [(line, verdict) for line, verdict in judged if not verdict],
        "targets": targets_of(chosen) if name == "reroute" else [],
        "back": _back(request),
        "said": request.POST,
        "fault": fault,
    }
    return render(request, "approvals/incident_form.html", context, status=422 if fault else 200)


def _verdict(request: DeskRequest, name: str, line: Line) -> Verdict:
    return _RULES[name](request.user, line.incident)


def _back(request: DeskRequest) -> str:
    """The filters the reader came with."""
    return IncidentFilters.read(QueryDict(request.POST.get("back", ""))).query


def _keep_result(request: DeskRequest, name: str, results: list[Mended]) -> None:
    rows = [[str(each.incident_id), each.ok, each.message] for each in results]
    request.session[RESULT] = {"name": name, "rows": rows}


def _last_result(request: DeskRequest) -> dict[str, Any] | None:
    """What became of each incident of the last go, as long as all of them are the reader's to see."""
    kept = request.session.get(RESULT)
    found = queries.chosen_incidents(request.user, [UUID(row[0]) for row in kept["rows"]]) if kept else None
    if not kept or found is None:
        return None
    said = {row[0]: (row[1], row[2]) for row in kept["rows"]}
    rows = [(line, *said[str(line.incident.pk)]) for line in lines_of(found)]
    rows.sort(key=lambda row: row[1])
    good = sum(ok for _line, ok, _message in rows)
    return {"name": kept["name"], "rows": rows, "good": good, "bad": len(rows) - good}

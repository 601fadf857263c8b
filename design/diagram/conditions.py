"""Conditions of ways, chosen from menus and given to the drawing as an expression."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from design import store
from design.chain import menus
from design.chain.forms import condition_from
from design.chain.refusals import REFUSALS
from design.chain.views import condition_rows
from design.permissions import DesignRequest, designers_only
from processes.bpmn.chain.conditions import ConditionError, understood, written
from processes.bpmn.reader import read
from processes.models import Definition


@designers_only
@require_http_methods(["GET", "POST"])
@never_cache
def condition(request: DesignRequest, key: str) -> HttpResponse:
    """Menus for an expression (`?cel=`); sent, they are answered with the expression they say."""
    try:
        declared = read(store.load(key).text).variables
    except Definition.DoesNotExist as error:
        raise Http404 from error
    if request.method == "POST":
        try:
            return JsonResponse({"cel": written(condition_from(request.POST), declared)})
        except ConditionError:
            return JsonResponse({"message": str(REFUSALS["condition"])})
    text = request.GET.get("cel", "")[:1000]
    known = menus.variables(key, declared)
    rows = understood(text, declared) if text.strip() else None
    context = {
        "page": {"key": key},
        "cel": text,
        "panel": condition_rows(rows, known),
        "unread": bool(text.strip()) and rows is None,
    }
    return render(request, "design/diagram/condition.html", context)

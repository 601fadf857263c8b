"""The choice of a region inside any form."""

import re

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forms import codes
from forms.regions import chosen_region, region_selects

MOST_LEVELS = 3
_NAME = re.compile(r"[a-z0-9_]{1,60}")


def _level(request: HttpRequest) -> int:
    text = request.GET.get("level", "")
    return int(text) if text in ("1", "2", "3") else MOST_LEVELS


def _name(request: HttpRequest) -> str:
    """The question that asks; a name no field can have becomes nothing."""
    text = request.GET.get("name", "")
    return text if _NAME.fullmatch(text) else ""


@login_required
@require_GET
def regions(request: HttpRequest) -> HttpResponse:
    """The selects of a region question after one of them changed, or after a search result was taken."""
    name, level = _name(request), _level(request)
    taken = request.GET.get("take", "")
    value = taken if codes.region_path(taken) else chosen_region(request.GET.getlist(name))
    context = {"name": name, "level": level, "selects": region_selects(value, level)}
    return render(request, "forms/region_selects.html", context)


@login_required
@require_GET
def region_search(request: HttpRequest) -> HttpResponse:
    """Regions whose name holds the words typed so far, deep enough to be taken."""
    level = _level(request)
    found = codes.search_region(request.GET.get("q", "")[:50])
    rows = [row for row in found if codes.region_level(row) <= level]
    context = {
        "name": _name(request),
        "level": level,
        "results": [(row.code, codes.region_name(row.code)) for row in rows],
        "asked": request.GET.get("q", "").strip(),
    }
    return render(request, "forms/region_results.html", context)

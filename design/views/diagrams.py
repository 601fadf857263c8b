"""What differs in two versions of a process, and where the cases of one version wait."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from design.error_words import said_error
from design.permissions import DesignRequest, designers_only
from design.views import definition_or_404, draft_or_404, version_or_404
from processes.bpmn.errors import BpmnError
from processes.diagrams.difference import DifferencePage
from processes.diagrams.heat import HeatPage
from processes.evolve import queries as evolve
from processes.models import Definition

#: What stands for the draft where a version's number may stand.
DRAFT = "draft"


@designers_only
@require_GET
@never_cache
def difference(request: DesignRequest, key: str) -> HttpResponse:
    """Two versions (`from`, `to`: a number, or `draft`) side by side; unless told, the newest two."""
    found = definition_or_404(key)
    numbers = [str(each.number) for each in evolve.versions_of(found)]
    if not numbers:
        raise Http404
    choices = numbers + [DRAFT] * (evolve.draft_of(found) is not None)
    after = request.GET.get("to") or numbers[0]
    before = request.GET.get("from") or _before(after, numbers)
    if before not in choices or after not in choices:
        raise Http404
    context = {"definition": found, "process": evolve.title_of(found), "choices": choices}
    context |= {"from": before, "to": after}
    try:
        context["page"] = DifferencePage(_text(found, before), _text(found, after))
    except BpmnError as error:
        context["fault"] = said_error(error)
    return render(request, "design/diff.html", context)


@designers_only
@require_GET
@never_cache
def heat(request: DesignRequest, key: str, number: int) -> HttpResponse:
    """Where the cases of a version wait, and how long each step takes; `sort` orders the table."""
    version = version_or_404(key, number)
    page, title = HeatPage(version, request.GET.get("sort", "")), evolve.title_of(version.definition)
    return render(request, "design/heat.html", {"page": page, "version": version, "process": title})


def _before(after: str, numbers: list[str]) -> str:
    """What something is compared with unless told: the version before it, for a draft the newest."""
    if after not in numbers:
        return numbers[0]
    return numbers[min(numbers.index(after) + 1, len(numbers) - 1)]


def _text(found: Definition, which: str) -> str:
    return draft_or_404(found.key).text if which == DRAFT else version_or_404(found.key, int(which)).bpmn

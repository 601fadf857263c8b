"""The list of processes, and a process with its versions, its draft, its proposal and its history."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from common.paging import BadCursor
from common.verdict import Verdict
from design import queries, words
from design.permissions import DesignRequest, designers_only
from design.views import as_file, definition_or_404, version_or_404
from processes.evolve import moved, rules
from processes.evolve import queries as evolve
from processes.evolve.models import Proposal
from processes.models import Definition, DefinitionVersion, VersionState


@dataclass(frozen=True)
class VersionLine:
    """A version as its row shows it."""

    version: DefinitionVersion
    running: int
    is_current: bool

    @property
    def proposal(self) -> Proposal | None:
        """How it came to be; None for what was shipped."""
        return getattr(self.version, "proposal", None)


@designers_only
@require_GET
@never_cache
def definitions(request: DesignRequest) -> HttpResponse:
    """All processes: what holds, how many cases run, what is going on."""
    return render(request, "design/list.html", {"rows": queries.rows()})


@designers_only
@require_GET
@never_cache
def definition(request: DesignRequest, key: str) -> HttpResponse:
    """One process; `after` asks for older lines of its history."""
    found = definition_or_404(key)
    return render(request, "design/definition.html", context_of(request, found))


def context_of(request: DesignRequest, found: Definition, **more: Any) -> dict[str, Any]:
    """What the page of a process shows. Raises Http404 for a cursor that is none."""
    try:
        events, older = queries.history(found, request.GET.get("after", ""))
    except BadCursor:
        raise Http404 from None
    running, proposal = evolve.running_by_version(found), evolve.open_proposal(found)
    lines = [
        VersionLine(each, running.get(each.pk, 0), each.state == VersionState.PUBLISHED)
        for each in evolve.versions_of(found)
    ]
    return {
        "definition": found,
        "process": evolve.title_of(found),
        "lines": lines,
        "current": next((line for line in lines if line.is_current), None),
        "newest": lines[0].version.number if lines else 0,
        "draft": getattr(found, "draft", None),
        "proposal": proposal,
        "moves": moved.latest(found),
        "approve": rules.can_approve(request.user, proposal) if proposal else Verdict(False),
        "history": [(event, words.said(event), words.by_whom(name)) for event, name in events],
        "older_url": older and f"?{urlencode({'after': older})}",
    } | more


@designers_only
@require_GET
def version_file(request: DesignRequest, key: str, number: int) -> HttpResponse:
    """A version as a `.bpmn` file."""
    version = version_or_404(key, number)
    return as_file(version.bpmn, f"{key}-v{number}")

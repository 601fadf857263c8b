"""Pages of a definition's versions: what differs in two of them, where cases wait in one."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.permissions import SignedInRequest, roles_required
from accounts.roles import MANAGERS
from processes.bpmn.reader import BpmnError
from processes.diagrams.difference import DifferencePage
from processes.diagrams.heat import HeatPage
from processes.models import DefinitionVersion

managers_only = roles_required(*MANAGERS)


@managers_only
@require_GET
@never_cache
def difference(request: SignedInRequest, key: str) -> HttpResponse:
    """Two versions (`from`, `to`) side by side; without them the newest two."""
    versions = {each.number: each for each in _versions(key)}
    numbers = sorted(versions)
    if not numbers:
        raise Http404
    after = _number(request, "to", numbers[-1])
    before = _number(request, "from", max((n for n in numbers if n < after), default=after))
    if before not in versions or after not in versions:
        raise Http404
    context = {
        "definition": versions[after].definition,
        "numbers": numbers,
        "from": before,
        "to": after,
        **_compared(versions[before], versions[after]),
    }
    return render(request, "processes/diagrams/diff.html", context)


@managers_only
@require_GET
@never_cache
def heat(request: SignedInRequest, key: str, number: int) -> HttpResponse:
    """Where the cases of a version wait, and how long each step takes; `sort` orders the table."""
    version = _versions(key).filter(number=number).first()
    if version is None:
        raise Http404
    page = HeatPage(version, request.GET.get("sort", ""))
    return render(request, "processes/diagrams/heat.html", {"page": page, "version": version})


def _versions(key: str) -> QuerySet[DefinitionVersion]:
    return DefinitionVersion.objects.filter(definition__key=key).select_related("definition")


def _number(request: SignedInRequest, name: str, otherwise: int) -> int:
    given = request.GET.get(name, "")
    if given and not given.isdecimal():
        raise Http404
    return int(given[:9]) if given else otherwise


def _compared(before: DefinitionVersion, after: DefinitionVersion) -> dict[str, object]:
    try:
        return {"page": DifferencePage(before.bpmn, after.bpmn)}
    except BpmnError as error:
        return {"fault": str(error)}

"""The page of the diagram editor, and what its script sends: what bpmn-js wrote on opening and writes now."""

from dataclasses import asdict
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.errors import BadInput, Stale, UserError
from design import store
from design.chain.fresh import new_level
from design.diagram.panel import panel_for
from design.diagram.tools import PALETTE
from design.diagram.words import texts_of_bpmn_js, words
from design.error_words import said_error
from design.permissions import DesignRequest, actor_of, designers_only
from design.problems import said
from processes.bpmn.errors import BpmnError
from processes.bpmn.layout import drawn
from processes.bpmn.lint import lint
from processes.bpmn.merge import merged
from processes.bpmn.reader import MAX_BYTES, read
from processes.catalogue import catalogue_for
from processes.evolve import queries, rules
from processes.models import Definition
from processes.registry import FlowRegistration, flow_for


@designers_only
@require_http_methods(["GET", "POST"])
@never_cache
def diagram(request: DesignRequest, key: str) -> HttpResponse:
    """The draft as a drawing (`?show=ID` chooses an element).

    A POST holds the files `opened` and `drawn`, the `revision` that was seen, and `do`: `check` is answered
    with what lint says, `save` also keeps it in the draft, unless somebody else was faster (`stale`).
    """
    try:
        stored, flow = store.load(key), flow_for(key)
    except (Definition.DoesNotExist, LookupError) as error:
        raise Http404 from error
    if request.method == "GET":
        return _page(request, stored, flow)
    try:
        return JsonResponse(_change(request, stored, flow))
    except Stale as error:
        return JsonResponse({"message": str(error), "stale": True})
    except UserError as error:
        return JsonResponse({"message": str(error)}, status=422)
    except BpmnError as error:
        return JsonResponse({"message": said_error(error)}, status=422)


def _page(request: DesignRequest, stored: store.Stored, flow: FlowRegistration) -> HttpResponse:
    change = rules.can_change(stored.definition)
    name, level = new_level()
    try:
        text, problems, fault = drawn(stored.text), _problems(stored.text, flow), ""
    except BpmnError as error:
        text, problems, fault = "", [], said_error(error)
    data = {
        "bpmn": text,
        "revision": stored.revision,
        "problems": problems,
        "panel": panel_for(flow),
        "defaults": {"bpmn:UserTask": {"name": name} | {f"qc:{key}": value for key, value in level.items()}},
        "words": words(),
        "texts": texts_of_bpmn_js(),
        "condition": reverse("design:diagram_condition", args=[flow.key]),
        "show": request.GET.get("show", "")[:200],
    }
    context = {
        "stored": stored,
        "definition": stored.definition,
        "title": queries.title_of(stored.definition),
        "change": change,
        "fault": fault,
        "is_open": not fault and bool(change),
        "palette": PALETTE,
        "data": data,
    }
    return render(request, "design/diagram/page.html", context)


def _change(request: DesignRequest, stored: store.Stored, flow: FlowRegistration) -> dict[str, Any]:
    revision = _revision(request.POST.get("revision", ""))
    base = drawn(store.text_at(stored, revision))
    text = merged(base, _sent(request, "opened"), _sent(request, "drawn"))
    if request.POST.get("do") == "save" and text != stored.text:
        after = store.save(stored, revision, text, actor_of(request))
        store.note(request.session, stored, after)
        stored, text = after, after.text
    return {"revision": stored.revision, "problems": _problems(text, flow)}


def _problems(text: str, flow: FlowRegistration) -> list[dict[str, str]]:
    model = read(text)
    return [asdict(each) for each in said(lint(model, catalogue_for(flow)), text)]


def _sent(request: DesignRequest, name: str) -> bytes:
    """A text that was sent as a file. Raises BadInput for none, and for one too large to be read."""
    file = request.FILES.get(name)
    if not isinstance(file, UploadedFile) or not file.size or file.size > MAX_BYTES:
        raise BadInput(_("The drawing did not arrive. Load the page again."))
    return file.read()


def _revision(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

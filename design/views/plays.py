"""Playing a draft, or what holds: a case of the mind goes through it, nothing is written."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Unit
from approvals.queries.cases import operated_cases
from common.errors import BadInput, UserError
from design import playing, store
from design.chain import menus
from design.chain.menus import Variable
from design.permissions import DesignRequest, designers_only
from design.playing import PlayPage, State
from processes.bpmn.reader import read
from processes.engine.compiler import UnsoundDefinition
from processes.evolve import queries
from processes.evolve.play import Play, Scene
from processes.models import Definition


@designers_only
@require_http_methods(["GET", "POST"])
@never_cache
def play(request: DesignRequest, key: str) -> HttpResponse:
    """Begin a play (`?case=NUMBER` takes a real case's values over); a POST makes one move of it."""
    try:
        stored = store.load(key)
    except Definition.DoesNotExist as error:
        raise Http404 from error
    variables = menus.variables(key, read(stored.text).variables)
    context: dict[str, Any] = {
        "definition": stored.definition,
        "process": queries.title_of(stored.definition),
        "draft": stored.draft,
        "classes": playing.classes(),
        "number": request.GET.get("case", "")[:24],
    }
    try:
        state = _posted(request.POST, variables) if request.method == "POST" else None
        if state is not None:
            context |= _played(stored, state, variables)
    except UserError as error:
        context["fault"] = str(error)
    except UnsoundDefinition:
        context["fault"] = _("The draft has problems. Mend them first; they are listed on its page.")
    if "page" not in context:
        context |= _scene(request, key, variables, context)
    template = "design/play/play.html" if request.htmx else "design/play/page.html"
    status = 422 if request.method == "POST" and context.get("fault") and "page" not in context else 200
    return render(request, template, context, status=status)


def _posted(data: QueryDict, variables: Mapping[str, Variable]) -> State | None:
    """The state behind what a person did; None when they want to begin anew. Raises BadInput."""
    what = data.get("do", "")
    if what == "begin":
        unit = data.get("unit", "")
        if not (unit.isascii() and unit.isdigit() and len(unit) < 10):
            raise BadInput(_("Choose whose case it is."))
        return State(int(unit), playing.values_from(data, variables))
    state = State.read(data.get("state", ""))
    if what == "anew":
        return None
    if what == "back":
        state.moves = state.moves[:-1]
    elif what == "set":
        state.moves.append({"do": "set", "values": playing.values_from(data, variables)})
    elif "move" in data:
        state.moves.append(playing.move_from(data))
    return state


def _played(stored: store.Stored, state: State, variables: Mapping[str, Variable]) -> dict[str, Any]:
    unit = Unit.objects.filter(pk=state.unit).first()
    if unit is None:
        raise BadInput(_("Choose whose case it is."))
    found = Play(Scene(stored.definition.key, stored.text, unit, state.values), state.moves)
    kept = State(state.unit, state.values, [dict(move) for move in found.moves])
    return {
        "page": PlayPage(found),
        "state": kept.text(),
        "fault": found.fault,
        "unit": unit,
        "fields": playing.asked(variables, found.case.variables),
    }


def _scene(
    request: DesignRequest, key: str, variables: Mapping[str, Variable], context: Mapping[str, Any]
) -> dict[str, Any]:
    """What the form of a new play shows: the values of a real case, if one is asked for."""
    number = context["number"]
    if request.method == "POST":
        given = {name: request.POST.get(f"value-{name}", "") for name in variables}
        return {"fields": playing.asked(variables, given), "chosen": request.POST.get("unit", "")}
    if not number:
        return {"fields": playing.asked(variables, {})}
    case = operated_cases(request.user).filter(flow_key=key, number=number).select_related("unit").first()
    if case is None:
        no = _("There is no case of this process under that number that you may open.")
        return {"fields": playing.asked(variables, {}), "fault": no}
    more = {"fields": playing.asked(variables, case.variables), "chosen": str(case.unit_id)}
    return more | {"classes": [(case.unit_id, str(case.unit)), *context["classes"]]}

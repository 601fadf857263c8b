"""Moving the running cases of a version to the one that holds: what it would do, doing it, the way back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.errors import UserError
from design.moving import PlacingForm, chosen_in, move_url
from design.permissions import DesignRequest, actor_of, designers_only
from design.replaying import MovePage
from design.views import version_or_404
from processes.evolve import migration, queries, rollback, trial_queries, trials
from processes.evolve import moved as reads
from processes.evolve.mapping import Plan, plan
from processes.evolve.queries import title_of
from processes.evolve.records import Migration
from processes.models import DefinitionVersion


@designers_only
@require_http_methods(["GET", "POST"])
@never_cache
def move(request: DesignRequest, key: str, number: int) -> HttpResponse:
    """What moving the cases of a version would do; sent, it is done, or (`do=look`) looked at by a job."""
    source = version_or_404(key, number)
    target = _target(source)
    form = PlacingForm(plan(source, target), request.POST or request.GET)
    wanted = plan(source, target, form.by_hand, form.given_up)
    here = move_url(source, wanted.mapping)
    if request.method == "POST":
        try:
            return redirect(_begin(request, wanted, here))
        except UserError as error:
            messages.error(request, str(error))
            return redirect(here)
    count = len(migration.running_cases(source))
    context = {
        "definition": source.definition,
        "process": title_of(source.definition),
        "source": source,
        "target": target,
        "form": form,
        "here": here,
        "chosen": chosen_in(wanted.mapping),
        "count": count,
    }
    context |= _many(wanted) if count > trials.AT_ONCE else _few(request, wanted)
    return render(request, "design/move.html", context)


def _begin(request: DesignRequest, wanted: Plan, here: str) -> str:
    """Begin to look at the cases, or to move them; where to go then."""
    by = actor_of(request)
    if request.POST.get("do") == "look":
        trials.start_preview(wanted, by)
        return here
    begun = migration.start_migration(wanted, by)
    return reverse("design:moved", args=[begun.source.definition.key, begun.pk])


def _few(request: DesignRequest, wanted: Plan) -> dict[str, Any]:
    found = migration.preview(wanted, actor_of(request))
    steps = reads.steps_of(wanted, found, get_language() or "")
    return {"moves": found.moves, "found": found, "steps": steps, "stays": reads.stays_of(found)}


def _many(wanted: Plan) -> dict[str, Any]:
    """What a job found that looked at the cases; how far it is, or that there was none."""
    trial = trial_queries.latest_preview(wanted)
    context: dict[str, Any] = {"many": True, "trial": trial}
    if trial is not None and not trial.is_running:
        context |= {"page": MovePage(trial), "moves": trial.result["moves"]}
    return context | {"stalled": trial is not None and trials.is_stalled(trial)}


@designers_only
@require_http_methods(["GET", "POST"])
@never_cache
def moved(request: DesignRequest, key: str, pk: UUID) -> HttpResponse:
    """How far a migration is and which cases stayed; `do` takes it back, or goes on after a worker died."""
    rows = Migration.objects.select_related("source__definition", "target", "owner", "taken_back_by")
    found = get_object_or_404(rows, pk=pk, source__definition__key=key)
    if request.method == "POST":
        try:
            _do(request, found)
        except UserError as error:
            messages.error(request, str(error))
        return redirect("design:moved", key=key, pk=pk)
    return render(request, "design/moved.html", _result(found))


def _do(request: DesignRequest, found: Migration) -> None:
    done = request.POST.get("do", "")
    if done == "take-back":
        if not rollback.take_back(found, actor_of(request)).is_running:
            messages.success(request, _("Cases that have not gone on since stand where they stood."))
    elif done == "go-on":
        migration.carry_on(found)
    else:
        raise Http404


def _result(found: Migration) -> dict[str, Any]:
    definition = found.source.definition
    return {
        "definition": definition,
        "process": title_of(definition),
        "run": found,
        "stalled": migration.is_stalled(found),
        "stays": reads.stays_in(found),
    }


def _target(source: DefinitionVersion) -> DefinitionVersion:
    """The version that holds. Raises Http404 when none does, or it is the source itself."""
    target = queries.current_version(source.definition)
    if target is None or target.pk == source.pk:
        raise Http404
    return target

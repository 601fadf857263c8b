"""Trying a draft out: finished cases replayed, running ones moved on trial, the cases behind numbers."""

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from approvals.queries.cases import operated_cases
from common.errors import UserError
from common.http import download
from common.paging import BadCursor
from common.spreadsheet.writing import write_table
from design.forms import SeasonForm
from design.moving import ReplayedForm, chosen_in, move_url
from design.permissions import DesignRequest, actor_of, designers_only, units_of
from design.replaying import Page, ReplayPage, end_of, live_of, page_of, season_name
from design.views import draft_or_404
from processes.engine.compiler import UnsoundDefinition
from processes.evolve import moved, queries, trial_queries, trials
from processes.evolve.mapping import plan_into
from processes.evolve.migration import preview, running_cases
from processes.evolve.models import Draft
from processes.evolve.trail import digest_of
from processes.evolve.trial_records import Trial, TrialKind
from processes.models import DefinitionVersion

#: So many cases a file of them holds.
MOST_ROWS = 50_000


@designers_only
@require_http_methods(["GET", "POST"])
@never_cache
def replay(request: DesignRequest, key: str) -> HttpResponse:
    """Choose a season and begin; below, what was replayed before."""
    draft = draft_or_404(key)
    earlier = trial_queries.trials_of(draft.definition, TrialKind.REPLAY)
    form = SeasonForm(trial_queries.seasons(key), request.POST if request.method == "POST" else None)
    last = chosen_in(earlier[0].mapping) if earlier else {}
    placing = _placing(draft, request.POST if form.is_bound else last)
    if form.is_bound and form.is_valid():
        by_hand = placing.by_hand if placing else {}
        try:
            begun = trials.start_replay(draft, form.cohort, actor_of(request), by_hand)
        except UserError as error:
            messages.error(request, str(error))
            return redirect("design:replay", key=key)
        return redirect("design:trial", key=key, pk=begun.pk)
    digest = digest_of(draft.text)
    context = {
        "definition": draft.definition,
        "process": queries.title_of(draft.definition),
        "form": form,
        "placing": placing,
        "earlier": [(each, season_name(each), each.digest == digest) for each in earlier],
    }
    return render(request, "design/replay.html", context, status=422 if form.is_bound else 200)


def _placing(draft: Draft, chosen: Mapping[str, str]) -> ReplayedForm | None:
    """The steps that the draft has not any more, with what takes their place; None when it cannot be run."""
    try:
        return ReplayedForm(plan_into(draft.base, draft.text), chosen)
    except UnsoundDefinition:
        return None


@designers_only
@require_GET
@never_cache
def live(request: DesignRequest, key: str) -> HttpResponse:
    """What the draft would change, as a part of the chain editor's page."""
    try:
        found = live_of(draft_or_404(key))
    except UnsoundDefinition:
        return HttpResponse(_("Mend what is marked; then it says here what would differ."))
    return render(request, "design/trial/live.html", {"live": found, "key": key})


@designers_only
@require_http_methods(["GET", "POST"])
@never_cache
def moves(request: DesignRequest, key: str) -> HttpResponse:
    """What moving the running cases into the draft would do: few are looked at at once, more by a POST."""
    draft = draft_or_404(key)
    source = queries.current_version(draft.definition) or draft.base
    if request.method == "POST":
        try:
            begun = trials.start_draft_preview(draft, source, actor_of(request))
        except UserError as error:
            messages.error(request, str(error))
            return redirect("design:draft", key=key)
        return redirect("design:trial", key=key, pk=begun.pk)
    count = len(running_cases(source))
    context = {"definition": draft.definition, "source": source, "count": count}
    context |= _few(request, draft, source) if count <= trials.AT_ONCE else _many(draft, source)
    return render(request, "design/trial/moves.html", context)


def _few(request: DesignRequest, draft: Draft, source: DefinitionVersion) -> dict[str, Any]:
    try:
        wanted = plan_into(source, draft.text)
    except UnsoundDefinition:
        return {"unsound": True}
    found = preview(wanted, actor_of(request))
    steps = moved.steps_of(wanted, found, get_language() or "")
    return {"found": found, "steps": steps, "stays": moved.stays_of(found)}


def _many(draft: Draft, source: DefinitionVersion) -> dict[str, Any]:
    return {"trial": trial_queries.latest_of(draft, TrialKind.MOVE, source), "many": True}


@designers_only
@require_http_methods(["GET", "POST"])
@never_cache
def trial(request: DesignRequest, key: str, pk: UUID) -> HttpResponse:
    """How far a trial is, then what it found; a POST begins one anew whose worker died."""
    found = _trial_or_404(key, pk)
    if request.method == "POST":
        try:
            trials.carry_on(found)
        except UserError as error:
            messages.error(request, str(error))
        return redirect("design:trial", key=key, pk=pk)
    draft = queries.draft_of(found.definition)
    context: dict[str, Any] = {
        "definition": found.definition,
        "process": queries.title_of(found.definition),
        "trial": found,
        "draft": draft,
        "same": draft is not None and digest_of(draft.text) == found.digest,
        "season": season_name(found),
        "stalled": trials.is_stalled(found),
    }
    if found.target is not None:
        context["move_url"] = move_url(found.base, found.mapping)
    if not found.is_running:
        context["page"] = page_of(found)
    return render(request, "design/trial.html", context)


@designers_only
@require_GET
@never_cache
def cases(request: DesignRequest, key: str, pk: UUID) -> HttpResponse:
    """The cases behind a `number` of a trial that lie in the reader's units."""
    found = _trial_or_404(key, pk)
    number, page = _number(request, found)
    said = page.number_said(number)
    if said is None:
        raise Http404
    try:
        rows, after = trial_queries.cases_behind(
            found, number, units_of(request.user), after=request.GET.get("after", "")
        )
    except BadCursor:
        raise Http404 from None
    context = {
        "definition": found.definition,
        "process": queries.title_of(found.definition),
        "trial": found,
        "said": said,
        "number": number,
        "rows": [(each, page.way(each.before), page.way(each.after), end_of(page, each)) for each in rows],
        "operated": _operated(request, [each.case_id for each in rows]),
        "older_url": after and f"?{urlencode({'number': number, 'after': after})}",
    }
    return render(request, "design/trial_cases.html", context)


@designers_only
@require_GET
def trial_file(request: DesignRequest, key: str, pk: UUID) -> HttpResponse:
    """All numbers of a replay as a spreadsheet, or (`number`) the cases behind one of them."""
    found = _trial_or_404(key, pk)
    number, page = _number(request, found)
    if page.number_said(number) is not None:
        header, rows = _case_table(request, page, number)
    elif isinstance(page, ReplayPage) and not number:
        header, rows = page.table()
    else:
        raise Http404
    file = io.BytesIO()
    write_table(file, header, rows)
    return download(file.getvalue(), f"{key}-replay.xlsx")


def _trial_or_404(key: str, pk: UUID) -> Trial:
    rows = Trial.objects.select_related("definition", "base__definition", "target", "owner")
    return get_object_or_404(rows, pk=pk, definition__key=key)


def _operated(request: DesignRequest, keys: list[UUID]) -> set[UUID]:
    """Which of the cases the reader may open."""
    return set(operated_cases(request.user).filter(pk__in=keys).values_list("pk", flat=True))


def _number(request: DesignRequest, found: Trial) -> tuple[str, Page]:
    """Which number of a trial is asked for. Raises Http404 while there are none."""
    if found.is_running:
        raise Http404
    return request.GET.get("number", "")[:130], page_of(found)


def _case_table(request: DesignRequest, page: Page, number: str) -> tuple[list[str], list[list[str]]]:
    rows, _after = trial_queries.cases_behind(page.trial, number, units_of(request.user), size=MOST_ROWS)
    header = [
        _("Case number"),
        _("Unit of the case"),
        _("Way taken"),
        _("Way in the draft"),
        _("How it ends"),
    ]
    return header, [
        [
            each.case.number,
            each.case.unit.name,
            page.way(each.before),
            page.way(each.after),
            end_of(page, each),
        ]
        for each in rows
    ]

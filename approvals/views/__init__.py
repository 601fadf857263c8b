"""The inbox: what waits, what is done."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_htmx.middleware import HtmxDetails

from accounts.permissions import SignedInRequest, roles_required
from accounts.roles import REVIEWERS
from approvals import queries
from approvals.filters import Filters
from approvals.models import SavedView
from common.paging import BadCursor

reviewers_only = roles_required(*REVIEWERS)


class DeskRequest(SignedInRequest):
    """The type of a request behind `reviewers_only`."""

    htmx: HtmxDetails


@reviewers_only
@require_GET
@never_cache
def inbox(request: DeskRequest) -> HttpResponse:
    """What waits for the reader; `after` asks for the rows that follow, alone."""
    filters, now = Filters.read(request.GET), timezone.now()
    after, under = request.GET.get("after", ""), request.GET.get("under", "")
    try:
        found = queries.inbox(request.user, filters, now, after=after, under=under)
    except BadCursor:
        raise Http404 from None
    context: dict[str, Any] = {"inbox": found, "filters": filters, "now": now}
    if after and request.htmx:
        return render(request, "approvals/parts/rows.html", context)
    views = queries.views_for(request.user, request.GET.get("view", ""))
    if not request.GET and (chosen := _default(views)) is not None:
        return redirect(address_of(chosen))
    return render(request, "approvals/inbox.html", context | _views(request, views))


@reviewers_only
@require_GET
def filters(request: DeskRequest) -> HttpResponse:
    """The sheet of filters, as they stand in the address."""
    units = queries.units_to_filter_by(request.user)
    return render(
        request, "approvals/parts/filters.html", {"filters": Filters.read(request.GET), "units": units}
    )


@reviewers_only
@require_GET
@never_cache
def counts(request: DeskRequest) -> HttpResponse:
    """The exact numbers behind a page of the inbox that came without them, to be put in their places."""
    filters = Filters.read(request.GET)
    found = queries.counts(request.user, filters, timezone.now())
    return render(request, "approvals/parts/counts.html", {"inbox": found, "filters": filters})


@reviewers_only
@require_GET
@never_cache
def done(request: DeskRequest) -> HttpResponse:
    """What the reader decided, newest first; `after` asks for the rows that follow."""
    text, outcome = request.GET.get("q", "").strip(), request.GET.get("outcome", "")
    try:
        found = queries.done(request.user, text, outcome, after=request.GET.get("after", ""))
    except BadCursor:
        raise Http404 from None
    context = {"done": found, "q": text, "outcome": outcome, "outcomes": queries.REVIEWS}
    part = request.htmx and "after" in request.GET
    return render(request, "approvals/parts/done_rows.html" if part else "approvals/done.html", context)


@reviewers_only
@require_GET
@never_cache
def given(request: DeskRequest) -> HttpResponse:
    """What the reader gave to colleagues and who has it now; `after` asks for the rows that follow."""
    text = request.GET.get("q", "").strip()
    try:
        found = queries.given(request.user, text, after=request.GET.get("after", ""))
    except BadCursor:
        raise Http404 from None
    part = request.htmx and "after" in request.GET
    template = "approvals/parts/given_rows.html" if part else "approvals/given.html"
    return render(request, template, {"given": found, "q": text})


def _default(views: list[SavedView]) -> SavedView | None:
    return next((view for view in views if view.is_default), None)


def address_of(view: SavedView) -> str:
    """The inbox with the filters of a saved view."""
    return f"{reverse('approvals:inbox')}?view={view.pk}" + (f"&{view.query}" if view.query else "")


def _views(request: DeskRequest, views: list[SavedView]) -> dict[str, Any]:
    """The reader's views, the one the address names, and one that a colleague shared by its link."""
    own = [view for view in views if view.owner_id == request.user.pk]
    named = next((view for view in own if str(view.pk) == request.GET.get("view")), None)
    shared = next((view for view in views if view.owner_id != request.user.pk), None)
    return {"views": own, "view": named, "shared": shared}

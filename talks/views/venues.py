"""Venues and closed days, kept by the career center."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import SignedInRequest
from common.paging import BadCursor, page_of_keys
from talks import actions
from talks.forms import BlackoutForm, VenueForm
from talks.models import Blackout, Venue
from talks.views.board import arrangers_only

_BY_NAME = ("campus", "name", "id")
_BY_DAY = ("first_day", "id")


@arrangers_only
@require_GET
def venues(request: SignedInRequest) -> HttpResponse:
    """All venues, those not in use too."""
    try:
        page = page_of_keys(Venue.objects.all(), _BY_NAME, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    found = Venue.objects.in_bulk(page.keys)
    context = {"venues": [found[key] for key in page.keys], "next": page.next}
    return render(request, "talks/desk/venues.html", context)


@arrangers_only
@require_http_methods(["GET", "POST"])
def new_venue(request: SignedInRequest) -> HttpResponse:
    """Add a venue."""
    return _edit(request, Venue())


@arrangers_only
@require_http_methods(["GET", "POST"])
def venue(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change a venue, or take it out of use."""
    return _edit(request, get_object_or_404(Venue, pk=pk))


def _edit(request: SignedInRequest, venue: Venue) -> HttpResponse:
    form = VenueForm(request.POST or None, instance=venue)
    if request.method == "POST" and form.is_valid():
        actions.save_venue(form.save(commit=False), request.user)
        messages.success(request, _("Saved: %(venue)s.") % {"venue": venue.name})
        return redirect("talks:venues")
    status = 422 if form.errors else 200
    return render(request, "talks/desk/venue.html", {"form": form, "venue": venue}, status=status)


@arrangers_only
@require_http_methods(["GET", "POST"])
def closed_days(request: SignedInRequest) -> HttpResponse:
    """The closed days to come, and the form that adds some."""
    form = BlackoutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.close_days(form.save(commit=False), request.user)
        messages.success(request, _("Closed. Talks that are booked already stay."))
        return redirect("talks:closed_days")
    rows = Blackout.objects.filter(last_day__gte=timezone.localdate())
    try:
        page = page_of_keys(rows, _BY_DAY, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    found = Blackout.objects.select_related("venue").in_bulk(page.keys)
    context = {"form": form, "days": [found[key] for key in page.keys], "next": page.next}
    return render(request, "talks/desk/closed_days.html", context, status=422 if form.errors else 200)


@arrangers_only
@require_POST
def open_again(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Talks may be held on these days again."""
    actions.open_days(get_object_or_404(Blackout, pk=pk), request.user)
    messages.success(request, _("Open again."))
    return redirect("talks:closed_days")

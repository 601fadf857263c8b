"""The pages of the calendar: a year, the form that changes days, undoing a change."""

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.permissions import SignedInRequest, rights_required
from accounts.rights.catalogue import Right
from common.errors import UserError
from common.paging import BadCursor, page_of_keys
from processes.calendar import actions, queries, rules
from processes.calendar.forms import ChangeForm, SpanForm, proposal
from processes.calendar.models import CalendarChange, ChangeKind
from processes.calendar.words import WEEKDAY_HEADS, said_change
from processes.calendar.year import Year, span_of

_LINES_A_PAGE = 20

managers_only = rights_required(Right.KEEP_CALENDAR)


@dataclass(frozen=True)
class Line:
    """A line of the log as it is shown."""

    change: CalendarChange
    said: str
    can_undo: bool


class ManagerRequest(SignedInRequest):
    """The type of a request behind `managers_only`."""

    htmx: HtmxDetails


@managers_only
@require_GET
@never_cache
def calendar(request: ManagerRequest) -> HttpResponse:
    """A year at a glance (`?year=2027`), and the log of its changes."""
    number = _year_asked_for(request)
    first, last = datetime.date(number, 1, 1), datetime.date(number, 12, 31)
    year = Year(number, list(queries.days_between(first, last)), timezone.localdate())
    context = {
        "year": year,
        "previous": number - 1 if number > rules.FIRST_YEAR else None,
        "following": number + 1 if number < rules.LAST_YEAR else None,
        "weekdays": WEEKDAY_HEADS,
        "loaded": queries.loaded_years(),
        "load": queries.last_load(),
    }
    return render(request, "processes/calendar/year.html", context | _log(request, first, last))


def _log(request: HttpRequest, first: datetime.date, last: datetime.date) -> dict[str, Any]:
    lines = queries.changes_touching(first, last)
    try:
        page = page_of_keys(
            lines, queries.NEWEST_FIRST, after=request.GET.get("after", ""), size=_LINES_A_PAGE
        )
    except BadCursor as error:
        raise Http404 from error
    changes = list(lines.filter(pk__in=page.keys).order_by("-id"))
    undoable = rules.undoable(changes)
    shown = [
        Line(change, said_change(change, year=first.year), can_undo=change.pk in undoable)
        for change in changes
    ]
    made = request.GET.get("changed", "")
    older = page.next and f"?{urlencode({'year': first.year, 'after': page.next})}"
    return {
        "lines": shown,
        "older_url": older,
        "made": next((line for line in shown if str(line.change.pk) == made), None),
    }


def _year_asked_for(request: HttpRequest) -> int:
    """The year in the address, else this one."""
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdecimal() and len(asked) == 4:
        return min(max(int(asked), rules.FIRST_YEAR), rules.LAST_YEAR)
    return timezone.localdate().year


@managers_only
@require_http_methods(["GET", "POST"])
@never_cache
def change(request: ManagerRequest) -> HttpResponse:
    """The form that changes days: a page of its own, or what goes into the dialog of the year."""
    form = ChangeForm(request.POST) if request.method == "POST" else _proposed(request)
    if form.is_bound and form.is_valid():
        return _changed(request, form)
    first, last = _span_in(form)
    context = {
        "form": form,
        "span": span_of(first, last, queries.days_between(first, last)),
        "back": _page_of(first.year),
    }
    template = "processes/calendar/form.html" if request.htmx else "processes/calendar/change.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _proposed(request: HttpRequest) -> ChangeForm:
    """The form for the days in the address (`?first=2027-05-04&last=2027-05-05`), else for today."""
    span, first = SpanForm(request.GET), timezone.localdate()
    last = first
    if span.is_valid():
        first = span.cleaned_data["first"]
        last = max(span.cleaned_data["last"] or first, first)
    return ChangeForm(initial=proposal(first, last, queries.days_between(first, first).first()))


def _span_in(form: ChangeForm) -> tuple[datetime.date, datetime.date]:
    """The days that the form is about, as far as they can be used."""
    given = form.cleaned_data if form.is_bound else form.initial
    first = given.get("first") or timezone.localdate()
    last = given.get("last") or first
    return (first, last) if rules.can_change(first, last) else (first, first)


def _changed(request: ManagerRequest, form: ChangeForm) -> HttpResponse:
    """Do it and go back to the year, where the change can be undone."""
    given = form.cleaned_data
    first, last = given["first"], given["last"]
    if given["kind"] == ChangeKind.RESET:
        made = actions.reset_days(first, last, note=given["note"], by=request.user)
    else:
        is_workday = given["kind"] == ChangeKind.WORK
        made = actions.change_days(
            first, last, is_workday=is_workday, name=given["name"], note=given["note"], by=request.user
        )
    if made is None:
        messages.info(request, _("These days are like that already. Nothing was changed."))
    url = _page_of(first.year, made)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@managers_only
@require_POST
def undo(request: ManagerRequest, pk: UUID) -> HttpResponse:
    """Take a change back; a refusal is shown on the page."""
    change = get_object_or_404(CalendarChange, pk=pk)
    made = None
    try:
        made = actions.undo(change, by=request.user)
    except UserError as error:
        messages.error(request, str(error))
    return redirect(_page_of(change.first_day.year, made))


def _page_of(year: int, made: CalendarChange | None = None) -> str:
    query: dict[str, Any] = {"year": year} | ({"changed": made.pk} if made else {})
    return f"{reverse('processes:calendar')}?{urlencode(query)}"

"""The pages of the staff: the list, a person, appointing, importing."""

import io
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.actions import log_access
from accounts.access.models import Verb
from accounts.models import Appointment, StandIn, Unit, User
from accounts.permissions import SignedInRequest, appointers_only
from accounts.personnel import actions, importing, queries, rules
from accounts.personnel.forms import (
    AppointForm,
    ContactForm,
    EndForm,
    PersonForm,
    StaffUploadForm,
    SubstituteForm,
)
from accounts.personnel.models import StaffImport, StaffImportState, StaffRecord
from accounts.personnel.sights import seen_by
from accounts.personnel.template import staff_template
from accounts.personnel.words import EVENTS
from accounts.roles import Role
from common.errors import UserError
from common.http import client_ip, download
from common.paging import BadCursor
from common.spreadsheet.uploaded import on_disk
from common.spreadsheet.writing import write_table

_IMPORTS_SHOWN = 20
_ROWS_SHOWN = 200


@appointers_only
@require_GET
@never_cache
def people(request: SignedInRequest) -> HttpResponse:
    """The staff; every filter is in the address."""
    filters = _filters(request.GET)
    try:
        found = queries.people_page(filters, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    context = {
        "page": found,
        "filters": filters,
        "roles": Role.choices,
        "units": queries.top_units(),
        "filtered": any((filters.text, filters.role, filters.unit, filters.state)),
        "next_url": _address(request.GET, found.next) if found.next else "",
        "first_url": _address(request.GET, "") if "after" in request.GET else "",
        "today": timezone.localdate(),
    }
    return render(request, "accounts/personnel/list.html", context)


def _filters(query: QueryDict) -> queries.PeopleFilters:
    unit = query.get("unit", "")
    is_number = unit.isascii() and unit.isdigit() and len(unit) < 10
    return queries.PeopleFilters(
        text=query.get("q", "").strip()[:50],
        role=query.get("role", "")[:40],
        unit=int(unit) if is_number else None,
        state=query.get("state", "") if query.get("state", "") in queries.STATES else "",
    )


def _address(query: QueryDict, after: str) -> str:
    values = {name: value for name, value in (query.dict() | {"after": after}).items() if value}
    return f"?{urlencode(values)}"


@appointers_only
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Add somebody to the staff."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.add_person(by=request.user, ip=client_ip(request), **form.cleaned_data)
        except UserError as error:
            form.add_error("username", str(error))
        else:
            return redirect("personnel:appoint", person.pk)
    return render(request, "accounts/personnel/new.html", {"form": form}, status=422 if form.errors else 200)


def _person(pk: UUID) -> User:
    return get_object_or_404(queries.staff(), pk=pk)


@appointers_only
@require_GET
@never_cache
def person(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A member of staff: appointments, and what was done about them."""
    found = _person(pk)
    trail = queries.trail_of(found)
    context = {
        "person": found,
        "posts": queries.appointments_ever(found),
        "trail": [(line, EVENTS.get(line.kind, line.kind)) for line in trail],
        "today": timezone.localdate(),
        "may_get_password": bool(rules.can_issue_password(found)),
    }
    return render(request, "accounts/personnel/person.html", context)


@appointers_only
@require_GET
@never_cache
def sights(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What a person can see today, and why: the part of the person's page that takes longer to count."""
    return render(request, "accounts/personnel/sights.html", {"seen": seen_by(_person(pk))})


@appointers_only
@require_http_methods(["GET", "POST"])
@never_cache
def contact(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Correct a person's name, phone and mail address; that they were looked at is recorded."""
    found = _person(pk)
    known = StaffRecord.objects.filter(user=found).first()
    initial = {"name": found.name}
    if known is not None:
        initial |= {"mobile": known.mobile, "email": known.email}
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_contact(found, request.user, ip=client_ip(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("personnel:person", pk)
    return render(
        request,
        "accounts/personnel/contact.html",
        {"form": form, "person": found},
        status=422 if form.errors else 200,
    )


@appointers_only
@require_http_methods(["GET", "POST"])
@never_cache
def appoint(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Appoint a person to a role for a unit."""
    found = _person(pk)
    form = AppointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        days = {name: said[name] for name in ("starts_on", "ends_on", "reason")}
        try:
            actions.appoint(
                found, said["role"], form.chosen_unit, request.user, ip=client_ip(request), **days
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Appointed. What belongs to the post is there from its first day."))
            return redirect("personnel:person", pk)
    context = {"form": form, "person": found}
    return render(request, "accounts/personnel/appoint.html", context, status=422 if form.errors else 200)


@appointers_only
@require_http_methods(["GET", "POST"])
@never_cache
def appointment(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End an appointment earlier, or prolong it."""
    found = get_object_or_404(Appointment.objects.select_related("user", "unit"), pk=pk)
    form = EndForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.change_end(
                found, said["ends_on"], request.user, reason=said["reason"], ip=client_ip(request)
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. Tasks follow the day after the last one."))
            return redirect("personnel:person", found.user_id)
    context = {"form": form, "person": found.user, "post": found}
    return render(request, "accounts/personnel/appointment.html", context, status=422 if form.errors else 200)


@appointers_only
@require_POST
@never_cache
def password(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A new first password, told on this page alone."""
    found = _person(pk)
    try:
        [(_same, issued)] = actions.issue_passwords([found], request.user, ip=client_ip(request))
    except UserError as error:
        messages.error(request, str(error))
        return redirect("personnel:person", pk)
    return render(request, "accounts/personnel/password.html", {"person": found, "password": issued})


# --- importing ------------------------------------------------------------------------------------


@appointers_only
@require_http_methods(["GET", "POST"])
def imports(request: SignedInRequest) -> HttpResponse:
    """The upload form and the imports so far."""
    form = StaffUploadForm(request.POST, request.FILES) if request.method == "POST" else StaffUploadForm()
    if form.is_valid():
        batch = _checked(request, form)
        if batch is not None:
            return redirect("personnel:batch", batch.pk)
    context = {"form": form, "batches": queries.imports()[:_IMPORTS_SHOWN]}
    return render(request, "accounts/personnel/imports.html", context, status=422 if form.errors else 200)


def _checked(request: SignedInRequest, form: StaffUploadForm) -> StaffImport | None:
    """The checked file; None when it is no good, with the reason in the form."""
    upload = form.cleaned_data["file"]
    with on_disk(upload) as path:
        try:
            return importing.check(path, file_name=upload.name, by=request.user)
        except UserError as error:
            form.add_error("file", str(error))
    return None


@appointers_only
@require_http_methods(["GET", "POST"])
@never_cache
def substitute(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say who does the work of a role at a unit while nobody who holds it there is at work."""
    unit = get_object_or_404(Unit, pk=pk)
    form = SubstituteForm(unit, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        days = {name: said[name] for name in ("starts_on", "ends_on", "reason")}
        try:
            actions.name_substitute(
                said["role"], unit, form.chosen_person, request.user, ip=client_ip(request), **days
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Noted. Whoever stands in sees the tasks once nobody else is there."))
            return redirect("organisation:unit", pk)
    context = {"form": form, "unit": unit}
    return render(request, "accounts/personnel/substitute.html", context, status=422 if form.errors else 200)


@appointers_only
@require_POST
def end_substitute(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let somebody stand in for a role no longer."""
    found = get_object_or_404(StandIn.objects.exclude(unit=None), pk=pk)
    actions.end_substitute(found, request.user, ip=client_ip(request))
    messages.success(request, _("They stand in no longer."))
    return redirect("organisation:unit", found.unit_id)


@appointers_only
@require_GET
def template_file(_request: SignedInRequest) -> HttpResponse:
    """The empty spreadsheet."""
    return download(staff_template(), "staff-template.xlsx")


@appointers_only
@require_GET
@never_cache
def batch(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One import: what the check found, what loading made, what can be done now."""
    found = get_object_or_404(StaffImport.objects.select_related("uploaded_by"), pk=pk)
    waiting = queries.never_signed_in(found) if found.state == StaffImportState.LOADED else []
    context: dict[str, Any] = {
        "batch": found,
        "problems": (found.problems or [])[:_ROWS_SHOWN],
        "columns": list(importing.COLUMNS),
        "can_load": bool(rules.can_load(found)),
        "can_undo": bool(rules.can_undo(found)),
        "waiting": len(waiting),
    }
    return render(request, "accounts/personnel/batch.html", context)


@appointers_only
@require_POST
@never_cache
def change_batch(request: SignedInRequest, pk: UUID, verb: str) -> HttpResponse:
    """Load an import, undo it, forget it, or make first passwords for whom it added."""
    found = get_object_or_404(StaffImport, pk=pk)
    ip = client_ip(request)
    try:
        if verb == "load":
            importing.load(found, request.user, ip=ip)
        elif verb == "undo":
            importing.undo(found, request.user, ip=ip)
        elif verb == "discard":
            importing.discard(found)
            return redirect("personnel:imports")
        elif verb == "passwords":
            return _passwords(request, found)
        else:
            raise Http404
    except UserError as error:
        messages.error(request, str(error))
    return redirect("personnel:batch", pk)


def _passwords(request: SignedInRequest, found: StaffImport) -> HttpResponse:
    waiting = queries.never_signed_in(found)
    if not waiting:
        messages.info(request, _("Everybody there has signed in already; no passwords were made."))
        return redirect("personnel:batch", found.pk)
    log_access(request.user, Verb.PASSWORDS, found, detail=str(len(waiting)))
    issued = actions.issue_passwords(waiting, request.user, ip=client_ip(request))
    content = io.BytesIO()
    rows = [[who.name, who.username, word] for who, word in issued]
    header = [_("Name"), _("Staff number"), _("First password")]
    write_table(content, header, rows, sheet=_("First passwords"))
    return download(content.getvalue(), "first-passwords.xlsx")

"""The pages of who asks for lists: all of theirs, the two steps of asking, one of them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import SignedInRequest, rights_required
from approvals import parcel
from approvals.actions import Actor
from approvals.rules import can_ask_back
from common.errors import BadInput, Stale
from common.http import client_ip
from common.http import download as as_file
from common.paging import BadCursor, page_of_keys
from exports import queries, rules
from exports.flows.export import actions
from exports.flows.export.actions import Wish
from exports.forms import AskForm
from exports.models import Export, ExportKind, ExportState
from forms.queries import attachments_of
from processes.queries import open_tasks
from students.models import VerifyState
from students.queries import StudentFilters, student_choice

_FILTERS = ("cohort", "college", "major", "class", "verify", "q")
#: Seconds for which the address of a file holds; the page makes a new one each time.
_ADDRESS_SECONDS = 3600
#: States in which the page looks for itself whether something has happened.
_MOVING = (ExportState.MAKING, ExportState.READY)
_signer = signing.TimestampSigner(salt="exports.file")
askers_only = rights_required(queries.RIGHT)


@askers_only
@require_GET
@never_cache
def exports(request: SignedInRequest) -> HttpResponse:
    """What the reader asked for, the newest first."""
    rows = queries.exports_of(request.user)
    try:
        page = page_of_keys(rows, queries.NEWEST_FIRST, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    found = rows.in_bulk(page.keys)
    next_url = f"?after={urlencode({'': page.next})[1:]}" if page.next else ""
    context = {"exports": [found[key] for key in page.keys], "next_url": next_url}
    return render(request, "exports/list.html", context)


@askers_only
@require_GET
@never_cache
def choose(request: SignedInRequest) -> HttpResponse:
    """The first step: which rows, by the filters of the list pages."""
    choice = student_choice(request.user, StudentFilters.read(request.GET.dict()), queries.RIGHT)
    kind = _kind(request.GET)
    query = _query(request.GET) | {"cohort": str(choice.cohort or "")}
    count = queries.count_asked_for(request.user, kind, query)
    context = {
        "page": choice,
        "filters": StudentFilters.read(query),
        "verify_states": VerifyState.choices,
        "kinds": ExportKind.choices,
        "kind": kind,
        "count": count,
        "next": urlencode({"kind": kind} | query),
    }
    return render(request, "exports/choose.html", context)


@askers_only
@require_http_methods(["GET", "POST"])
@never_cache
def ask(request: SignedInRequest) -> HttpResponse:
    """The second step: which columns, what for, who gets it, until when."""
    kind, query = _kind(request.GET), _query(request.GET)
    if not queries.count_asked_for(request.user, kind, query):
        messages.info(request, _("No row fits these filters. Choose others."))
        return redirect(_choosing(kind, query))
    form = AskForm(kind, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.ask(_wish(request, form, kind, query), _actor(request))
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return redirect("exports:export", found.pk)
    return _ask_page(request, form, kind, query)


@askers_only
@require_http_methods(["GET", "POST"])
@never_cache
def change(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The second step once more, of what was returned or taken back."""
    export = _own(request, pk)
    rules.can_change(request.user, export).require()
    query = QueryDict(export.query).dict()
    form = AskForm(export.kind, request.POST or None, request.FILES or None, export=export)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_again(export, _wish(request, form, export.kind, query), _actor(request))
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return redirect("exports:export", export.pk)
    return _ask_page(request, form, export.kind, query, export)


def _ask_page(
    request: SignedInRequest, form: AskForm, kind: str, query: Mapping[str, str], export: Export | None = None
) -> HttpResponse:
    case = export.case if export else None
    context = {
        "form": form,
        "export": export,
        "kind": ExportKind(kind).label,
        "about": _about(request, query),
        "count": queries.count_asked_for(request.user, kind, query),
        "back": _choosing(kind, query),
        "correction": parcel.correction_of(case) if case else None,
        "direct_rows": settings.EXPORT_DIRECT_ROWS,
        "papers": attachments_of(case.pk).present() if case else (),
    }
    return render(request, "exports/ask.html", context, status=422 if form.errors else 200)


@askers_only
@require_GET
@never_cache
def export(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One export: where it is, its password once, its file once."""
    return _page(request, _own(request, pk))


def _page(request: SignedInRequest, found: Export, *, secret: str = "") -> HttpResponse:
    now, case = timezone.now(), found.case
    tasks = list(open_tasks(case)) if case.is_open else []
    context: dict[str, Any] = {
        "export": found,
        "case": case,
        "stops": parcel.history_line(case),
        "correction": parcel.correction_of(case),
        "may_change": rules.can_change(request.user, found),
        "may_withdraw": can_ask_back(request.user, case, tasks),
        "may_take": rules.can_take(request.user, found, now),
        "may_read_password": rules.can_read_password(request.user, found, now),
        "token": address_of(found),
        "secret": secret,
        "waits": not secret and found.state in _MOVING,
    }
    return render(request, "exports/export.html", context)


@askers_only
@require_GET
@never_cache
def progress(request: SignedInRequest, pk: UUID, state: str) -> HttpResponse:
    """How far the file is, for the page that waits; it is loaded anew when *state* is no longer true."""
    found = _own(request, pk)
    if found.state != state:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "exports/progress.html", {"export": found})


@askers_only
@require_POST
@never_cache
def password(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The password, this once; it stands in this answer and nowhere else."""
    found = _own(request, pk)
    secret = actions.read_password(found.pk, _actor(request))
    return _page(request, _own(request, pk), secret=secret)


@askers_only
@require_POST
@never_cache
def download(request: SignedInRequest, pk: UUID, token: str) -> HttpResponse:
    """The file, this once; asked for by POST, so that nothing that looks ahead uses it up."""
    found = _own(request, pk)
    try:
        if _signer.unsign(token, max_age=_ADDRESS_SECONDS) != found.pk.hex:
            raise Http404
    except signing.SignatureExpired as error:
        raise Stale(_("This page is too old to download from. Open it again.")) from error
    except signing.BadSignature as error:
        raise Http404 from error
    content = actions.take(found.pk, _actor(request))
    return as_file(content, f"export-{found.case.number}.xlsx")


@askers_only
@require_POST
def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take it back, or ask the reviewer who has it."""
    found = _own(request, pk)
    if actions.withdraw(found, _actor(request)):
        messages.success(request, _("It is with you again."))
    else:
        messages.success(request, _("The reviewer was asked to let it go."))
    return redirect("exports:export", pk)


@askers_only
@require_POST
def give_up(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Drop what was returned or taken back."""
    actions.give_up(_own(request, pk), _actor(request))
    messages.success(request, _("The export was given up."))
    return redirect("exports:list")


def address_of(export: Export) -> str:
    """What the address of a file ends in; it holds for an hour."""
    return _signer.sign(export.pk.hex)


def _own(request: SignedInRequest, pk: UUID) -> Export:
    return get_object_or_404(queries.exports_of(request.user), pk=pk)


def _actor(request: SignedInRequest) -> Actor:
    return Actor(request.user, ip=client_ip(request))


def _kind(query: QueryDict) -> str:
    kind = query.get("kind", "")
    return kind if kind in ExportKind else ExportKind.STUDENTS


def _choosing(kind: str, query: Mapping[str, str]) -> str:
    return f"{reverse('exports:choose')}?{urlencode({'kind': kind} | dict(query))}"


def _query(query: QueryDict) -> dict[str, str]:
    """The filters that an address names; empty ones are left out."""
    return {name: str(query[name])[:50] for name in _FILTERS if query.get(name)}


def _wish(request: SignedInRequest, form: AskForm, kind: str, query: Mapping[str, str]) -> Wish:
    keys = queries.rows_asked_for(request.user, kind, query)
    return Wish(kind, urlencode(query), _about(request, query), keys, **form.cleaned_data)


def _about(request: SignedInRequest, query: Mapping[str, str]) -> str:
    """The filters in words, such as `class of 2027 · 计算机学院`."""
    filters = StudentFilters.read(query)
    words = [_("class of %(cohort)s") % {"cohort": filters.cohort}] if filters.cohort else []
    words += queries.units_named(request.user, filters)
    if filters.verify in VerifyState:
        words.append(str(VerifyState(filters.verify).label))
    return " · ".join([*words, *([f"“{filters.text}”"] if filters.text else [])])

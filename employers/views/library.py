"""The staff's library of employers: the list, one employer, who may act for it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import unmask
from accounts.access.actions import log_access
from accounts.access.models import Verb
from accounts.access.unmask import Secret
from accounts.permissions import SignedInRequest, rights_required, roles_required
from accounts.rights.catalogue import Right
from accounts.roles import EMPLOYER_REVIEWERS
from accounts.security import limits
from approvals import parcel
from common.paging import BadCursor
from employers import actions, display, queries
from employers.models import EmployerState, EmployerUser
from forms.codes import codes
from forms.queries import attachments_in, latest_submission
from forms.serving import file_response
from processes.queries import cases_on

staff_only = rights_required(Right.SEE_EMPLOYERS)
FILTERS = ("state", "nature", "industry", "list_state", "tag")


@staff_only
@require_GET
def library(request: SignedInRequest) -> HttpResponse:
    """The employers in scope; every filter is in the address."""
    filters = _filters(request.GET)
    try:
        found = queries.employer_page(request.user, filters, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    context: dict[str, Any] = {
        "page": found,
        "filters": filters,
        "choices": _choices(filters),
        "next_url": _address(request.GET, after=found.next) if found.next else "",
        "first_url": _address(request.GET, after="") if "after" in request.GET else "",
        "sort_urls": {name: _address(request.GET, sort=name, after="") for name in queries.ORDERS},
    }
    return render(request, "employers/library.html", context)


def _filters(query: QueryDict) -> queries.EmployerFilters:
    chosen = {name: query.get(name, "")[:20] for name in FILTERS}
    return queries.EmployerFilters(
        text=query.get("q", "").strip()[:50], sort=query.get("sort", "name"), **chosen
    )


def _choices(filters: queries.EmployerFilters) -> list[dict[str, Any]]:
    """The selects above the list: name, label, what is chosen, what can be."""
    tables = [
        ("nature", _("All kinds"), "employer_nature"),
        ("industry", _("All industries"), "employer_industry"),
        ("list_state", _("All lists"), "employer_list_state"),
        ("tag", _("All tags"), "employer_tag"),
    ]
    shown = [state for state in EmployerState if state != EmployerState.DRAFT]
    selects = [_select("state", _("In any state"), [(s.value, s.label) for s in shown], filters)]
    return selects + [
        _select(name, label, [(row.code, row.label()) for row in codes(table) if row.is_active], filters)
        for name, label, table in tables
    ]


def _select(
    name: str, label: str, options: list[tuple[str, Any]], filters: queries.EmployerFilters
) -> dict[str, Any]:
    return {"name": name, "label": label, "options": options, "chosen": getattr(filters, name)}


def _address(query: QueryDict, **changes: str) -> str:
    """The same page with some parameters changed; empty ones are left out."""
    values = {name: value for name, value in (query.dict() | changes).items() if value}
    return f"?{urlencode(values)}"


@staff_only
@require_GET
@never_cache
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One employer: what is known, its papers, its people, everything that happened."""
    employer = get_object_or_404(queries.employers_in_scope(request.user).prefetch_related("tags"), pk=pk)
    cases = list(cases_on(employer)[:20])
    submission = latest_submission(cases[0].pk)
    context = {
        "employer": employer,
        "sections": display.sections(employer),
        "case": cases[0],
        "earlier": cases[1:],
        "stops": parcel.history_line(cases[0]),
        "files": attachments_in(submission) if submission else [],
        "people": list(queries.people_of(employer)),
        "may_decide": queries.may_decide_joins(request.user) and employer.state == EmployerState.APPROVED,
    }
    return render(request, "employers/detail.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
@never_cache
def reveal(request: SignedInRequest, pk: UUID, field: str) -> HttpResponse:
    """One sensitive field, covered; its full text to who says what for, which is recorded."""
    if field not in display.REVEALABLE:
        raise Http404
    employer = get_object_or_404(queries.employers_in_scope(request.user), pk=pk)
    limits.spend("look-up", str(request.user.pk))
    lines = (line for section in display.sections(employer) for line in section.lines)
    shown = next(line for line in lines if line.field == field)
    secret = Secret(employer, field, shown.label, shown.text, getattr(employer, field))
    return unmask.answer(request, secret)


@staff_only
@require_GET
@never_cache
def file(request: SignedInRequest, pk: UUID, file_pk: UUID) -> HttpResponseBase:
    """A paper that was handed in; that it was seen is recorded."""
    employer = get_object_or_404(queries.employers_in_scope(request.user), pk=pk)
    found = get_object_or_404(queries.papers_of(employer), pk=file_pk)
    log_access(request.user, Verb.FILE, employer, detail=str(found.pk))
    return file_response(found)


@roles_required(*EMPLOYER_REVIEWERS)
@require_POST
def decide(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let somebody join for the school, as owner too, or refuse."""
    scope = queries.employers_in_scope(request.user)
    wish = get_object_or_404(EmployerUser.objects.select_related("user"), pk=pk, employer__in=scope)
    do = request.POST.get("do", "")
    actions.decide_join(wish, request.user, admit=do in ("admit", "owner"), as_owner=do == "owner")
    messages.success(request, _("Decided: %(name)s.") % {"name": wish.user.name})
    return redirect("employers:detail", wish.employer_id)

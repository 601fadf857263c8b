"""The staff's list of students and a student's record."""

import io
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import unmask
from accounts.access.actions import log_access
from accounts.access.models import Verb
from accounts.access.unmask import Secret
from accounts.models import Unit
from accounts.permissions import SignedInRequest, rights_required, roles_required
from accounts.queries import grounds_of, has_right, roles_of, roots_of, under
from accounts.rights.catalogue import Right
from accounts.roles import BINDING_STAFF, REMINDING_STAFF
from accounts.rules import may_appoint
from accounts.security import limits
from approvals import standing
from common.http import download
from common.paging import BadCursor
from common.spreadsheet.writing import write_table
from students import actions, display, queries
from students.models import VerifyState, masked
from students.owing import OWED
from wechat.queries import is_on

staff_only = rights_required(Right.SEE_STUDENTS)


@staff_only
@require_GET
def student_list(request: SignedInRequest) -> HttpResponse:
    """The students in scope; every filter is in the address."""
    filters = queries.StudentFilters.read(request.GET.dict())
    try:
        found = queries.student_page(request.user, filters, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    context: dict[str, Any] = {
        "page": found,
        "filters": filters,
        "verify_states": VerifyState.choices,
        "may_remind": filters.owing in OWED and not roles_of(request.user).isdisjoint(REMINDING_STAFF),
        "kept": [(name, request.GET[name]) for name in queries.FILTERS if request.GET.get(name)]
        + ([] if request.GET.get("cohort") else [("cohort", found.cohort or 0)]),
        "may_import": has_right(request.user, Right.IMPORT_STUDENTS),
        "may_issue_passwords": has_right(request.user, Right.ISSUE_PASSWORDS),
        "smallest_unit": list(found.chosen.values())[-1] if found.chosen else None,
        "filtered": any((filters.text, filters.verify, filters.owing, found.chosen)),
        "next_url": _address(request.GET, after=found.next) if found.next else "",
        "first_url": _address(request.GET, after="") if "after" in request.GET else "",
        "sort_urls": {name: _address(request.GET, sort=name, after="") for name in queries.ORDERS},
    }
    return render(request, "students/list.html", context)


@roles_required(*REMINDING_STAFF)
@require_POST
def remind(request: SignedInRequest) -> HttpResponse:
    """Remind those of the list who have not handed in what it is filtered by."""
    filters = queries.StudentFilters.read(request.POST.dict())
    if filters.owing not in OWED:
        raise Http404
    number = actions.remind(OWED[filters.owing], queries.owing_to(request.user, filters))
    words = ngettext(
        "%(number)s student reminded. Nobody is reminded twice within a day.",
        "%(number)s students reminded. Nobody is reminded twice within a day.",
        number,
    )
    messages.success(request, words % {"number": number})
    query = {name: value for name, value in request.POST.items() if name in queries.FILTERS and value}
    return redirect(f"{reverse('students:list')}?{urlencode(query)}")


def _address(query: QueryDict, **changes: str) -> str:
    """The same page with some parameters changed; empty ones are left out."""
    values = {name: value for name, value in (query.dict() | changes).items() if value}
    return f"?{urlencode(values)}"


@rights_required(Right.ISSUE_PASSWORDS)
@require_POST
@never_cache
def passwords(request: SignedInRequest) -> HttpResponse:
    """A list of new first passwords for the students of a unit who never signed in; it is recorded."""
    units = Unit.objects.filter(under(roots_of(request.user, Right.ISSUE_PASSWORDS)))
    unit = get_object_or_404(units, pk=queries.number_in(request.POST.dict(), "unit") or 0)
    waiting = list(queries.never_signed_in(queries.number_in(request.POST.dict(), "cohort") or 0, unit))
    if not waiting:
        messages.info(request, _("Everybody there has signed in already; no passwords were made."))
        return redirect("students:list")
    limits.spend("export", str(request.user.pk))
    log_access(request.user, Verb.PASSWORDS, unit, detail=str(len(waiting)))
    content = io.BytesIO()
    header = [_("Class"), _("Student number"), _("Name"), _("First password")]
    write_table(content, header, actions.issue_passwords(waiting), sheet=_("First passwords"))
    return download(content.getvalue(), _("first-passwords.xlsx"))


@staff_only
@require_GET
@never_cache
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One record, sensitive fields masked; 404 outside the reader's scope."""
    seen = queries.students_in_scope(request.user).select_related("unit")
    student = get_object_or_404(seen, pk=pk)
    place = queries.places_of([student.unit])[student.unit_id]
    log_access(request.user, Verb.VIEW, student)
    context = {
        "student": student,
        "place": place,
        "sections": display.sections(student, place, hidden=frozenset(display.REVEALABLE)),
        "cases": standing.cases_of(student.user_id, request.user),
        "imports": queries.imports_touching(student.pk),
        "may_unbind": is_on() and not roles_of(request.user).isdisjoint(BINDING_STAFF),
        "viewers": grounds_of(Right.SEE_STUDENTS, student.unit),
        "may_appoint": bool(may_appoint(request.user)),
        "may_reveal": has_right(request.user, Right.REVEAL_STUDENTS, student.unit),
    }
    return render(request, "students/detail.html", context)


@rights_required(Right.REVEAL_STUDENTS)
@require_http_methods(["GET", "POST"])
@never_cache
def reveal(request: SignedInRequest, pk: UUID, field: str) -> HttpResponse:
    """One sensitive field, covered; its full text to who says what for, which is recorded."""
    if field not in display.REVEALABLE:
        raise Http404
    student = get_object_or_404(queries.revealable_students(request.user), pk=pk)
    limits.spend("look-up", str(request.user.pk))
    text = display.text_of(student, field)
    return unmask.answer(request, Secret(student, field, display.label_of(field), masked(text), text))

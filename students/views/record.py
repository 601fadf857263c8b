"""The student's own record: read it, say that it is right, or learn whom to tell."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import SignedInRequest
from common.errors import Refused
from students import actions, display, queries
from students.models import Student


@login_required
@require_GET
@never_cache
def record(request: SignedInRequest) -> HttpResponse:
    """The own record in plain words; 404 for people without one."""
    student = _own(request)
    place = queries.places_of([student.unit])[student.unit_id]
    context = {
        "student": student,
        "sections": display.sections(student, place, hidden=frozenset({"id_no"}), without=display.STAFF_ONLY),
        "contacts": queries.contacts_of(student),
    }
    return render(request, "students/record.html", context)


@login_required
@require_POST
def confirm(request: SignedInRequest) -> HttpResponse:
    """The student says that everything is right; filing a destination opens."""
    try:
        actions.confirm_record(_own(request), request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("students:record")
    messages.success(request, _("Thank you. Your record is confirmed; you can file your destination now."))
    return redirect("destinations:me")


def _own(request: SignedInRequest) -> Student:
    student = queries.student_of(request.user)
    if student is None:
        raise Http404
    return student

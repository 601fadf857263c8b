"""Copies 抄送: the list, and one case to read."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import roles_required
from accounts.roles import STAFF
from approvals import actions, queries
from approvals.case_page import CasePage
from approvals.models import CarbonCopy
from approvals.queries.runs import NEWEST_FIRST
from approvals.views import DeskRequest
from common.errors import UserError
from common.http import client_ip
from common.paging import BadCursor, page_of_keys

staff_only = roles_required(*STAFF)


@staff_only
@require_GET
@never_cache
def copies(request: DeskRequest) -> HttpResponse:
    """The copies the reader got, newest first; `after` asks for the rows that follow."""
    rows = queries.copies_of(request.user)
    try:
        page = page_of_keys(rows, NEWEST_FIRST, after=request.GET.get("after", ""))
    except BadCursor:
        raise Http404 from None
    context = {"copies": list(rows.filter(pk__in=page.keys)), "next": page.next}
    return render(request, "approvals/copies.html", context)


@staff_only
@require_GET
@never_cache
def show(request: DeskRequest, copy_id: UUID) -> HttpResponse:
    """The case a copy is of, read-only; opening it leaves a receipt."""
    copy = own_copy(request, copy_id)
    actions.mark_read(copy)
    page = CasePage(request.user, copy.case, timezone.now())
    return render(request, "approvals/copy.html", {"page": page, "copy": copy})


@staff_only
@require_POST
def comment(request: DeskRequest, copy_id: UUID) -> HttpResponse:
    """A word of the reader in the history of the case."""
    copy = own_copy(request, copy_id)
    by = actions.Actor(request.user, ip=client_ip(request))
    try:
        actions.comment(copy.case_id, by, request.POST.get("text", ""))
        messages.success(request, _("Your comment stands in the history."))
    except UserError as error:
        messages.error(request, str(error))
    return redirect(reverse("approvals:copy", args=[copy.pk]))


def own_copy(request: DeskRequest, copy_id: UUID) -> CarbonCopy:
    """A copy that the reader got. Raises Http404."""
    return get_object_or_404(queries.copies_of(request.user), pk=copy_id)

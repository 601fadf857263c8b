"""What waits for a second person, and the answers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.permissions import SignedInRequest, roles_required
from accounts.rights import queries, second_person
from accounts.rights.models import Operation
from accounts.roles import CONFIRMERS
from common.errors import BadInput
from common.http import client_ip
from common.paging import BadCursor

confirmers_only = roles_required(*CONFIRMERS)
NAMES = frozenset({"confirm", "decline", "withdraw"})


@confirmers_only
@require_GET
def operations(request: SignedInRequest) -> HttpResponse:
    """What waits, with what the reader may answer, and what was answered."""
    try:
        context = _context(request.user, request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    return render(request, "accounts/rights/operations.html", context)


def _context(user: User, after: str) -> dict[str, Any]:
    settled, following = queries.settled_operations(after)
    return {
        "waiting": [_line(user, each) for each in queries.waiting_operations()],
        "settled": [_line(user, each) for each in settled],
        "next": following,
    }


def _line(user: User, operation: Operation) -> dict[str, Any]:
    kind = second_person.kind_of(operation)
    line: dict[str, Any] = {"operation": operation, "label": kind.label, "words": kind.words(operation)}
    if operation.is_waiting:
        line["confirm"] = second_person.can_confirm(user, operation)
        line["decline"] = second_person.can_decline(user, operation)
        line["withdraw"] = second_person.can_withdraw(user, operation)
    return line


@confirmers_only
@require_POST
def answer(request: SignedInRequest, pk: UUID, name: str) -> HttpResponse:
    """Confirm, decline or withdraw; what cannot be used is shown on the page with what was typed."""
    found = get_object_or_404(Operation, pk=pk)
    if name not in NAMES:
        raise Http404
    try:
        _answer(request, found, name)
    except BadInput as error:
        more = {"fault": str(error), "fault_of": pk, "answer": request.POST.get("answer", "")}
        return render(
            request, "accounts/rights/operations.html", _context(request.user, "") | more, status=422
        )
    said = {"confirm": _("Confirmed and done."), "decline": _("Declined."), "withdraw": _("Withdrawn.")}
    messages.success(request, said[name])
    return redirect("rights:operations")


def _answer(request: SignedInRequest, found: Operation, name: str) -> None:
    ip = client_ip(request)
    if name == "confirm":
        second_person.confirm(found.pk, request.user, ip=ip)
    elif name == "decline":
        second_person.decline(found.pk, request.user, answer=request.POST.get("answer", ""), ip=ip)
    else:
        second_person.withdraw(found.pk, request.user, ip=ip)

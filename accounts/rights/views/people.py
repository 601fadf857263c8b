"""What a person may do in effect, and the record of everything that was changed about rights."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.permissions import SignedInRequest, roles_required
from accounts.queries import held_by, staff_accounts
from accounts.rights import queries
from accounts.rights.words import said_change
from accounts.roles import Role
from common.paging import BadCursor


@roles_required(Role.SECADMIN)
@require_GET
def search(request: SignedInRequest) -> HttpResponse:
    """Staff by name or staff number (`?q=`)."""
    text = request.GET.get("q", "").strip()[:50]
    context = {"q": text, "people": queries.people_called(text)}
    return render(request, "accounts/rights/people.html", context)


@roles_required(Role.SECADMIN)
@require_GET
def person(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One member of the staff: roles, rights with their grounds, and what was changed."""
    found = get_object_or_404(staff_accounts(), pk=pk)
    lines, _older = queries.changes("", about=found.pk)
    context = {
        "person": found,
        "held": held_by(found),
        "resting": queries.resting(found),
        "rooms": queries.effects_on(found),
        "lines": [(change, said_change(change)) for change in lines],
    }
    return render(request, "accounts/rights/person.html", context)


@roles_required(Role.AUDITOR)
@require_GET
def changes(request: SignedInRequest) -> HttpResponse:
    """Who changed whose rights, when and from where, newest first; for the auditor alone."""
    try:
        lines, following = queries.changes(request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    context = {"lines": [(change, said_change(change)) for change in lines], "next": following}
    return render(request, "accounts/rights/changes.html", context)

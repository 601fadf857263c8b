"""The front door, and what is shown when something goes wrong."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import SignedInRequest
from accounts.queries import roles_of
from accounts.roles import REVIEWERS, STUDENT_STAFF, Role
from common.errors import UserError
from common.http import page_of
from employers.queries import membership_of


@login_required
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Students and employers go to their own page, reviewers to their inbox, others to their work."""
    if hasattr(request.user, "student"):
        return redirect("destinations:me")
    roles = roles_of(request.user)
    if not roles and membership_of(request.user) is not None:
        return redirect("employers:home")
    if roles & REVIEWERS:
        return redirect("approvals:inbox")
    if roles & STUDENT_STAFF:
        return redirect("students:list")
    return redirect("design:list" if Role.PROCESS_DESIGNER in roles else "accounts:appointments")


def user_error(request: HttpRequest, error: UserError) -> HttpResponse:
    """The page for a refusal that no view showed in its own page (409, or 429)."""
    return render(
        request,
        "409.html",
        {"message": error.message, "link": error.link, "back": page_of(request)},
        status=error.status,
    )

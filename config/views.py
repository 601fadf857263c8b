"""The front door, and what is shown when something goes wrong."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import SignedInRequest
from accounts.queries import given_to, has_right, roles_of
from accounts.rights.catalogue import Right
from accounts.roles import OFFICERS, REVIEWERS, Role
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
    if not roles and not given_to(request.user) and membership_of(request.user) is not None:
        return redirect("employers:home")
    if roles & (REVIEWERS - OFFICERS):
        return redirect("approvals:inbox")
    own = (page for page, may_open in _WORK if may_open(request.user))
    return redirect(next(own, "accounts:appointments"))


_WORK: tuple[tuple[str, Callable[[User], bool]], ...] = (
    ("rights:groups", lambda user: Role.SECADMIN in roles_of(user)),
    ("rights:officers", lambda user: Role.SYSADMIN in roles_of(user)),
    ("rights:changes", lambda user: Role.AUDITOR in roles_of(user)),
    ("students:list", lambda user: has_right(user, Right.SEE_STUDENTS)),
    ("design:list", lambda user: Role.PROCESS_DESIGNER in roles_of(user)),
    ("employers:library", lambda user: has_right(user, Right.SEE_EMPLOYERS)),
    ("talks:week", lambda user: has_right(user, Right.SEE_TALKS)),
    ("cases:list", lambda user: has_right(user, Right.OPERATE_CASES)),
)
"""Where people without an inbox begin: the first of these they may open."""


def admin_door(login: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Django's admin has no door of its own: people sign in where guessing is slowed down.

    To whoever is signed in and not meant to enter, it is not there.
    """

    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.is_staff:
            raise Http404
        return inside(request, *args, **kwargs)

    inside = staff_member_required(login, login_url=settings.LOGIN_URL)
    return door


def not_by_link(request: HttpRequest) -> HttpResponse:
    """The page for somebody who opens by link what only a button sends."""
    return render(request, "405.html", status=405)


def user_error(request: HttpRequest, error: UserError) -> HttpResponse:
    """The page for a refusal that no view showed in its own page (409, or 429)."""
    return render(
        request,
        "409.html",
        {"message": error.message, "link": error.link, "back": page_of(request)},
        status=error.status,
    )

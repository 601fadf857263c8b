"""Signing in and out, the password, and what somebody is appointed to."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions, posts, queries
from accounts.forms import AbsenceForm, ChangePasswordForm, SignInForm
from accounts.permissions import SignedInRequest, roles_required
from accounts.roles import REVIEWERS
from accounts.security import actions as door
from accounts.security import rules as door_rules
from accounts.security.sessions import digest
from common.errors import Refused


class SignIn(LoginView):
    """The sign-in page; `next` is kept when it leads to this site."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Ends the session (POST only)."""


class ChangePassword(PasswordChangeView):
    """A new password; other sessions of the person end."""

    form_class = ChangePasswordForm
    template_name = "accounts/change_password.html"
    success_url = reverse_lazy("home")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the reason why somebody was led here, if so."""
        return super().get_context_data(
            duty=door_rules.password_duty(self.request.user),  # type: ignore[arg-type]
            days=settings.PASSWORD_DAYS_STAFF,
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        """Save, end the other sessions, and say so."""
        answer = super().form_valid(form)
        door.end_sessions(form.user, but=digest(self.request.session.session_key or ""))
        messages.success(self.request, _("Your password is changed."))
        return answer


@login_required
@require_GET
def appointments(request: SignedInRequest) -> HttpResponse:
    """What the reader is appointed to, and so what the reader sees and decides."""
    held = queries.appointments_of(request.user)
    return render(request, "accounts/appointments.html", {"appointments": held})


@roles_required(*REVIEWERS)
@require_http_methods(["GET", "POST"])
def absence(request: SignedInRequest) -> HttpResponse:
    """When the reader is away, and who decides the reader's tasks meanwhile."""
    form = AbsenceForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data
        try:
            actions.be_away(request.user, days["starts_on"], days["ends_on"], form.person)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Noted. Your substitute sees your tasks on these days."))
            return redirect("accounts:absence")
    context = {
        "form": form,
        "absences": posts.absences_of(request.user),
        "covering": [post for post in posts.reach_of(request.user).posts if not post.is_own],
    }
    return render(request, "accounts/absence.html", context, status=422 if form.errors else 200)


@roles_required(*REVIEWERS)
@require_POST
def come_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End an absence of the reader."""
    actions.end_stand_in(get_object_or_404(posts.absences_of(request.user), pk=pk))
    messages.success(request, _("Your tasks are with you again."))
    return redirect("accounts:absence")

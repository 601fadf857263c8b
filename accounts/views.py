"""Signing in and out, the password, and what somebody is appointed to."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import queries
from accounts.forms import ChangePasswordForm, SignInForm
from accounts.permissions import SignedInRequest


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

    def form_valid(self, form: Any) -> HttpResponse:
        """Save and say so."""
        answer = super().form_valid(form)
        messages.success(self.request, _("Your password is changed."))
        return answer


@login_required
@require_GET
def appointments(request: SignedInRequest) -> HttpResponse:
    """What the reader is appointed to, and so what the reader sees and decides."""
    held = queries.appointments_of(request.user)
    return render(request, "accounts/appointments.html", {"appointments": held})

"""One's own door: password, second step, mail address, sessions, what happened lately."""

import datetime
from smtplib import SMTPException

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import SignedInRequest
from accounts.security import actions, limits, post, queries, rules
from accounts.security.forms import MailForm
from accounts.security.sessions import digest
from common.http import client_ip

SHOWN = 20


@login_required
@never_cache
@require_GET
def security(request: SignedInRequest) -> HttpResponse:
    """All of it on one page."""
    user = request.user
    days = settings.PASSWORD_DAYS_STAFF if rules.idle_minutes(user) == settings.IDLE_MINUTES_STAFF else 0
    context = {
        "password_until": user.password_changed_at + datetime.timedelta(days=days) if days else None,
        "step": queries.second_step_of(user),
        "codes_left": queries.codes_left(user),
        "owes_step": rules.owes_second_step(user),
        "mail": queries.mail_of(user),
        "sessions": queries.sessions_of(user, _this(request)),
        "sign_ins": queries.sign_ins_of(user)[:SHOWN],
    }
    return render(request, "accounts/security/overview.html", context)


@login_required
@require_POST
def end_session(request: SignedInRequest) -> HttpResponse:
    """Sign another one of the reader's own devices out; this one is left by signing out."""
    key = request.POST.get("session", "")[:64]
    if not key or key == _this(request) or not actions.end_sessions(request.user, key=key):
        raise Http404
    messages.success(request, _("That device is signed out."))
    return redirect("accounts:security")


@login_required
@require_POST
def end_other_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign all devices out but this one."""
    actions.end_sessions(request.user, but=_this(request))
    messages.success(request, _("All other devices are signed out."))
    return redirect("accounts:security")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def mail(request: SignedInRequest) -> HttpResponse:
    """Give, change or take away the address for links; a new one is confirmed by a mail."""
    user = request.user
    if request.method == "POST" and request.POST.get("do") == "forget":
        actions.forget_mail(user)
        messages.success(request, _("No mail is sent to you any more."))
        return redirect("accounts:security")
    form = MailForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        limits.spend("reset address", client_ip(request))
        kept = actions.keep_mail(user, form.cleaned_data["address"])
        try:
            post.send_confirmation(kept, _site(request))
        except (OSError, SMTPException):
            form.add_error(None, _("The mail could not be sent. Please try again later."))
        else:
            messages.success(request, _("A mail is on its way. Open the link in it to confirm the address."))
            return redirect("accounts:security")
    context = {"form": form, "mail": queries.mail_of(user)}
    return render(request, "accounts/security/mail.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def confirm_mail(request: SignedInRequest, token: str) -> HttpResponse:
    """The link in that mail: one press confirms the address."""
    kept = queries.mail_of(request.user)
    try:
        said = signing.loads(token, salt=post.SALT, max_age=post.CONFIRM_SECONDS)
    except signing.BadSignature:
        said = None
    if kept is None or said != post.claim_of(kept):
        raise Http404
    if request.method == "POST":
        actions.confirm_mail(kept)
        messages.success(request, _("Your mail address is confirmed."))
        return redirect("accounts:security")
    return render(request, "accounts/security/confirm_mail.html", {"mail": kept})


def _this(request: SignedInRequest) -> str:
    return digest(request.session.session_key or "")


def _site(request: SignedInRequest) -> str:
    return request.build_absolute_uri(reverse("home")).rstrip("/")

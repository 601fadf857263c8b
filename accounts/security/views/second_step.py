"""The second step: asked for at the sign-in, set up, moved to another phone, switched off."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import SignedInRequest
from accounts.security import actions, queries, rules, totp
from accounts.security.forms import CodeForm, FirstCodeForm, PresentPasswordForm
from accounts.security.queries import CODE, PASSED, SECOND_STEP, SET_UP
from accounts.security.sessions import digest
from common.crypto import decrypt, encrypt
from common.errors import Refused

PICTURED = "pictured"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: SignedInRequest) -> HttpResponse:
    """The name and the password were right; the code opens the door."""
    if request.session.get(SECOND_STEP) != CODE:
        return redirect("home")
    form = CodeForm(request.user, _origin(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.session[SECOND_STEP] = PASSED
        request.session.cycle_key()
        return redirect(_next(request))
    context = {"form": form, "next": _next(request)}
    return render(request, "accounts/security/code.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request: SignedInRequest) -> HttpResponse:
    """Scan, type password and code, keep the recovery codes; who has it already sees the own door."""
    user = request.user
    if queries.second_step_of(user) is not None:
        return _has_it(request)
    secret = _new_secret(request)
    form = FirstCodeForm(user, _origin(request), secret, request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.session.pop(PICTURED)
        request.session[SECOND_STEP] = PASSED
        request.session.cycle_key()
        return _codes_page(request, form.codes)
    owed = request.session.get(SECOND_STEP) == SET_UP
    context = {
        "form": form,
        "picture": totp.picture_of(totp.address_of(secret, settings.SCHOOL_NAME, user.username)),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "owed": owed,
        "frame": "base_gate.html" if owed else "",
    }
    return render(request, "accounts/security/second_step.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request: SignedInRequest) -> HttpResponse:
    """Ten new recovery codes, shown once."""
    if queries.second_step_of(request.user) is None:
        return redirect("accounts:second_step")
    form = PresentPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _codes_page(request, actions.new_codes(request.user))
    return _ask(request, "accounts/security/new_codes.html", form)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def end_second_step(request: SignedInRequest) -> HttpResponse:
    """Switch it off, or, with `move`, set it up on another phone."""
    user = request.user
    if queries.second_step_of(user) is None:
        return redirect("accounts:second_step")
    verdict = rules.can_end_second_step(user)
    form = PresentPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "move":
            return _move(request)
        try:
            actions.end_second_step(user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            _begin_anew(request)
            messages.success(request, _("Signing in takes your password alone again."))
            return redirect("accounts:security")
    return _ask(request, "accounts/security/end_step.html", form, {"verdict": verdict})


def _move(request: SignedInRequest) -> HttpResponse:
    """The old phone's secret goes; a role that needs the step waits until the new one is there."""
    actions.drop_second_step(request.user)
    _begin_anew(request)
    return redirect("accounts:second_step")


def _begin_anew(request: SignedInRequest) -> None:
    """The app is gone: this session has passed nothing any more, and the others end."""
    request.session[SECOND_STEP] = rules.second_step_due(request.user)
    actions.end_sessions(request.user, but=digest(request.session.session_key or ""))


def _has_it(request: SignedInRequest) -> HttpResponse:
    """Set up meanwhile at another browser: this one, which owes it still, is asked for a code of it."""
    if request.session.get(SECOND_STEP) != SET_UP:
        return redirect("accounts:security")
    request.session[SECOND_STEP] = CODE
    return redirect("accounts:code")


def _origin(request: SignedInRequest) -> actions.Origin:
    """Looked up only for what is recorded, so that showing a page asks for no networks."""
    return actions.origin_of(request) if request.method == "POST" else actions.Origin("", "", "")


def _new_secret(request: SignedInRequest) -> str:
    """The secret to be scanned, the same until it is in use, so that a reload shows the same picture."""
    if PICTURED not in request.session:
        request.session[PICTURED] = encrypt(totp.new_secret())
    return decrypt(request.session[PICTURED])


def _ask(
    request: SignedInRequest, template: str, form: PresentPasswordForm, more: dict[str, Any] | None = None
) -> HttpResponse:
    return render(request, template, {"form": form} | (more or {}), status=422 if form.errors else 200)


def _codes_page(request: SignedInRequest, codes: list[str]) -> HttpResponse:
    lines = [f"{settings.SCHOOL_NAME} · {request.user.username}", *codes]
    context = {"codes": codes, "file": "\r\n".join(lines)}
    return render(request, "accounts/security/codes.html", context)


def _next(request: SignedInRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"

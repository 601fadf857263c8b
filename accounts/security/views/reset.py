"""A new password by a link in a mail. The answer never says whether a name or an address is known."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.security import actions, limits, post
from accounts.security.forms import NewPasswordForm, ResetForm
from common.http import client_ip

KEPT = "reset"


@never_cache
@require_http_methods(["GET", "POST"])
def ask_reset(request: HttpRequest) -> HttpResponse:
    """Ask; the page says the same whoever it is, and takes the same time."""
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limits.spend("reset address", client_ip(request))
        typed = form.cleaned_data["typed"].strip()
        if limits.may("reset name", typed.lower()):
            limits.count("reset name", typed.lower())
            site = request.build_absolute_uri(reverse("home")).rstrip("/")
            post.ask_for_reset(typed, site, get_language() or "")
        return redirect(f"{reverse('accounts:reset')}?sent=1")
    context = {
        "form": form,
        "sent": not form.is_bound and "sent" in request.GET,
        "over": "over" in request.GET,
    }
    return render(request, "accounts/security/reset.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def open_reset(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail; its hash goes into the session, so that no address bar, log or table keeps it."""
    request.session.pop(KEPT, None)
    if post.open_request(post.digest(token)) is not None:
        request.session[KEPT] = post.digest(token)
    return redirect("accounts:new_password")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """Choose it; the link works once and for half an hour."""
    asked = post.open_request(request.session.get(KEPT, ""))
    if asked is None or asked.user is None:
        return redirect(f"{reverse('accounts:reset')}?over=1")
    form = NewPasswordForm(asked.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = actions.use_reset(asked, form.cleaned_data["new_password1"], actions.origin_of(request))
        request.session.flush()  # it may be one of those that have just ended
        if not done:
            return redirect(f"{reverse('accounts:reset')}?over=1")
        messages.success(request, _("Your password is changed. Sign in with it."))
        return redirect("accounts:sign_in")
    context = {"form": form, "who": asked.user}
    return render(request, "accounts/security/new_password.html", context, status=422 if form.errors else 200)

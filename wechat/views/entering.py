"""Silent sign-in inside WeChat, and the person's own page about the binding (flows 12, WX-1, WX-2)."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import SignedInRequest
from accounts.security import limits
from accounts.security.rules import kind_at
from accounts.security.sessions import digest
from common.errors import TooMany, UserError
from common.http import client_ip
from wechat import actions, api, rules, visits
from wechat.forms import ConsentForm
from wechat.middleware import BY_PASSWORD
from wechat.models import Proof
from wechat.queries import binding_of, binding_to, history_of, is_on


@require_GET
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """Ask WeChat who this is and come back; `next` survives when it is a page of ours."""
    _require_on()
    wanted = visits.own_page(request, request.GET.get(REDIRECT_FIELD_NAME, ""))
    if request.user.is_authenticated and visits.openid_of(request):
        return redirect(wanted or "home")
    back = request.build_absolute_uri(reverse("wechat:arrive"))
    return redirect(api.authorize_url(back, visits.set_out(request, wanted)))


@require_GET
@never_cache
def arrive(request: HttpRequest) -> HttpResponse:
    """Back from WeChat: straight to the page for those who are bound, to the binding for the others.

    Codes that WeChat does not know are counted, so that nobody spends the school's calls by making some up.
    """
    _require_on()
    wanted = visits.come_back(request, request.GET.get("state", ""))
    if wanted is None or not request.GET.get("code"):
        return _stopped(request, _("This way in is no longer open. Open the page from the menu once more."))
    ip = client_ip(request)
    limit = kind_at("arrival", ip)
    if not (verdict := limits.may(limit, ip)):
        return _stopped(request, verdict.reason, status=TooMany.status)
    try:
        openid = api.openid_behind(request.GET["code"][:100])
    except api.ApiError as error:
        if error.code in api.SPENT_CODE:
            limits.count(limit, ip)
        return _stopped(request, error.message)
    if not openid:
        words = _("You see a preview of this page. Tap “open the full page” at the bottom to go on.")
        return _stopped(request, words)
    visits.remember(request, openid)
    return redirect(_door(request, openid, wanted))


def _door(request: HttpRequest, openid: str, wanted: str) -> str:
    """Where somebody with *openid* goes on."""
    if request.user.is_authenticated:
        return wanted or reverse("wechat:own")
    query = urlencode({REDIRECT_FIELD_NAME: wanted})
    binding = binding_to(openid)
    if binding is None:
        return f"{reverse('students:bind')}?{query}"
    verdict = rules.can_open(binding)
    if not verdict:
        messages.warning(request, str(verdict.reason))
        return f"{reverse('accounts:sign_in')}?{query}&{BY_PASSWORD}=password"
    visits.sign_in(request, binding.user, openid)
    return wanted or reverse("home")


def _stopped(request: HttpRequest, words: str | Promise, status: int = 403) -> HttpResponse:
    return render(request, "wechat/stopped.html", {"words": words}, status=status)


def _require_on() -> None:
    if not is_on():
        raise Http404


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def own(request: SignedInRequest) -> HttpResponse:
    """Which WeChat opens the reader's account; inside WeChat, bind this one."""
    _require_on()
    openid, binding = visits.openid_of(request), binding_of(request.user)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not openid:
        messages.error(request, _("Open this page inside WeChat to bind it."))
        return redirect("wechat:own")
    if request.method == "POST" and form.is_valid():
        try:
            actions.bind(request.user, openid, Proof.SIGNED_IN)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            visits.keep_mark(request, request.user)
            messages.success(request, _("This WeChat is bound to your account now."))
            return redirect("wechat:own")
    context = {
        "form": form,
        "binding": binding,
        "may_bind": bool(openid) and binding is None,
        "history": history_of(request.user)[:20],
    }
    return render(request, "wechat/own.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def unbind(request: SignedInRequest) -> HttpResponse:
    """End the reader's own binding."""
    try:
        actions.unbind(request.user, request.user, but=digest(request.session.session_key or ""))
    except UserError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("WeChat no longer opens your account. You can bind it again at any time.")
        )
    return redirect("wechat:own")

"""Sign-in at a desk with the phone: the code, its state, the question on the phone (WX-3)."""

from urllib.parse import urlencode
from uuid import UUID

import segno
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.security.places import place_of
from common.errors import UserError
from common.http import client_ip
from wechat import actions, visits
from wechat.devices import device_of
from wechat.models import Scan, ScanState
from wechat.queries import binding_to, is_on, scan_of, scans_for

_OPEN = (ScanState.WAITING, ScanState.SCANNED, ScanState.CONFIRMED)


@require_GET
@never_cache
def scan(request: HttpRequest) -> HttpResponse:
    """The code to scan; the page waits for the phone."""
    _require_on()
    wanted = visits.own_page(request, request.GET.get(REDIRECT_FIELD_NAME, ""))
    if request.user.is_authenticated:
        return redirect(wanted or "home")
    context = {"next": wanted, "refresh_url": f"?{urlencode({REDIRECT_FIELD_NAME: wanted})}"}
    try:
        shown = _shown(request) or _opened(request, wanted)
    except UserError as error:
        return render(request, "wechat/scan.html", context | {"words": str(error)})
    picture = segno.make(shown.code_url, error="m").svg_data_uri(border=2, dark="#000", light="#fff")
    return render(request, "wechat/scan.html", context | {"scan": shown, "picture": picture})


def _shown(request: HttpRequest) -> Scan | None:
    """The code this browser shows already, while nobody has scanned it."""
    found = scan_of(visits.scene_of(request))
    return found if found and found.state == ScanState.WAITING and not found.is_over else None


def _opened(request: HttpRequest, wanted: str) -> Scan:
    device = device_of(request.headers.get("User-Agent", ""))
    opened, scene = actions.open_scan(wanted, ip=client_ip(request), device=device)
    visits.show_scene(request, scene)
    return opened


@require_POST
@never_cache
def scan_state(request: HttpRequest) -> HttpResponse:
    """What became of the code; signs this browser in once the phone has said yes."""
    _require_on()
    found = scan_of(visits.scene_of(request))
    if found is None or found.is_over or found.state not in _OPEN:
        state = "refused" if found and found.state == ScanState.REFUSED else "over"
        return render(request, "wechat/scan_state.html", {"state": state})
    if found.state == ScanState.CONFIRMED:
        user = actions.use_scan(found)
        visits.drop_scene(request)
        if user is None:
            return render(request, "wechat/scan_state.html", {"state": "over"})
        visits.sign_in(request, user)
        return HttpResponseClientRedirect(found.next or reverse("home"))
    if request.POST.get("state") == found.state:
        return HttpResponse(status=204)
    return render(request, "wechat/scan_state.html", {"state": found.state})


@require_http_methods(["GET", "POST"])
@never_cache
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """On the phone that scanned: from where and when somebody wants to sign in as its owner."""
    _require_on()
    openid = visits.openid_of(request)
    if not (openid and request.user.is_authenticated):
        return redirect(f"{reverse('wechat:enter')}?{urlencode({REDIRECT_FIELD_NAME: request.path})}")
    binding = binding_to(openid)
    if binding is None or binding.user_id != request.user.pk:
        return redirect("wechat:own")
    asked = get_object_or_404(scans_for(openid), pk=pk)
    context = {"scan": asked, "place": place_of(asked.ip or ""), "answer": ""}
    if request.method == "POST":
        try:
            context["answer"] = _answered(asked, request, openid)
        except UserError as error:
            context["words"] = str(error)
    elif asked.state != ScanState.SCANNED:
        context["words"] = _("This sign-in was answered already, or its five minutes are over.")
    return render(request, "wechat/confirm.html", context, status=409 if "words" in context else 200)


def _answered(asked: Scan, request: HttpRequest, openid: str) -> str:
    if request.POST.get("do") == "confirm" and request.user.is_authenticated:
        actions.confirm_scan(asked, request.user, openid)
        return "confirmed"
    actions.refuse_scan(asked, openid)
    return "refused"


def _require_on() -> None:
    if not is_on():
        raise Http404

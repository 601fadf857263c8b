"""The page that says whether all is well, and the answers for machines."""

import hmac
from collections.abc import Mapping

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from accounts.permissions import SignedInRequest, roles_required
from accounts.roles import MANAGERS, Role
from operations.health import DOWN, OFF, STARTING, WATCH, WELL, is_ready, newest_runs, parts
from operations.metrics import registry

TONES: Mapping[str, str] = {WELL: "good", WATCH: "warn", STARTING: "neutral", DOWN: "bad", OFF: "neutral"}


@require_safe
@never_cache
def health(_request: HttpRequest) -> JsonResponse:
    """Says that the web process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """Says whether the web process can serve (503 when not), and to strangers nothing more."""
    good = is_ready()
    return JsonResponse({"status": "ready" if good else "not ready"}, status=200 if good else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for who knows the token (`METRICS_TOKEN`); for others there is no such page."""
    sent = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not hmac.compare_digest(sent.encode(), wanted.encode()):
        raise Http404
    return HttpResponse(generate_latest(registry()), content_type=CONTENT_TYPE_LATEST)


@roles_required(*MANAGERS, Role.SYSADMIN)
@require_safe
@never_cache
def state(request: SignedInRequest) -> HttpResponse:
    """Every part of the system, how it is, and what to do when it is not well."""
    runs = newest_runs()
    found = parts(runs)
    states = {part.state for part in found}
    context = {
        "lines": [{"part": part, "tone": TONES[part.state]} for part in found],
        "worst": next((level for level in (DOWN, WATCH, STARTING) if level in states), WELL),
        "runs": runs,
    }
    return render(request, "operations/state.html", context)

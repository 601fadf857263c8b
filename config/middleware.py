"""Around every request: a line in the log, what browsers must not do, words instead of a broken page."""

import logging
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

from accounts.models import User
from common.errors import UserError
from common.http import request_id
from config.logs import route_of
from config.views import not_by_link, user_error

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)

_MACHINES = frozenset({"operations:health", "operations:ready", "operations:metrics"})
_log = logging.getLogger(__name__)


class RequestLines:
    """One line in the log for each request; every line written meanwhile carries its id, route and user key.

    Django logs errors after the last middleware, so the next request of the thread clears what this one left.
    What machines ask again and again, and files that never change, are said at level DEBUG alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id(request))
        response = self.get_response(request)
        self._bind(request)
        ms = round((time.perf_counter() - started) * 1000, 1)
        seen = {"method": request.method, "status": response.status_code, "ms": ms}
        _log.log(self._level(request, response), "request", extra=seen)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Lines that the view writes know the route and the user."""
        self._bind(request)

    @staticmethod
    def _bind(request: HttpRequest) -> None:
        """Whoever nobody asked for yet is not looked up for the log's sake."""
        user = getattr(request, "_cached_user", None)
        key = str(user.pk) if isinstance(user, User) else None
        structlog.contextvars.bind_contextvars(route=route_of(request), user=key)

    @staticmethod
    def _level(request: HttpRequest, response: HttpResponse) -> int:
        if response.status_code >= 500:
            return logging.WARNING
        route = route_of(request)
        is_noise = route in _MACHINES or (not route and response.status_code < 400)
        return logging.DEBUG if is_noise else logging.INFO


def browser_rules(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """What browsers must not do with our pages, beside the content security policy."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


class UserErrors:
    """Answers 409, or 429, with the words of a UserError that a view let through; 405 with words, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or request.headers.get("HX-Request"):
            return response
        page = not_by_link(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer for a UserError; None leaves other errors to Django."""
        if not isinstance(error, UserError):
            return None
        if not request.headers.get("HX-Request"):
            return user_error(request, error)
        toast = {"tone": "error", "text": str(error)}
        return trigger_client_event(HttpResponse(status=error.status), "toast", toast)

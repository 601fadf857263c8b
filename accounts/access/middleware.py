"""Every request says where it comes from, and what changed something leaves a trace."""

import datetime
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.access.actions import log_access
from accounts.access.admin_traces import trace_admin
from accounts.access.models import Channel, Verb
from accounts.access.origin import Origin, coming_from
from common.http import client_ip, request_id

View = Callable[[HttpRequest], HttpResponse]
_CHANNELS = {"admin": Channel.ADMIN, "api": Channel.API, "wechat": Channel.WECHAT}
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def leave_traces(get_response: View) -> View:
    """Lines written inside a request know its origin; whatever a signed-in person changed leaves one.

    What a view wrote itself counts: only a request that changed something and said nothing gets a line.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        started = timezone.now()
        origin = Origin(_channel(request), client_ip(request), request_id(request))
        with coming_from(origin):
            response = get_response(request)
            _trace(request, response, origin, started)
        response["X-Request-ID"] = origin.request_id
        return response

    return middleware


def _channel(request: HttpRequest) -> str:
    if "MicroMessenger" in request.headers.get("User-Agent", ""):
        return Channel.WECHAT
    return _CHANNELS.get(request.path.split("/")[1], Channel.PAGE)


def _trace(request: HttpRequest, response: HttpResponse, origin: Origin, started: datetime.datetime) -> None:
    match = request.resolver_match
    if match is None or response.status_code >= 400 or not request.user.is_authenticated:
        return
    if match.namespace == "admin":
        trace_admin(request, match, started)
    elif request.method not in _READING and not origin.lines:
        log_access(request.user, Verb.CHANGE, (match.view_name[:60], _key(match.kwargs)))


def _key(kwargs: dict[str, Any]) -> str:
    """The keys in the address, such as that of the record that was changed."""
    return ",".join(str(value) for value in kwargs.values())[:40]

"""Errors with words for the user become a page or a toast instead of a broken one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

from common.errors import UserError
from config.views import user_error

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)


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
    """Answers 409, or 429, with the words of a UserError that a view let through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer for a UserError; None leaves other errors to Django."""
        if not isinstance(error, UserError):
            return None
        if not request.headers.get("HX-Request"):
            return user_error(request, error)
        toast = {"tone": "error", "text": str(error)}
        return trigger_client_event(HttpResponse(status=error.status), "toast", toast)

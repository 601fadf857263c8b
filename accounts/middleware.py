"""What happens around every page because of who is signed in."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from common.http import page_of

View = Callable[[HttpRequest], HttpResponse]
_FREE_ROUTES = ("accounts:change_password", "accounts:sign_out", "accounts:sign_in", "set_language", "health")


def password_duty(get_response: View) -> View:
    """Who must change the password comes to that page first, whatever was asked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path in map(reverse, _FREE_ROUTES) or not request.user.is_authenticated:
            return get_response(request)
        if request.user.must_change_password:
            return redirect("accounts:change_password")
        return get_response(request)

    return middleware


def sign_in_again(get_response: View) -> View:
    """When the session ended under somebody's hands, sign-in leads back to the page they were on.

    A part of a page (htmx) or a sent form has an address that is no page, and a browser follows a
    redirect inside htmx without leaving the page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_part = bool(request.headers.get("HX-Request"))
        if not _leads_to_sign_in(response) or (request.method == "GET" and not is_part):
            return response
        again = redirect_to_login(page_of(request))
        return HttpResponseClientRedirect(again.url) if is_part else again

    return middleware


def _leads_to_sign_in(response: HttpResponse) -> bool:
    target = urlsplit(response.headers.get("Location", ""))
    return target.path == reverse("accounts:sign_in") and REDIRECT_FIELD_NAME in target.query

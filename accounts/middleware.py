"""What happens around every page because of who is signed in."""

import datetime
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from accounts.security import rules
from accounts.security.queries import CODE, PASSED, SECOND_STEP, SEEN, SET_UP
from common.http import page_of

View = Callable[[HttpRequest], HttpResponse]
_ALWAYS_FREE = ("accounts:sign_out", "accounts:sign_in", "set_language", "operations:health")
_SECOND_STEP_PAGES = {CODE: "accounts:code", SET_UP: "accounts:second_step"}
BY_ITSELF = "X-By-Itself"
TOUCH_AFTER = datetime.timedelta(minutes=1)


def second_step_duty(get_response: View) -> View:
    """Who owes the second step of signing in comes to its page first, by whatever way they came in.

    Somebody given a role that needs it owes it from the next request on, not from the next sign-in.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        owed = _owed_step(request)
        if not owed or is_free(request, _SECOND_STEP_PAGES[owed]):
            return get_response(request)
        page = reverse(_SECOND_STEP_PAGES[owed])
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(page)
        wanted = request.get_full_path() if request.method == "GET" else "/"
        return redirect(f"{page}?{urlencode({'next': wanted})}")

    return middleware


def _owed_step(request: HttpRequest) -> str:
    user, state = request.user, request.session.get(SECOND_STEP, "")
    if not isinstance(user, User) or state == PASSED:
        return ""
    if not state and rules.owes_second_step(user):
        request.session[SECOND_STEP] = state = rules.second_step_due(user)
    return state


def password_duty(get_response: View) -> View:
    """Who must change the password comes to that page first, whatever was asked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or request.session.get(SECOND_STEP) in _SECOND_STEP_PAGES:
            return get_response(request)
        if not is_free(request, "accounts:change_password") and rules.password_duty(user):
            page = reverse("accounts:change_password")
            return HttpResponseClientRedirect(page) if request.headers.get("HX-Request") else redirect(page)
        return get_response(request)

    return middleware


def idle_time(get_response: View) -> View:
    """A click lets the idle time begin anew; it is noted once a minute, as each note is a write.

    What a page asks for by itself, again and again, is no click; the page script marks it (`requests.js`).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        session = request.session
        if request.user.is_authenticated and not _is_by_itself(request):
            seen, now = parse_datetime(session.get(SEEN, "")), timezone.now()
            if seen is None or now - seen > TOUCH_AFTER:
                session[SEEN] = now.isoformat()
        return get_response(request)

    return middleware


def _is_by_itself(request: HttpRequest) -> bool:
    return BY_ITSELF in request.headers or request.path == reverse("operations:health")


def is_free(request: HttpRequest, *routes: str) -> bool:
    """Whether the page is one of *routes*, or one that nothing owed stands before."""
    return request.path in map(reverse, (*routes, *_ALWAYS_FREE))


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

"""Inside WeChat nobody signs in twice, and a password chosen there keeps the way open."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from wechat import actions, visits
from wechat.queries import is_on

BY_PASSWORD = "by"  # noqa: S105  # the name of a parameter
View = Callable[[HttpRequest], HttpResponse]


def wechat_sign_in(get_response: View) -> View:
    """Sign-in inside WeChat is WeChat's, unless somebody asks for the password (`?by=password`)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_on() and _wants_to_sign_in(request):
            wanted = {REDIRECT_FIELD_NAME: request.GET.get(REDIRECT_FIELD_NAME, "")}
            return redirect(f"{reverse('wechat:enter')}?{urlencode(wanted)}")
        response = get_response(request)
        if request.method == "POST":
            _keep_open(request)
        return response

    return middleware


def _wants_to_sign_in(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and visits.is_inside(request)
        and request.path == reverse("accounts:sign_in")
        and BY_PASSWORD not in request.GET
        and not request.user.is_authenticated
    )


def _keep_open(request: HttpRequest) -> None:
    user = request.user
    if user.is_authenticated and visits.password_changed(request, user):
        actions.renew_password_mark(user, visits.openid_of(request))
        visits.keep_mark(request, user)

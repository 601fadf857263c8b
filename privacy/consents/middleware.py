"""The notice comes before every other page, once for each wording."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts.middleware import is_free
from privacy.consents.signals import OWED

View = Callable[[HttpRequest], HttpResponse]
_FREE = ("consents:notice", "accounts:change_password", "accounts:code", "accounts:second_step")


def notice_duty(get_response: View) -> View:
    """Who owes a look at the notice comes to it first; the page that was asked for follows."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated or not request.session.get(OWED) or is_free(request, *_FREE):
            return get_response(request)
        page = reverse("consents:notice")
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(page)
        wanted = request.get_full_path() if request.method == "GET" else "/"
        return redirect(f"{page}?{urlencode({'next': wanted})}")

    return middleware

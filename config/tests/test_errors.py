import json

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client
from django.urls import path

from common.errors import Refused
from config.urls import urlpatterns as real

RAISED = {
    "refused": Refused("Too late."),
    "400": SuspiciousOperation,
    "403": PermissionDenied,
    "404": Http404,
}


def raising(error):
    def view(request):
        raise error

    return view


urlpatterns = [*(path(f"raise/{name}", raising(error)) for name, error in RAISED.items()), *real]
urlpatterns.insert(0, path("raise/500", raising(RuntimeError)))

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        (400, "无法识别此请求", "cannot be understood"),
        (403, "您无权查看此页", "not open to you"),
        (404, "找不到这个页面", "not here"),
        (500, "出了点问题", "did not work"),
    ],
)
def test_error_page_speaks_both_languages(visitor, code, chinese, english):
    page = visitor.get(f"/raise/{code}")
    assert page.status_code == code
    assert chinese in page.content.decode()
    assert english in visitor.get(f"/raise/{code}", headers={"Accept-Language": "en"}).content.decode()


def test_address_that_only_a_button_sends_says_so_when_it_is_opened(visitor):
    page = visitor.get("/account/sign-out/")
    assert (page.status_code, page.headers["Allow"]) == (405, "POST, OPTIONS")
    assert "不能通过链接打开" in page.content.decode()
    assert visitor.get("/account/sign-out/", headers={"HX-Request": "true"}).content == b""


def test_missing_token_says_to_send_again():
    page = Client(enforce_csrf_checks=True).post("/account/sign-in/", {"username": "x", "password": "y"})
    assert page.status_code == 403
    assert "页面打开太久了" in page.content.decode()


def test_refusal_that_no_view_caught_keeps_its_words_and_the_way_back(visitor):
    page = visitor.get("/raise/refused", headers={"Referer": "http://testserver/notices/?unread=1"})
    assert page.status_code == 409
    assert "Too late." in page.content.decode()
    assert 'href="/notices/?unread=1"' in page.content.decode()


def test_refusal_inside_a_page_is_a_toast(visitor):
    answer = visitor.get("/raise/refused", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert json.loads(answer.headers["HX-Trigger"]) == {"toast": {"tone": "error", "text": "Too late."}}

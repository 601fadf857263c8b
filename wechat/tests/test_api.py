"""Calls to WeChat over HTTP: token, codes, error codes."""

import logging
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from wechat import api, tokens
from wechat.models import ApiToken
from wechat.tests.kit import hand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
STABLE = "/cgi-bin/stable_token"
QR = "/cgi-bin/qrcode/create"


def test_token_is_asked_for_once_and_then_read(wechat):
    for number in range(3):
        api.scene_code(f"scene{number}", 300)
    assert (wechat.account.calls[STABLE], wechat.account.calls[QR]) == (1, 3)


def test_token_is_renewed_before_it_ends(wechat):
    api.scene_code("scene", 300)
    ApiToken.objects.update(expires_at=timezone.now() + tokens.SPARE - timedelta(seconds=1))
    wechat.account.tokens[wechat.account.latest] = 0
    api.scene_code("scene", 300)
    assert wechat.account.calls[STABLE] == 2


@pytest.mark.parametrize("code", sorted(api.STALE_TOKEN))
def test_refused_token_is_renewed_once_and_the_call_repeated(wechat, code):
    api.scene_code("scene", 300)
    wechat.account.failures[QR] = [code]
    assert api.scene_code("scene", 300).startswith("http://weixin.qq.com/q/")
    assert (wechat.account.calls[STABLE], wechat.account.forced) == (2, 1)


def test_token_that_is_refused_again_ends_in_words_and_not_in_a_circle(wechat):
    api.scene_code("scene", 300)
    wechat.account.failures[QR] = [40001] * 9
    with pytest.raises(api.ApiError) as caught:
        api.scene_code("scene", 300)
    assert (caught.value.code, wechat.account.calls[QR]) == (40001, 3)
    assert "sign in with your password" in str(caught.value)


def test_forced_renewals_keep_30_seconds_apart_and_to_20_a_day(wechat):
    for _try in range(3):
        wechat.account.failures[QR] = [40001]
        api.scene_code("scene", 300)
    assert wechat.account.forced == 1
    ApiToken.objects.update(forced_at=timezone.now() - timedelta(seconds=31), forced_count=20)
    wechat.account.failures[QR] = [40001]
    api.scene_code("scene", 300)
    assert wechat.account.forced == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (45009, "no more calls"),
        (40013, "not set up rightly"),
        (40164, "code 40164"),
        (-1, "does not answer"),
    ],
)
def test_error_code_is_told_in_words(wechat, code, words):
    wechat.account.failures[QR] = [code]
    with pytest.raises(api.ApiError) as caught:
        api.scene_code("scene", 300)
    assert words in str(caught.value)
    assert caught.value.code == code


def test_no_answer_is_told_in_words_without_token_or_secret(wechat, settings, caplog):
    caplog.set_level(logging.DEBUG)
    api.scene_code("scene", 300)
    settings.WECHAT_API_URL = "http://127.0.0.1:9"
    with pytest.raises(api.ApiError) as caught:
        api.scene_code("scene", 300)
    assert caught.value.code == api.UNREACHABLE
    assert caught.value.__cause__ is None
    assert ApiToken.objects.get().token not in caplog.text
    assert settings.WECHAT_SECRET not in caplog.text


def test_token_is_kept_encrypted(wechat):
    api.scene_code("scene", 300)
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM wechat_apitoken")
        stored = cursor.fetchone()[0]
    assert wechat.account.latest not in stored
    assert len(stored) > 100


def test_code_stands_for_an_openid_once(wechat):
    phone = hand(wechat).phone
    code = wechat.account.code_for(phone)
    assert api.openid_behind(code) == phone.openid
    with pytest.raises(api.ApiError) as caught:
        api.openid_behind(code)
    assert caught.value.code == 40163
    assert "Open the page from the menu once more" in str(caught.value)


def test_code_that_is_unknown_or_old_is_refused(wechat):
    code = wechat.account.code_for(hand(wechat).phone)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        for each in (code, "unknown"):
            with pytest.raises(api.ApiError) as caught:
                api.openid_behind(each)
            assert caught.value.code == 40029


def test_snapshot_user_is_nobody(wechat):
    phone = hand(wechat).phone
    phone.is_snapshot = True
    assert api.openid_behind(wechat.account.code_for(phone)) == ""


@pytest.mark.django_db(transaction=True)
def test_many_at_once_ask_for_one_token(wechat):
    found: list[str] = []

    def ask() -> None:
        try:
            found.append(api.scene_code("scene", 300))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), wechat.account.calls[STABLE]) == (6, 1)

import datetime

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.security.models import Outcome, Session, SignIn
from accounts.security.sessions import SessionStore, digest
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 13) Chrome/116 MicroMessenger/8.0.47"


def browser_of(user: User, agent: str = PHONE) -> Client:
    browser = Client(headers={"User-Agent": agent})
    answer = browser.post("/account/sign-in/", {"username": user.username, "password": PASSWORD})
    assert answer.status_code == 302
    return browser


def cookie(browser: Client) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def is_in(browser: Client) -> bool:
    return browser.get("/notices/").status_code == 200


class TestTable:
    def test_key_of_the_cookie_stands_nowhere(self, graduate):
        key = cookie(browser_of(graduate))
        row = Session.objects.get(user=graduate)
        assert row.session_key == digest(key)
        assert key not in repr(vars(row))
        assert SessionStore(session_key=row.session_key).load() == {}

    def test_session_of_nobody_belongs_to_nobody(self, db):
        store = SessionStore()
        store["a"] = 1
        store.save()
        assert Session.objects.get().user is None
        assert SessionStore(session_key=store.session_key)["a"] == 1

    def test_ended_session_is_gone(self, graduate):
        store = SessionStore()
        store.save()
        store.delete()
        assert not SessionStore().exists(store.session_key)
        assert Session.objects.count() == 0


class TestOwnDevices:
    def test_page_says_device_place_and_time_of_each(self, graduate):
        browser_of(graduate)
        here = browser_of(graduate, "Mozilla/5.0 (Windows NT 10.0) Chrome/126 Safari/537")
        page = here.get(reverse("accounts:security")).content.decode()
        assert "安卓手机 · 微信" in page
        assert "Windows · Chrome" in page
        assert page.count(">本设备<") == 1
        assert "校外 · 127.0.0.1" in page

    def test_one_device_is_signed_out_and_the_other_one_stays(self, graduate):
        there, here = browser_of(graduate), browser_of(graduate)
        here.post(reverse("accounts:end_session"), {"session": digest(cookie(there))})
        assert (is_in(there), is_in(here)) == (False, True)

    def test_this_device_and_no_device_are_not_signed_out_here(self, graduate):
        there, here = browser_of(graduate), browser_of(graduate)
        for key in ("", digest(cookie(here))):
            assert here.post(reverse("accounts:end_session"), {"session": key}).status_code == 404
        assert (is_in(there), is_in(here)) == (True, True)

    def test_all_others_are_signed_out(self, graduate):
        others, here = [browser_of(graduate) for _ in range(2)], browser_of(graduate)
        here.post(reverse("accounts:end_other_sessions"))
        assert [is_in(each) for each in others] == [False, False]
        assert is_in(here)

    def test_device_of_somebody_else_is_not_found(self, graduate, counselor):
        there, here = browser_of(counselor), browser_of(graduate)
        answer = here.post(reverse("accounts:end_session"), {"session": digest(cookie(there))})
        assert answer.status_code == 404
        assert is_in(there)

    def test_new_password_ends_the_others(self, graduate):
        there, here = browser_of(graduate), browser_of(graduate)
        new = "copper-Lantern-47"
        sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        assert here.post("/account/password/", sent).status_code == 302
        assert (is_in(there), is_in(here)) == (False, True)
        assert Session.objects.filter(user=graduate).count() == 1


class TestIdleTime:
    @pytest.mark.parametrize(("who", "minutes"), [("counselor", 30), ("graduate", 720)])
    def test_session_ends_when_nobody_clicks(self, request, who, minutes):
        now = timezone.now()
        with time_machine.travel(now, tick=False):
            browser = browser_of(request.getfixturevalue(who))
        with time_machine.travel(now + datetime.timedelta(minutes=minutes, seconds=-1), tick=False):
            assert is_in(browser)
        with time_machine.travel(now + datetime.timedelta(minutes=2 * minutes - 2), tick=False):
            assert is_in(browser)
        with time_machine.travel(now + datetime.timedelta(minutes=4 * minutes), tick=False):
            assert not is_in(browser)

    def test_what_a_page_asks_for_by_itself_is_no_click(self, counselor):
        now = timezone.now()
        with time_machine.travel(now, tick=False):
            browser = browser_of(counselor)
        for minutes in (10, 20, 29):
            with time_machine.travel(now + datetime.timedelta(minutes=minutes), tick=False):
                assert browser.get("/notices/", headers={"X-By-Itself": "1"}).status_code == 200
        with time_machine.travel(now + datetime.timedelta(minutes=31), tick=False):
            assert not is_in(browser)

    def test_clicks_within_a_minute_write_nothing(self, counselor):
        now = timezone.now()
        with time_machine.travel(now, tick=False):
            browser = browser_of(counselor)
            browser.get("/notices/")
            before = Session.objects.get().session_data
        with time_machine.travel(now + datetime.timedelta(seconds=59), tick=False):
            browser.get("/notices/")
            assert Session.objects.get().session_data == before
        with time_machine.travel(now + datetime.timedelta(seconds=61), tick=False):
            browser.get("/notices/")
            assert Session.objects.get().session_data != before


class TestHistory:
    def test_every_attempt_stands_in_it(self, client, graduate):
        for password in ("wrong", PASSWORD):
            client.post("/account/sign-in/", {"username": graduate.username, "password": password})
        found = SignIn.objects.order_by("at").values_list("user", "outcome", "ip")
        assert list(found) == [
            (graduate.pk, Outcome.WRONG_PASSWORD, "127.0.0.1"),
            (graduate.pk, Outcome.IN, "127.0.0.1"),
        ]

    def test_attempt_for_an_unknown_name_is_nobodys(self, client, db):
        client.post("/account/sign-in/", {"username": "nobody", "password": "x"})
        assert SignIn.objects.get().user is None

    def test_page_shows_ones_own_only(self, graduate, counselor):
        browser_of(counselor, "Mozilla/5.0 (X11; Linux x86_64) Firefox/127.0")
        page = browser_of(graduate).get(reverse("accounts:security")).content.decode()
        assert "Linux · Firefox" not in page

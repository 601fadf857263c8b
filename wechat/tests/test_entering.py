"""Silent sign-in inside WeChat, and the own page about it."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.security import places
from destinations.tests.kit import make_student
from wechat.actions import bind
from wechat.models import Binding, Proof
from wechat.tests.kit import ENGLISH, INSIDE, Hand, hand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NEW_PASSWORD = "another pass phrase 8"


@pytest.fixture
def one(wechat) -> Hand:
    """A phone whose owner has bound it."""
    found = hand(wechat)
    bind(make_student().user, found.openid, Proof.NAME_ID)
    return found


def test_nobody_signs_in_inside_wechat_and_the_page_wanted_survives(one):
    page = one.open(reverse("students:record") + "?a=b%26c")
    assert (page.status_code, page.request["PATH_INFO"]) == (200, reverse("students:record"))
    assert page.request["QUERY_STRING"] == "a=b%26c"


def _way_back(who: Hand, start: str = "") -> str:
    """The path by which WeChat sends a browser back to us, each time with another code."""
    start = start or who.browser.get(reverse("wechat:enter"))["Location"]
    cookies = {"phone": str(who.phone.number)}
    back = requests.get(start, cookies=cookies, allow_redirects=False, timeout=5).headers["Location"]
    return back.removeprefix("http://testserver")


def test_browser_that_set_out_is_not_signed_in_by_the_answer_to_somebody_else(one, wechat):
    two = hand(wechat, 2)
    _way_back(one)
    assert one.browser.get(_way_back(two)).status_code == 403
    assert "_auth_user_id" not in one.browser.session


@pytest.mark.parametrize(
    "next_page",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "talks:public", "/\\evil.example"],
)
def test_nobody_is_led_to_another_site(one, next_page):
    page = one.open(f"{reverse('wechat:enter')}?next={next_page}")
    assert (page.status_code, page.request["PATH_INFO"]) == (200, reverse("destinations:me"))


def test_password_is_asked_for_inside_wechat_only_when_somebody_wants_to_type_it(one):
    browser = Client(headers=ENGLISH | {"User-Agent": INSIDE})
    assert browser.get(reverse("accounts:sign_in"))["Location"].startswith(reverse("wechat:enter"))
    assert browser.get(reverse("accounts:sign_in") + "?by=password").status_code == 200
    assert Client(headers=ENGLISH).get(reverse("accounts:sign_in")).status_code == 200


def test_answer_of_wechat_is_taken_only_by_the_browser_that_set_out_and_once(one):
    start = one.browser.get(reverse("wechat:enter"))["Location"]
    path, again = _way_back(one, start), _way_back(one, start)
    assert parse_qs(urlsplit(start).query)["scope"] == ["snsapi_base"]
    assert Client(headers=ENGLISH).get(path).status_code == 403
    assert one.browser.get(path).status_code == 302
    assert one.browser.get(again).status_code == 403


def test_spent_code_is_told_in_words_with_a_way_on(one, wechat):
    wechat.account.failures["/sns/oauth2/access_token"] = [40163]
    page = one.open(reverse("wechat:enter"))
    assert page.status_code == 403
    assert "Open the page from the menu once more" in page.content.decode()
    assert reverse("wechat:enter") in page.content.decode()
    assert not page.wsgi_request.user.is_authenticated


OPENID = "/sns/oauth2/access_token"


def made_up(browser, ip="10.0.0.1"):
    """Come from WeChat with a code that it never gave."""
    browser.get(reverse("wechat:enter"))
    state = browser.session["wechat_way"][0]
    return browser.get(reverse("wechat:arrive"), {"state": state, "code": "made-up"}, REMOTE_ADDR=ip)


def test_made_up_codes_cost_the_school_no_more_than_30_calls_an_hour(one, wechat):
    browser = Client(headers=ENGLISH)
    assert {made_up(browser).status_code for _each in range(30)} == {403}
    before = wechat.account.calls[OPENID]
    stopped = made_up(browser)
    assert (stopped.status_code, wechat.account.calls[OPENID]) == (429, before)
    assert "Too many tries" in stopped.content.decode()
    assert made_up(browser, ip="10.0.0.2").status_code == 403  # others go on


def test_network_of_the_school_and_those_who_really_come_from_wechat_are_not_slowed_down(one, wechat):
    places.add_network("campus", "10.1.0.0/16")
    browser = Client(headers=ENGLISH)
    assert {made_up(browser, ip="10.1.0.1").status_code for _each in range(31)} == {403}
    for _each in range(31):
        one.browser.logout()
        assert one.open(reverse("wechat:enter")).status_code == 200
    wechat.account.failures[OPENID] = [-1] * 31  # busy: nobody's fault
    assert {made_up(browser, ip="10.0.0.3").status_code for _each in range(32)} == {403}


def test_snapshot_user_is_not_signed_in(one):
    one.phone.is_snapshot = True
    page = one.open(reverse("wechat:enter"))
    assert (page.status_code, page.wsgi_request.user.is_authenticated) == (403, False)
    assert "preview" in page.content.decode()


def test_changed_password_has_to_be_typed_once(one):
    user = Binding.objects.get().user
    user.set_password(NEW_PASSWORD)
    user.save()
    page = one.open(reverse("students:record"))
    assert page.request["PATH_INFO"] == reverse("accounts:sign_in")
    assert "Your password was changed" in page.content.decode()
    sent = {"username": user.username, "password": NEW_PASSWORD, "next": reverse("students:record")}
    assert one.browser.post(reverse("accounts:sign_in"), sent)["Location"] == reverse("students:record")
    again = Hand(one.server, one.phone)
    assert again.open(reverse("students:record")).status_code == 200


def test_password_changed_inside_wechat_keeps_the_way_open(one):
    one.open(reverse("students:record"))
    sent = {
        "old_password": "a long pass phrase",
        "new_password1": NEW_PASSWORD,
        "new_password2": NEW_PASSWORD,
    }
    assert one.browser.post(reverse("accounts:change_password"), sent).status_code == 302
    page = Hand(one.server, one.phone).open(reverse("students:record"))
    assert page.request["PATH_INFO"] == reverse("students:record")


def test_closed_account_is_not_opened(one):
    User.objects.update(is_active=False)
    page = one.open(reverse("students:record"))
    assert page.request["PATH_INFO"] == reverse("accounts:sign_in")
    assert "This account is closed" in page.content.decode()


def test_session_holds_no_openid_that_can_be_read(one):
    one.open(reverse("students:record"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM accounts_session")
        stored = [row[0] for row in cursor.fetchall()]
    decoded = [one.browser.session.decode(each) for each in stored]
    assert one.openid not in str(decoded)
    assert one.openid not in one.open(reverse("wechat:own")).content.decode()


def test_staff_bind_their_own_wechat_after_the_password(wechat):
    teacher, two = User.objects.create_user("T1", "陈老师", "a long pass phrase"), hand(wechat, 2)
    two.open(reverse("wechat:enter"))
    two.browser.post(reverse("accounts:sign_in"), {"username": "T1", "password": "a long pass phrase"})
    assert two.browser.post(reverse("wechat:own"), {}).status_code == 422
    assert two.browser.post(reverse("wechat:own"), {"agreed": "on"}).status_code == 302
    assert (Binding.objects.get().user, Binding.objects.get().proof) == (teacher, Proof.SIGNED_IN)
    assert hand(wechat, 2).open(reverse("wechat:own")).wsgi_request.user == teacher


def test_nothing_is_bound_outside_wechat(wechat):
    browser = Client(headers=ENGLISH)
    browser.force_login(make_student().user)
    assert browser.post(reverse("wechat:own"), {"agreed": "on"}).status_code == 302
    assert not Binding.objects.exists()


def test_school_without_a_service_account_has_none_of_the_pages(settings):
    settings.WECHAT_APPID = ""
    for name in ("wechat:enter", "wechat:arrive", "wechat:scan", "students:bind", "wechat:callback"):
        assert Client(headers=ENGLISH).get(reverse(name)).status_code == 404
    assert "wechat" not in Client(headers=ENGLISH).get(reverse("accounts:sign_in")).content.decode().lower()


def test_word_that_we_never_gave_is_refused_in_words(one):
    one.browser.get(reverse("wechat:enter"))
    assert one.browser.get(reverse("wechat:arrive") + "?code=x&state=%F0%9F%92%A5").status_code == 403


def test_unbinding_signs_out_whatever_wechat_opened_but_the_hand_that_unbinds(one):
    user = Binding.objects.get().user
    lost, desk = Hand(one.server, one.phone), Client(headers=ENGLISH)
    desk.force_login(user)
    for each in (one, lost):
        assert each.open(reverse("students:record")).status_code == 200
    one.browser.post(reverse("wechat:unbind"))
    open_now = [
        browser.get(reverse("students:record")).status_code for browser in (one.browser, lost.browser, desk)
    ]
    assert open_now == [200, 302, 200]

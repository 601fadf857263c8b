"""Sign-in at a desk with the phone."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.security import places
from common.errors import Refused
from destinations.tests.kit import make_student
from scripts.wechat_server.account import Phone
from wechat import rules
from wechat.actions import bind, confirm_scan, open_scan, refuse_scan, use_scan
from wechat.models import Binding, Proof, Scan, ScanState
from wechat.tests.kit import ENGLISH, Hand, hand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"


@pytest.fixture
def one(wechat) -> Hand:
    """A phone whose owner follows and has bound it."""
    found = hand(wechat)
    bind(make_student().user, found.openid, Proof.NAME_ID)
    found.phone.follows = True
    return found


@pytest.fixture
def desk() -> Client:
    return Client(headers=ENGLISH | {"User-Agent": CHROME})


def show(desk: Client, wechat, next_page: str = "") -> str:
    """The ticket in the code on the screen."""
    page = desk.get(f"{reverse('wechat:scan')}?next={next_page}")
    assert page.context["picture"].startswith("data:image/svg+xml")
    ticket = page.context["scan"].code_url.removeprefix("http://weixin.qq.com/q/")
    assert ticket in wechat.account.scenes
    return ticket


def state(desk: Client, known: str = "waiting"):
    return desk.post(reverse("wechat:scan_state"), {"state": known}, headers={"HX-Request": "true"})


def link(phone: Phone) -> str:
    """Where the last message leads."""
    return "/" + phone.messages[-1].split("http://testserver/")[1]


def test_desk_is_signed_in_after_the_phone_says_yes(one, desk, wechat):
    ticket = show(desk, wechat, reverse("students:record"))
    assert state(desk).status_code == 204
    assert wechat.teller.scan(one.phone, ticket) == 200
    assert b"Scanned" in state(desk).content
    page = one.open(link(one.phone))
    assert page.status_code == 200
    assert all(words in page.content.decode() for words in ("127.0.0.1", "Chrome · Windows"))
    assert state(desk, "scanned").status_code == 204
    assert b"Signed in" in one.browser.post(link(one.phone), {"do": "confirm"}).content
    answer = state(desk, "scanned")
    assert answer["HX-Redirect"] == reverse("students:record")
    assert desk.get(reverse("students:record")).wsgi_request.user == Binding.objects.get().user
    assert Scan.objects.get().state == ScanState.USED


def test_question_names_the_network_of_the_school(one, desk, wechat):
    places.add_network("图书馆", "127.0.0.0/8")
    wechat.teller.scan(one.phone, show(desk, wechat))
    page = one.open(link(one.phone)).content.decode()
    places.forget()
    assert "图书馆 · network address 127.0.0.1" in page


def test_who_does_not_follow_yet_follows_by_scanning(one, desk, wechat):
    one.phone.follows = False
    wechat.teller.scan(one.phone, show(desk, wechat))
    assert (one.phone.follows, one.open(link(one.phone)).status_code) == (True, 200)


def test_who_is_not_bound_binds_first_and_comes_back_to_the_question(desk, wechat):
    two = hand(wechat, 2)
    wechat.teller.scan(two.phone, show(desk, wechat))
    assert two.phone.messages[-1].startswith("Bind your account first") or two.phone.messages[-1]
    page = two.open(link(two.phone))
    assert page.request["PATH_INFO"] == reverse("students:bind")
    assert link(two.phone).replace("/", "%2F") in page.request["QUERY_STRING"]


def test_phone_that_says_no_signs_nobody_in(one, desk, wechat):
    wechat.teller.scan(one.phone, show(desk, wechat))
    one.open(link(one.phone))
    assert b"Nobody was signed in" in one.browser.post(link(one.phone), {"do": "refuse"}).content
    assert b"Your phone said no" in state(desk).content
    assert one.browser.post(link(one.phone), {"do": "confirm"}).status_code == 409
    assert "HX-Redirect" not in state(desk)


def test_code_serves_the_browser_that_showed_it_and_once(one, desk, wechat):
    wechat.teller.scan(one.phone, show(desk, wechat))
    one.open(link(one.phone))
    one.browser.post(link(one.phone), {"do": "confirm"})
    other = Client(headers=ENGLISH)
    assert "HX-Redirect" not in state(other)
    twin = Client(headers=ENGLISH)
    twin.cookies = desk.cookies.copy()
    assert "HX-Redirect" in state(desk)
    assert "HX-Redirect" not in state(twin)


def test_code_holds_five_minutes(one, desk, wechat):
    ticket = show(desk, wechat)
    wechat.teller.scan(one.phone, ticket)
    one.open(link(one.phone))
    one.browser.post(link(one.phone), {"do": "confirm"})
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert b"This code has run out" in state(desk).content
        assert wechat.teller.scan(one.phone, ticket) == 0


def test_answer_that_comes_at_the_last_moment_signs_nobody_in_after_it(one, desk, wechat):
    """The page looks first; the five minutes may be over a moment later."""
    wechat.teller.scan(one.phone, show(desk, wechat))
    scan, user = Scan.objects.get(), Binding.objects.get().user
    confirm_scan(scan, user, one.openid)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert use_scan(scan) is None
    assert use_scan(scan) == user


def test_phone_that_did_not_scan_says_nothing(one, desk, wechat):
    wechat.teller.scan(one.phone, show(desk, wechat))
    scan, other = Scan.objects.get(), hand(wechat, 2).openid
    with pytest.raises(Refused):
        confirm_scan(scan, Binding.objects.get().user, other)
    with pytest.raises(Refused):
        refuse_scan(scan, other)
    assert Scan.objects.get().state == ScanState.SCANNED


def test_nobody_answers_after_five_minutes():
    scan = Scan(state=ScanState.SCANNED, expires_at=timezone.now() + timedelta(minutes=5))
    assert rules.can_answer_scan(scan)
    scan.expires_at = timezone.now()
    assert not rules.can_answer_scan(scan)


def test_late_scan_is_told_that_the_code_has_run_out(one, desk, wechat):
    ticket = show(desk, wechat)
    Scan.objects.update(expires_at=timezone.now())
    wechat.teller.scan(one.phone, ticket)
    assert "http" not in one.phone.messages[-1]
    assert Scan.objects.get().state == ScanState.WAITING


def test_first_phone_that_scans_is_the_one_that_confirms(one, desk, wechat):
    two = hand(wechat, 2)
    bind(make_student("李明").user, two.openid, Proof.NAME_ID)
    two.phone.follows = True
    ticket = show(desk, wechat)
    wechat.teller.scan(one.phone, ticket)
    wechat.teller.scan(two.phone, ticket)
    assert "http" not in two.phone.messages[-1]
    assert two.open(link(one.phone)).status_code == 404
    assert one.open(link(one.phone)).status_code == 200


def test_same_code_stays_while_it_waits_and_another_one_comes_after_a_scan(one, desk, wechat):
    first = show(desk, wechat)
    assert show(desk, wechat) == first
    wechat.teller.scan(one.phone, first)
    assert show(desk, wechat) != first


def test_scene_has_32_signs_and_stands_in_no_table(desk, wechat):
    show(desk, wechat)
    scene = next(iter(wechat.account.scenes.values()))[0]
    assert len(scene) == 32
    assert scene not in str(Scan.objects.values())


def test_desk_is_told_in_words_when_wechat_makes_no_code(desk, wechat):
    wechat.account.failures["/cgi-bin/qrcode/create"] = [45009]
    page = desk.get(reverse("wechat:scan"))
    assert page.status_code == 200
    assert "takes no more calls" in page.content.decode()


def test_one_address_does_not_use_up_all_codes(desk, wechat, monkeypatch):
    monkeypatch.setattr(rules, "MOST_SCANS_AT_ONCE", 2)
    for number in range(2):
        open_scan("", ip="127.0.0.1", device=str(number))
    assert "Too many codes" in desk.get(reverse("wechat:scan")).content.decode()
    assert wechat.account.calls["/cgi-bin/qrcode/create"] == 2


def test_desk_is_not_led_to_another_site(one, desk, wechat):
    wechat.teller.scan(one.phone, show(desk, wechat, "https://evil.example/"))
    one.open(link(one.phone))
    one.browser.post(link(one.phone), {"do": "confirm"})
    assert state(desk)["HX-Redirect"] == reverse("home")

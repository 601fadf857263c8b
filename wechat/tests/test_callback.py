"""The address that WeChat calls: signature, encryption, repeats."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wechatpy.utils import WeChatSigner

from scripts.wechat_server.events import Teller
from wechat import actions, tasks
from wechat.models import Letter, LetterState, Received
from wechat.tests.kit import hand
from wechat.views.callback import OLDEST

pytestmark = pytest.mark.django_db
URL = "/wechat/callback/"


def signed(token: str, moment: int | None = None) -> str:
    stamp, nonce = str(moment or int(time.time())), "n0nce"
    signer = WeChatSigner()
    signer.add_data(token, stamp, nonce)
    return urlencode({"signature": signer.signature, "timestamp": stamp, "nonce": nonce, "echostr": "1234"})


def event(wechat, **changes: str) -> tuple[str, bytes]:
    """A SCAN of the first phone as WeChat sends it; *changes* are other or further elements."""
    content = {
        "FromUserName": wechat.account.phones[0].openid,
        "CreateTime": "1790000000",
        "MsgType": "event",
        "Event": "SCAN",
        "EventKey": "x" * 32,
    }
    lines = "".join(f"<{name}>{value}</{name}>" for name, value in (content | changes).items())
    url, body = wechat.teller.sealed(f"<xml>{lines}</xml>")
    return url.removeprefix("http://testserver"), body


def post(url: str, body: bytes) -> int:
    return Client(raise_request_exception=False).post(url, body, content_type="text/xml").status_code


def test_address_is_proven_to_be_ours(settings):
    answer = Client().get(f"{URL}?{signed(settings.WECHAT_TOKEN)}")
    assert (answer.status_code, answer.content) == (200, b"1234")


@pytest.mark.parametrize(
    "query", ["", signed("other"), signed("localtoken", 1_700_000_000)], ids=["none", "wrong", "old"]
)
def test_address_is_not_proven_by_a_wrong_or_old_signature(query):
    assert Client().get(f"{URL}?{query}").status_code == 400


def test_message_is_answered_at_once_and_dealt_with_once(wechat):
    wechat.account.phones[0].follows = True
    url, body = event(wechat)
    assert [post(url, body), post(url, body)] == [200, 200]
    row = Received.objects.get()
    assert (row.handled_at is not None, row.content, row.tries) == (True, None, 1)
    assert Letter.objects.count() == 1


def test_messages_are_told_apart_by_number_events_by_sender_and_second(wechat):
    for changes in ({"MsgId": "1"}, {"MsgId": "2"}, {}, {"CreateTime": "1790000001"}):
        assert post(*event(wechat, **changes)) == 200
    assert Received.objects.count() == 4


def test_message_waits_when_the_broker_is_away(wechat, monkeypatch):
    def lost(_pk: str) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(tasks.handle_received, "delay", lost)
    assert post(*event(wechat)) == 200
    assert Received.objects.get().handled_at is None
    tasks.sweep()
    assert Received.objects.get().handled_at is not None


def test_message_that_cannot_be_dealt_with_waits_and_is_given_up(wechat, monkeypatch):
    def broken(_content: object) -> None:
        raise ValueError("broken")

    message = actions.receive({"FromUserName": "o1", "CreateTime": "1"})
    monkeypatch.setattr("wechat.actions.receiving._answer", broken)
    for tries in range(1, 6):
        with pytest.raises(ValueError, match="broken"):
            actions.handle(str(message.pk))
        Received.objects.update(next_at=message.received_at)
        assert Received.objects.get().tries == tries
    assert actions.handle(str(message.pk)) is False
    tasks.sweep()
    assert Received.objects.get().handled_at is None


def test_message_that_breaks_does_not_hold_up_the_others(wechat, monkeypatch):
    def broken(content: dict[str, str]) -> None:
        if content["MsgId"] == "1":
            raise ValueError("broken")

    monkeypatch.setattr("wechat.actions.receiving._answer", broken)
    for number in "12":
        actions.receive({"MsgId": number})
    tasks.sweep()
    assert Received.objects.exclude(handled_at=None).count() == 1


@pytest.mark.parametrize("tamper", ["signature", "body", "stamp", "appid", "plain", "entities", "large"])
def test_what_is_not_from_wechat_is_refused_and_leaves_nothing(wechat, tamper):
    url, body = event(wechat)
    if tamper == "signature":
        url = url.replace("msg_signature=", "msg_signature=0")
    elif tamper == "body":
        body = body.replace(b"<Encrypt>", b"<Encrypt>AAAA")
    elif tamper == "stamp":
        parts = parse_qs(urlsplit(url).query)
        url = url.replace(parts["timestamp"][0], "1700000000")
    elif tamper == "appid":
        wechat.account.appid = "wxanother"
        url, body = event(wechat)
    elif tamper == "plain":
        body = b"<xml><MsgType>event</MsgType><Event>SCAN</Event></xml>"
    elif tamper == "entities":
        body = b'<!DOCTYPE x [<!ENTITY y "z">]><xml><Encrypt>&y;</Encrypt></xml>'
    else:
        body += b" " * 70_000
    assert post(url, body) == 400
    assert Received.objects.count() == 0


def test_message_that_was_signed_long_ago_is_refused(wechat):
    url, body = event(wechat)
    with time_machine.travel(time.time() + OLDEST + 1):
        assert post(url, body) == 400
    assert Received.objects.count() == 0


def test_follower_is_welcomed_with_the_way_to_bind(wechat):
    one = hand(wechat)
    with translation.override("en"):
        assert wechat.teller.follow(one.phone) == 200
    assert len(one.phone.messages) == 1
    assert one.phone.messages[0].endswith(f"http://testserver{reverse('wechat:enter')}")
    assert Letter.objects.get().state == LetterState.SENT


def test_wechat_that_gets_no_answer_repeats_three_times(wechat, monkeypatch):
    tried: list[str] = []
    monkeypatch.setattr("scripts.wechat_server.events.post", lambda url, _body: tried.append(url) or 0)
    assert isinstance(wechat.teller, Teller)
    assert wechat.teller.follow(hand(wechat).phone) == 0
    assert (len(tried), len(set(tried))) == (3, 1)

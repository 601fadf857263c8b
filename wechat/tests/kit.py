"""A WeChat on this machine and a phone in somebody's hand."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from django.utils import translation

from scripts.wechat_server import events
from scripts.wechat_server.account import Phone
from scripts.wechat_server.server import WeChatServer

SITE = "http://testserver"
ENGLISH = {"Accept-Language": "en"}
INSIDE = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"


def running(settings: Any, site: str = SITE) -> Iterator[WeChatServer]:
    """The server, and the settings that point to it."""
    server = WeChatServer(("127.0.0.1", 0), site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.WECHAT_API_URL = settings.WECHAT_OAUTH_URL = server.url
    settings.WECHAT_SITE = site
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def english() -> Iterator[None]:
    """Words are English; requests have to ask for that by `ENGLISH`."""
    with translation.override("en"):
        yield


@pytest.fixture
def wechat(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[WeChatServer]:
    """WeChat over HTTP; what it tells the school comes through Django's test client."""

    def post(url: str, body: bytes) -> int:
        parts = urlsplit(url)
        answer = Client(headers=ENGLISH).post(f"{parts.path}?{parts.query}", body, content_type="text/xml")
        return answer.status_code

    monkeypatch.setattr(events, "post", post)
    yield from running(settings)


@dataclass
class Hand:
    """A phone of the server, with the browser inside its WeChat."""

    server: WeChatServer
    phone: Phone
    browser: Client = field(default_factory=lambda: Client(headers=ENGLISH | {"User-Agent": INSIDE}))

    @property
    def openid(self) -> str:
        return self.phone.openid

    def open(self, path: str) -> Any:
        """The page at *path*, after whatever leads through WeChat and back."""
        answer = self.browser.get(path)
        for _hop in range(10):
            if answer.status_code != 302:
                return answer
            target = answer["Location"]
            if target.startswith(self.server.url):
                target = requests.get(
                    target, cookies={"phone": str(self.phone.number)}, allow_redirects=False, timeout=5
                ).headers["Location"]
            answer = self.browser.get(target.removeprefix(SITE))
        raise AssertionError(f"round and round, last to {answer['Location']}")


def hand(server: WeChatServer, number: int = 1) -> Hand:
    return Hand(server, server.account.phones[number - 1])

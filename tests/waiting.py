"""Waiting for the page and the server, and holding either back: the order of things on a busy machine."""

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Page, Route

PATIENCE = 30_000  # milliseconds; what is right comes long before, even on a busy machine
_EACH = 50  # milliseconds


def wait_until(page: Page, ready: Callable[[], bool]) -> None:
    """Until the server has written what the page promised; meanwhile the page goes on."""
    for _each in range(PATIENCE // _EACH):
        if ready():
            return
        page.wait_for_timeout(_EACH)
    pytest.fail("The server has not written it down.")


def close(context: BrowserContext) -> None:
    """Close it although answers may still be on their way; else their loss would befall the next test."""
    for page in context.pages:
        page.unroute_all(behavior="ignoreErrors")
    context.close()


class Hold:
    """A moment in the server at which it stops once, until it is released."""

    def __init__(self) -> None:
        self._reached, self._released = threading.Event(), threading.Event()

    def stop(self) -> None:
        """Called by the server."""
        if not self._reached.is_set():
            self._reached.set()
            self._released.wait(PATIENCE / 1000)

    def wait_until_reached(self) -> None:
        assert self._reached.wait(PATIENCE / 1000)

    def release(self) -> None:
        self._released.set()


class Late:
    """Answers to what a page asks for at *addresses*, taken from the server and kept back."""

    def __init__(self, page: Page, addresses: str) -> None:
        self._page, self._keeping = page, True
        self._kept: list[tuple[Route, APIResponse]] = []
        page.route(addresses, self._take)

    def _take(self, route: Route) -> None:
        answer = route.fetch()
        if self._keeping:
            self._kept.append((route, answer))
        else:
            route.fulfill(response=answer)

    def wait_for_one(self) -> None:
        wait_until(self._page, lambda: bool(self._kept))

    def come(self) -> None:
        """Let go of them, and of what is asked for from now on."""
        self._keeping = False
        for route, answer in self._kept:
            route.fulfill(response=answer)

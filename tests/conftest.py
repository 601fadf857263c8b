"""A real browser for the tests that tell stories."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.desk import counselor, desk, file_many, rough  # noqa: F401 - fixtures
from tests.waiting import PATIENCE, close

expect.set_options(timeout=PATIENCE)

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the browser is a browser test."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, or the one at `CHROMIUM`; without one the tests are skipped, but not in CI."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("Chromium is not installed; scripts/install-system-packages.sh test installs it.")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in the test's thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> None:
    """Files of the test in a place of their own, that outlives the pages which show them."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desktop(chromium: Browser, live_server: LiveServer, media: None) -> Iterator[Page]:
    """A page 1280 px wide; addresses are relative to the live server."""
    yield from _page(chromium, live_server, width=1280, height=800)


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer, media: None) -> Iterator[Page]:
    """A page 360 px wide, with touch; addresses are relative to the live server."""
    yield from _page(chromium, live_server, width=360, height=740, touch=True)


def _page(
    chromium: Browser, live_server: LiveServer, *, width: int, height: int, touch: bool = False
) -> Iterator[Page]:
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    context = chromium.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": height},
        has_touch=touch,
        is_mobile=touch,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    close(context)
    assert complaints == []

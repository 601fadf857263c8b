"""The reviewer's desk in a browser, with filings on it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from destinations.flows.filing.tests import kit
from destinations.models import Destination
from destinations.tests.kit import make_class, make_student
from processes import compiled
from processes.models import Task
from tests.waiting import close

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"


@pytest.fixture
def counselor(transactional_db, media) -> User:
    compiled.forget()  # of the database of the test before
    return kit.reviewer(Role.COUNSELOR, make_class())


@pytest.fixture
def file_many(counselor) -> Callable[[int], list[Destination]]:
    """Hand in that many filings of graduates called 赵小雨, 钱小雨, ..."""

    def file(count: int, **student: Any) -> list[Destination]:
        names = [f"{SURNAMES[number]}小雨" for number in range(count)]
        return [kit.submit(make_student(name, name_pinyin="xiaoyu xxy", **student)) for name in names]

    return file


def open_desk(page: Page, live_server, person: User, path: str = "/desk/") -> Page:
    client = Client()
    client.force_login(person)
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page.goto(path)
    return page


@pytest.fixture
def desk(desktop: Page, live_server, counselor) -> Callable[..., Page]:
    """Open the counselor's desk, 1280 px wide."""

    def opened(path: str = "/desk/") -> Page:
        open_desk(desktop, live_server, counselor, path)
        expect(title(desktop)).to_have_count(1)
        return desktop

    return opened


@pytest.fixture
def rough(chromium, live_server, counselor) -> Iterator[Page]:
    """The counselor's desk when things go wrong, about which the browser complains in its console."""
    size = {"width": 1280, "height": 800}
    context = chromium.new_context(base_url=live_server.url, viewport=size, locale="zh-CN")
    yield context.new_page()
    close(context)


def title(page: Page):
    return page.locator("#task-pane .task-title")


def names(page: Page) -> list[str]:
    return page.locator("[data-row] .task-name").all_inner_texts()


def outcomes(person: User) -> list[str]:
    return sorted(Task.objects.filter(decided_by=person).values_list("outcome", flat=True))

"""Sitting down at the desk and reading what is on it, for tests in a browser."""

from collections.abc import Callable

from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Page

from accounts.models import User
from processes.models import Task


def open_desk(page: Page, live_server, person: User, path: str = "/desk/") -> Page:
    client = Client()
    client.force_login(person)
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page.goto(path)
    return page


def title(page: Page):
    return page.locator("#task-pane .task-title")


def names(page: Page) -> list[str]:
    return page.locator("[data-row] .task-name").all_inner_texts()


def outcomes(person: User) -> list[str]:
    return sorted(Task.objects.filter(decided_by=person).values_list("outcome", flat=True))


def wait_for(page: Page, ready: Callable[[], bool]) -> None:
    """Until the server has written what the page promised."""
    for _each in range(400):
        if ready():
            return
        page.wait_for_timeout(50)
    raise AssertionError("not within 20 seconds")


def overflow(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")

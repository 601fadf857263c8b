"""The frame around every page, in a real browser."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.actions import add_unit, appoint
from accounts.models import UnitKind, User
from accounts.roles import Role
from messaging.actions import notice
from messaging.kinds import NoticeKind, kind_of, register
from tests.accessibility import faults_of

pytestmark = pytest.mark.once

PASSWORD = "correct-horse-7"
SIGN_IN = "/account/sign-in/"
PAGES = ["/notices/", "/account/password/", "/account/appointments/"]


@pytest.fixture
def officer(transactional_db) -> User:
    person = User.objects.create_user("T001", "陈老师", PASSWORD)
    appoint(person, Role.UNIVERSITY_OFFICER, add_unit(None, UnitKind.UNIVERSITY, "启程大学"))
    kind = kind_of("shell") or register(NoticeKind("shell", "Account of %(name)s", icon="bell"))
    notice(person, kind, "/account/appointments/", name="陈老师").save()
    return person


@pytest.fixture
def newcomer(transactional_db) -> User:
    return User.objects.create_user("T002", "新老师", PASSWORD)


def sign_in(page: Page, person: User, then: str = "/notices/") -> None:
    page.goto(f"{SIGN_IN}?next={then}")
    page.get_by_label("学号或工号").fill(person.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(then)


def overflow(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_on_a_desk(desktop, officer, scheme):
    desktop.emulate_media(color_scheme=scheme)
    desktop.goto(SIGN_IN)
    assert faults_of(desktop) == []
    sign_in(desktop, officer)
    for path in PAGES:
        desktop.goto(path)
        assert faults_of(desktop) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit_on_a_phone(phone, newcomer, scheme):
    phone.emulate_media(color_scheme=scheme)
    sign_in(phone, newcomer)
    for path in [SIGN_IN, *PAGES]:
        phone.goto(path)
        assert faults_of(phone) == []
        assert overflow(phone) <= 0


def test_wrong_password_says_so_and_takes_the_focus(desktop, officer):
    desktop.goto(SIGN_IN)
    desktop.get_by_label("学号或工号").fill(officer.username)
    desktop.get_by_label("密码").fill("wrong")
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_role("alert")).to_be_focused()
    assert faults_of(desktop) == []


def test_question_mark_shows_the_keys_of_the_page(desktop, officer):
    sign_in(desktop, officer)
    desktop.keyboard.press("?")
    expect(desktop.get_by_role("dialog", name="键盘快捷键")).to_contain_text("全部标为已读")
    assert faults_of(desktop) == []
    desktop.keyboard.press("Escape")
    expect(desktop.get_by_role("dialog")).to_have_count(0)


def test_key_presses_the_button_it_stands_on(desktop, officer):
    sign_in(desktop, officer)
    expect(desktop.get_by_role("link", name="通知，1 条未读")).to_be_visible()
    desktop.keyboard.press("m")
    expect(desktop.get_by_role("link", name="通知", exact=True)).to_be_visible()


def test_two_keys_lead_to_another_page_but_not_while_typing(desktop, officer):
    sign_in(desktop, officer, "/account/password/")
    desktop.get_by_label("当前密码").press_sequentially("gn?")
    assert desktop.url.endswith("/account/password/")
    expect(desktop.get_by_role("dialog")).to_have_count(0)
    desktop.keyboard.press("Escape")
    desktop.keyboard.press("g")
    desktop.keyboard.press("n")
    desktop.wait_for_url("/notices/")


def test_brightness_is_kept_from_page_to_page(desktop, officer):
    desktop.emulate_media(color_scheme="light")
    desktop.goto(SIGN_IN)
    desktop.get_by_role("button", name="深色").click()
    sign_in(desktop, officer)
    expect(desktop.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_language_changes_without_leaving_the_page(desktop, officer):
    sign_in(desktop, officer, "/notices/?unread=1")
    desktop.get_by_label("陈老师的账号").click()
    desktop.get_by_role("button", name="English").click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Notices")
    assert desktop.url.endswith("/notices/?unread=1")


def test_session_that_ended_under_a_part_of_the_page_leads_to_sign_in_and_back(desktop, officer):
    sign_in(desktop, officer)
    desktop.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    desktop.evaluate("void htmx.ajax('GET', '/notices/?unread=1', {target: 'body'})")
    desktop.wait_for_url(f"{SIGN_IN}?next=/notices/")


def test_notice_opens_its_page_and_is_read(desktop, officer):
    sign_in(desktop, officer)
    desktop.get_by_text("Account of").or_(desktop.get_by_text("陈老师的账号")).last.click()
    desktop.wait_for_url("/account/appointments/")
    expect(desktop.get_by_role("link", name="通知", exact=True)).to_be_visible()

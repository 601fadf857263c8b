"""The door as people meet it: a phone sets up the second step, and comes back with its code."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions import appoint
from accounts.models import Unit, UnitKind, User
from accounts.roles import Role
from accounts.security import actions, places, totp
from accounts.security.models import Outcome
from tests.looking import look

pytestmark = [pytest.mark.once, pytest.mark.slow]
PASSWORD = "copper-Lantern-47"


@pytest.fixture
def student(transactional_db) -> Iterator[User]:
    user = User.objects.create_user("2027000001", "王晓雨", PASSWORD)
    places.add_network("校园网", "10.0.0.0/8")
    actions.record(user, Outcome.WRONG_PASSWORD, actions.Origin("10.1.2.3", "校园网", "wechat/android"))
    yield user
    places.forget()


def sign_in(page: Page, name: str) -> None:
    page.goto("/account/sign-in/")
    page.get_by_label("学号或工号").fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def code_of(secret: str, off: int = 0) -> str:
    return totp.code_at(secret, totp.step_of(timezone.now().timestamp()) + off)


def test_phone_sets_up_the_second_step_and_comes_back_with_it(phone: Page, student: User) -> None:
    sign_in(phone, student.username)
    phone.goto("/account/security/")
    look(phone, "door-overview")
    phone.get_by_role("link", name="开启").click()
    look(phone, "door-set-up")
    phone.get_by_text("无法扫码").click()
    secret = phone.locator(".door-secret").inner_text().replace(" ", "")
    phone.get_by_label("当前密码").fill(PASSWORD)
    phone.get_by_label("应用显示的验证码").fill(code_of(secret, -1))
    phone.get_by_role("button", name="开启").click()
    expect(phone.locator(".door-codes li")).to_have_count(10)
    look(phone, "door-codes")
    with phone.expect_download() as saved:
        phone.get_by_role("link", name="保存为文件").click()
    assert phone.locator(".door-codes li").first.inner_text() in saved.value.path().read_text("utf-8")
    phone.get_by_role("link", name="我已保存").click()
    expect(phone.get_by_text("剩余 10 个恢复码")).to_be_visible()
    look(phone, "door-on")

    phone.context.clear_cookies()
    sign_in(phone, student.username)
    expect(phone.get_by_role("heading", name="两步验证")).to_be_visible()
    look(phone, "door-code")
    phone.get_by_label("验证码").fill(code_of(secret))
    phone.get_by_role("button", name="继续").click()
    phone.goto("/account/security/")
    expect(phone.get_by_role("button", name="退出其他设备")).to_be_visible()


def test_officer_finds_an_account_and_gives_a_one_time_password(desktop: Page, student: User) -> None:
    school = Unit.objects.add_root({"kind": UnitKind.UNIVERSITY, "name": "启程大学"})
    officer = User.objects.create_user("S100", "李主任", PASSWORD)
    appoint(officer, Role.UNIVERSITY_OFFICER, school)
    sign_in(desktop, "S100")
    desktop.goto("/account/help/")
    look(desktop, "help-empty")
    desktop.get_by_label("登录名").fill(student.username)
    desktop.get_by_role("button", name="查询").click()
    look(desktop, "help-person")
    desktop.get_by_role("button", name="重置为一次性密码").click()
    desktop.locator("[data-confirm-yes]").click()
    expect(desktop.locator(".door-once")).to_be_visible()
    look(desktop, "help-reset")
    password = desktop.locator(".door-once").inner_text()
    student.refresh_from_db()
    assert student.check_password(password)
    desktop.goto("/account/networks/")
    look(desktop, "networks")


def test_forgotten_password_is_asked_for(phone: Page, student: User) -> None:
    phone.goto("/account/sign-in/")
    look(phone, "sign-in")
    phone.get_by_role("link", name="忘记密码").click()
    look(phone, "reset")
    phone.get_by_label("登录名或邮箱").fill("nobody")
    phone.get_by_role("button", name="发送链接").click()
    expect(phone.get_by_text("请查收邮件")).to_be_visible()
    look(phone, "reset-sent")


def test_what_a_page_asks_for_by_itself_says_so_and_a_click_does_not(
    desktop: Page, transactional_db: None
) -> None:
    unit = Unit.objects.add_root({"kind": UnitKind.UNIVERSITY, "name": "启程大学"})
    officer = User.objects.create_user("S100", "周老师", PASSWORD)
    appoint(officer, Role.UNIVERSITY_OFFICER, unit)
    desktop.clock.install()
    sign_in(desktop, officer.username)
    desktop.goto("/manage/state/")
    desktop.evaluate("() => (document.querySelector('.state-page').dataset.old = '1')")
    with desktop.expect_request("**/manage/state/") as asked:
        desktop.clock.fast_forward("00:31")
    assert asked.value.headers["x-by-itself"] == "1"
    expect(desktop.locator(".state-page[data-old]")).to_have_count(0)  # the answer is there
    with desktop.expect_request("**/manage/state/") as clicked:
        desktop.evaluate("() => document.querySelector('.state-page').setAttribute('hx-trigger', 'click')")
        desktop.evaluate("() => window.htmx.process(document.querySelector('.state-page'))")
        desktop.locator(".state-page").dispatch_event("click")
    assert "x-by-itself" not in clicked.value.headers

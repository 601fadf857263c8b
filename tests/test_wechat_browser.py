"""A desk and a phone in real browsers, with the WeChat of `make run` between them (flows 12, WX-3)."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from destinations.tests.kit import make_student
from scripts.wechat_server.server import WeChatServer
from tests.looking import look
from wechat.models import Binding, Scan, ScanState
from wechat.tests.kit import running

pytestmark = pytest.mark.once


@pytest.fixture
def wechat(settings: Any, live_server: LiveServer) -> Iterator[WeChatServer]:
    """WeChat at one port, the school at another; both sides call each other over HTTP."""
    yield from running(settings, live_server.url)


def test_student_binds_on_the_phone_and_signs_in_at_a_desk(
    wechat: WeChatServer, desktop: Page, phone: Page
) -> None:
    student = make_student("欧阳知远")
    phone.goto(f"{wechat.url}/phone/1")
    phone.get_by_role("button", name="关注").click()
    expect(phone.get_by_text("欢迎关注")).to_be_visible()
    phone.get_by_role("link", name="/wechat/enter/", exact=False).last.click()
    look(phone, "bind-who")
    phone.get_by_label("学号").fill(student.student_no)
    phone.get_by_label("姓名").fill(student.name)
    phone.get_by_label("身份证号后四位").fill(student.id_no[-4:])
    phone.get_by_role("button", name="继续").click()
    expect(phone.get_by_role("heading", name="你好，欧阳知远")).to_be_visible()
    look(phone, "bind-finish")
    phone.get_by_label("我同意").check()
    phone.get_by_role("button", name="绑定这个微信").click()
    expect(phone.get_by_text("绑定成功")).to_be_visible()
    assert Binding.objects.get().user == student.user

    desktop.goto("/account/sign-in/?next=/me/record/")
    look(desktop, "sign-in-with-wechat")
    desktop.get_by_role("link", name="微信扫码登录").click()
    expect(desktop.get_by_alt_text("用微信扫的二维码")).to_be_visible()
    look(desktop, "scan")
    phone.goto(f"{wechat.url}/phone/1")
    phone.get_by_role("button", name="扫一扫").first.click()
    expect(desktop.get_by_text("已扫码，请在手机上确认")).to_be_visible()
    look(desktop, "scan-scanned")
    phone.locator("a[href*='/wechat/confirm/']").first.click()
    look(phone, "scan-confirm")
    phone.get_by_role("button", name="是我本人，登录").click()
    expect(phone.get_by_text("登录成功")).to_be_visible()
    expect(desktop.get_by_role("heading", name="我的信息")).to_be_visible(timeout=3000)
    assert Scan.objects.get().state == ScanState.USED

    phone.goto("/account/wechat/")
    look(phone, "wechat-own")


def test_phone_says_no_and_the_desk_learns_it(wechat: WeChatServer, desktop: Page) -> None:
    desktop.goto("/wechat/scan/")
    expect(desktop.get_by_alt_text("用微信扫的二维码")).to_be_visible()
    Scan.objects.update(state=ScanState.REFUSED)
    expect(desktop.get_by_text("手机上已拒绝")).to_be_visible()
    look(desktop, "scan-refused")

"""Covered fields and the access log as people meet them: by mouse, by keys, on a phone, for a minute only."""

import pytest
from playwright.sync_api import Page, expect

from accounts.access import seals, unmask
from accounts.access.actions import log_access
from accounts.access.models import AccessLog
from accounts.models import User
from accounts.roles import Role
from accounts.tests.conftest import PASSWORD
from students.models import Student
from students.tests.kit import graduate, load, staff
from tests.looking import look

LOG = "/audit/access/"


@pytest.fixture
def student(transactional_db, tmp_path) -> Student:
    load(tmp_path, graduate(1, name="王晓雨"))
    return Student.objects.get()


def sign_in(page: Page, person: User, path: str) -> None:
    page.goto(f"/account/sign-in/?next={path}")
    page.get_by_label("学号或工号").fill(person.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")


def test_field_is_uncovered_for_a_purpose_and_covers_itself_again(desktop, student, monkeypatch):
    monkeypatch.setattr(unmask, "SECONDS_SHOWN", 3)
    sign_in(desktop, staff("T1"), f"/desk/students/{student.pk}/")
    desktop.get_by_role("button", name="显示手机").first.click()
    purpose = desktop.get_by_role("button", name="联系本人")
    expect(purpose).to_be_focused()
    look(desktop, "secret-asked")
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_text("13800000000")).to_be_visible()
    expect(desktop.get_by_text("13800000000")).not_to_be_visible()
    line = AccessLog.objects.get(action="reveal")
    assert (line.detail, line.purpose, line.words) == ("mobile", "contact", "")


def test_own_words_on_a_phone(phone, student):
    sign_in(phone, staff("T1"), f"/desk/students/{student.pk}/")
    phone.get_by_role("button", name="显示手机").first.click()
    phone.get_by_role("button", name="显示", exact=True).click()
    words = phone.get_by_label("其他用途，请用自己的话说明")
    expect(words).to_be_focused()  # the browser asks for words before anything is sent
    look(phone, "secret-asked-phone")
    words.fill("家访")
    phone.get_by_role("button", name="显示", exact=True).click()
    expect(phone.get_by_text("13800000000")).to_be_visible()
    line = AccessLog.objects.get(action="reveal")
    assert (line.purpose, line.words, line.ip) == ("other", "家访", "127.0.0.1")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_auditor_filters_and_the_filter_survives_a_reload(request, size, student):
    page: Page = request.getfixturevalue(size)
    viewer, auditor = staff("T1"), staff("A1", Role.AUDITOR)
    log_access(viewer, "view", student)
    log_access(viewer, "reveal", student, detail="mobile", purpose="other", words="家访前核对电话")
    log_access(None, "sign_in_failed", auditor, succeeded=False, ip="10.0.0.9")
    log_access(None, "command", ("command", "shell"), detail="root: shell", channel="shell")
    seals.seal_all()
    sign_in(page, auditor, LOG)
    expect(page.get_by_role("row")).to_have_count(6)
    look(page, f"access-log-{size}")
    page.get_by_label("做了什么").select_option("reveal")
    page.wait_for_url("**action=reveal**")
    page.reload()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("cell", name="家访前核对电话")).to_be_visible()
    page.get_by_role("cell", name="学生").get_by_role("link").click()
    expect(page.get_by_role("row")).to_have_count(3)

"""The organisation and its people in a browser: dragged, walked by keys, moved on a phone, looked at."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions import appoint
from accounts.models import Unit, User
from accounts.queries import unit_at, university
from accounts.roles import Role
from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_class, make_student
from processes import compiled
from tests.looking import look

pytestmark = pytest.mark.once
PASSWORD = "correct-horse-7"
TREE = "/manage/organisation/"


@pytest.fixture
def keeper(transactional_db) -> User:
    compiled.forget()
    home, away = make_class(), make_class("英语2301班", "外国语学院", "英语")
    filing = kit.submit(make_student("王晓雨", unit=home))
    kit.reviewer(Role.COLLEGE_OFFICER, unit_at(away, "college"))
    kit.review(filing)
    person = User.objects.create_user("T001", "刘老师", PASSWORD)
    appoint(person, Role.UNIVERSITY_OFFICER, university())
    return person


def sign_in(page: Page, person: User, url: str = TREE) -> None:
    page.goto(f"/account/sign-in/?next={url}")
    page.get_by_label("学号或工号").fill(person.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"^[^?]*{url}"))


def row(page: Page, name: str):
    return page.locator("tbody tr").filter(has=page.get_by_role("link", name=name, exact=True))


def unfold(page: Page, name: str) -> None:
    row(page, name).get_by_role("button").click()


def test_class_dragged_onto_a_major_is_moved_after_what_follows_was_seen(desktop, keeper):
    sign_in(desktop, keeper)
    look(desktop, "organisation-tree")
    for name in ("计算机学院", "软件工程", "外国语学院"):
        unfold(desktop, name)
    row(desktop, "软件2301班").drag_to(row(desktop, "英语"))
    desktop.wait_for_url(re.compile(r"/move/\?target="))
    expect(desktop.get_by_label("移到")).to_have_value(str(Unit.objects.get(name="英语").pk))
    desktop.get_by_label("理由").fill("校发〔2026〕8号")
    desktop.get_by_role("button", name="查看影响范围").click()
    expect(desktop.get_by_role("heading", name="影响范围")).to_be_visible()
    look(desktop, "organisation-preview")
    assert unit_at(Unit.objects.get(name="软件2301班"), "college").name == "计算机学院"
    desktop.get_by_role("button", name="立即执行").click()
    expect(desktop.get_by_text("已完成，相关内容已一并调整")).to_be_visible()
    assert unit_at(Unit.objects.get(name="软件2301班"), "college").name == "外国语学院"
    look(desktop, "organisation-unit")
    desktop.goto(TREE)
    desktop.get_by_role("button", name="撤销").click()
    desktop.get_by_role("dialog").get_by_role("button", name="撤销").click()
    expect(desktop.get_by_text("已全部恢复原状")).to_be_visible()
    assert unit_at(Unit.objects.get(name="软件2301班"), "college").name == "计算机学院"


def test_tree_is_walked_by_arrow_keys(desktop, keeper):
    sign_in(desktop, keeper)
    row(desktop, "启程大学").get_by_role("link").focus()
    expect(row(desktop, "软件工程")).to_be_hidden()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight"):
        desktop.keyboard.press(key)
    expect(row(desktop, "软件工程").get_by_role("link")).to_be_focused()
    desktop.keyboard.press("ArrowLeft")
    expect(row(desktop, "计算机学院").get_by_role("link")).to_be_focused()
    desktop.keyboard.press("ArrowLeft")
    expect(row(desktop, "软件工程")).to_be_hidden()


def test_person_is_appointed_on_a_phone_and_the_page_says_what_they_see(phone, keeper):
    sign_in(phone, keeper, "/manage/people/")
    look(phone, "people")
    phone.get_by_role("link", name="添加人员").click()
    phone.get_by_label("姓名").fill("苏晓")
    phone.get_by_label("工号").fill("T555")
    phone.get_by_role("button", name="添加并任命").click()
    phone.get_by_label("角色").select_option("counselor")
    phone.get_by_label("单位").select_option(str(Unit.objects.get(name="软件2301班").pk))
    phone.get_by_label("理由").fill("新聘")
    look(phone, "appoint")
    phone.get_by_role("button", name="任命").click()
    expect(
        phone.get_by_text("名学生").or_(phone.locator(".org-sights").get_by_text("学生")).first
    ).to_be_visible()
    look(phone, "person")
    held = User.objects.get(username="T555").appointments.get()
    assert (held.unit.name, held.starts_on, held.reason) == ("软件2301班", timezone.localdate(), "新聘")
    phone.goto(TREE)
    look(phone, "organisation-tree")


def test_file_of_staff_is_checked_loaded_and_undone(desktop, keeper):
    sign_in(desktop, keeper, "/manage/people/import/")
    look(desktop, "staff-imports")
    text = "姓名,工号,角色,单位\n苏晓,T555,辅导员,软件2301班\n柳青,T556,校长,软件2301班\n"
    file = {"name": "staff.csv", "mimeType": "text/csv", "buffer": text.encode()}
    desktop.get_by_label("表格文件").set_input_files(file)
    desktop.get_by_role("button", name="上传并检查").click()
    expect(desktop.get_by_text("没有“校长”这个角色")).to_be_visible()
    look(desktop, "staff-import")
    desktop.get_by_role("button", name="载入正确的行").click()
    expect(desktop.get_by_role("button", name="初始密码")).to_be_visible()
    assert User.objects.get(username="T555").appointments.count() == 1
    desktop.get_by_role("button", name="撤销").click()
    desktop.get_by_role("dialog").get_by_role("button", name="撤销").click()
    expect(desktop.get_by_role("button", name="初始密码")).to_be_hidden()
    assert not User.objects.filter(username="T555").exists()

"""The school calendar kept by hand: by mouse, by keys, on a phone; what is changed is counted and undone."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions import add_unit, appoint
from accounts.models import UnitKind, User
from accounts.roles import Role
from processes.calendar.actions import load_holidays
from processes.calendar.models import CalendarChange, CalendarDay
from processes.engine.workdays import add_workdays
from tests.accessibility import faults_of
from tests.looking import look

PASSWORD = "correct-horse-7"
PAGE = "/manage/calendar/?year=2026"
Day = datetime.date


@pytest.fixture
def officer(transactional_db) -> User:
    person = User.objects.create_user("T001", "刘老师", PASSWORD)
    appoint(person, Role.UNIVERSITY_OFFICER, add_unit(None, UnitKind.UNIVERSITY, "启程大学"))
    load_holidays([2026])
    return person


def sign_in(page: Page, person: User) -> None:
    page.goto(f"/account/sign-in/?next={PAGE}")
    page.get_by_label("学号或工号").fill(person.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^[^?]*/manage/calendar/"))


def day(page: Page, text: str):
    return page.locator(f"[data-day='{text}']")


def dialog(page: Page):
    return page.get_by_role("dialog", name="修改日期")


def own_days() -> list[tuple[str, bool, str]]:
    rows = CalendarDay.objects.filter(is_local=True)
    return [(f"{row.date:%m-%d}", row.is_workday, row.name) for row in rows]


def due(start: str, workdays: int) -> str:
    moment = add_workdays(datetime.datetime.fromisoformat(f"{start}+08:00"), workdays)
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


def test_click_a_day_name_it_and_it_counts_until_it_is_undone(desktop, officer):
    sign_in(desktop, officer)
    look(desktop, "calendar")
    assert due("2026-09-17 10:00", 1) == "09-18 10:00"
    day(desktop, "2026-09-18").click()
    expect(dialog(desktop)).to_contain_text("目前：9月18日 星期五：工作日")
    expect(dialog(desktop).get_by_label("休息日")).to_be_checked()
    expect(dialog(desktop).get_by_label("名称")).to_be_focused()
    look(desktop, "calendar-dialog")
    desktop.keyboard.type("校庆日")
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_role("status").filter(has_text="校庆日")).to_contain_text(
        "9月18日：休息日，“校庆日”"
    )
    expect(day(desktop, "2026-09-18")).to_have_accessible_name("9月18日 星期五：本校休息日，校庆日")
    assert due("2026-09-17 10:00", 1) == "09-20 10:00"  # a Sunday that is worked for National Day
    look(desktop, "calendar-changed")
    desktop.keyboard.press("z")
    expect(desktop.get_by_role("status").filter(has_text="已撤销")).to_be_visible()
    assert own_days() == []
    assert due("2026-09-17 10:00", 1) == "09-18 10:00"


def test_shift_and_a_second_click_choose_all_days_between(desktop, officer):
    sign_in(desktop, officer)
    day(desktop, "2026-04-30").focus()
    desktop.keyboard.down("Shift")
    desktop.keyboard.press("ArrowRight")
    desktop.keyboard.up("Shift")
    day(desktop, "2026-05-07").click(modifiers=["Shift"])
    expect(dialog(desktop)).to_contain_text("共 8 天，其中工作日 3 天")
    expect(dialog(desktop).get_by_label("开始日期")).to_have_value("2026-04-30")
    expect(dialog(desktop).get_by_label("结束日期")).to_have_value("2026-05-07")
    desktop.keyboard.press("Escape")
    expect(desktop.locator(".cal-selected")).to_have_count(0)


def test_keys_alone_choose_and_change_days(desktop, officer):
    sign_in(desktop, officer)
    expect(desktop.locator("[data-day][tabindex='0']")).to_have_count(1)
    day(desktop, "2026-06-05").focus()
    desktop.keyboard.press("ArrowRight")
    desktop.keyboard.press("Shift+ArrowRight")
    desktop.keyboard.press("Enter")
    expect(dialog(desktop)).to_contain_text("共 2 天，其中工作日 0 天")
    expect(dialog(desktop).get_by_label("工作日")).to_be_checked()
    desktop.keyboard.type("毕业手续")
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_role("status").filter(has_text="毕业手续")).to_be_visible()
    assert own_days() == [("06-06", True, "毕业手续"), ("06-07", True, "毕业手续")]


def test_arrows_lead_from_month_to_month(desktop, officer):
    sign_in(desktop, officer)
    day(desktop, "2026-01-31").focus()
    for key, there in [
        ("ArrowDown", "2026-02-07"),
        ("PageDown", "2026-03-07"),
        ("ArrowUp", "2026-02-28"),
        ("ArrowRight", "2026-03-01"),
        ("PageUp", "2026-02-01"),
    ]:
        desktop.keyboard.press(key)
        expect(day(desktop, there)).to_be_focused()


def test_vacation_is_typed_in_and_what_is_wrong_is_said_in_the_dialog(desktop, officer):
    sign_in(desktop, officer)
    desktop = desktop.context.new_page()  # the browser complains about an answer of 422; we do not
    desktop.goto(PAGE)
    desktop.keyboard.press("c")
    dialog(desktop).get_by_label("开始日期").fill("2026-07-13")
    dialog(desktop).get_by_label("结束日期").fill("2026-07-12")
    dialog(desktop).get_by_label("休息日").check()
    dialog(desktop).get_by_role("button", name="保存").click()
    expect(dialog(desktop)).to_contain_text("结束日期早于开始日期")
    expect(dialog(desktop)).to_contain_text("请写明名称")
    assert faults_of(desktop) == []
    dialog(desktop).get_by_label("结束日期").fill("2026-08-30")
    dialog(desktop).get_by_label("名称").fill("暑假")
    dialog(desktop).get_by_role("button", name="保存").click()
    expect(desktop.get_by_role("status").filter(has_text="暑假")).to_contain_text("7月13日至8月30日")
    assert len(own_days()) == 49
    assert due("2026-07-10 10:00", 1) == "08-31 10:00"


def test_stretch_below_a_month_leads_to_all_its_days(desktop, officer):
    sign_in(desktop, officer)
    desktop.get_by_role("link", name="1–7 国庆节").click()
    expect(dialog(desktop)).to_contain_text("共 7 天，其中工作日 0 天")
    dialog(desktop).get_by_label("工作日").check()
    dialog(desktop).get_by_label("名称").fill("迎新值班")
    desktop.keyboard.press("Enter")
    expect(day(desktop, "2026-10-01")).to_have_accessible_name("10月1日 星期四：本校工作日，迎新值班")
    desktop.get_by_role("link", name="1–7 迎新值班").click()
    dialog(desktop).get_by_label("恢复法定安排").check()
    dialog(desktop).get_by_role("button", name="保存").click()
    expect(day(desktop, "2026-10-01")).to_have_accessible_name("10月1日 星期四：法定节假日，国庆节")
    assert CalendarChange.objects.count() == 3


def test_phone_shows_one_month_under_the_other_and_changes_a_day(phone, officer):
    sign_in(phone, officer)
    look(phone, "calendar")
    tops = {month.bounding_box()["x"] for month in phone.locator(".cal-month").all()}
    assert len(tops) == 1
    phone.get_by_role("navigation", name="月份").get_by_text("九月").click()
    expect(day(phone, "2026-09-18")).to_be_in_viewport()
    day(phone, "2026-09-18").tap()
    look(phone, "calendar-dialog")
    dialog(phone).get_by_label("名称").fill("校庆日")
    dialog(phone).get_by_role("button", name="保存").tap()
    expect(phone.get_by_role("status").filter(has_text="校庆日")).to_be_visible()
    look(phone, "calendar-changed")
    assert own_days() == [("09-18", False, "校庆日")]


@pytest.mark.parametrize("year", ["2026", "2027"])
def test_year_is_accessible_in_the_dark(desktop, officer, year):
    desktop.emulate_media(color_scheme="dark")
    sign_in(desktop, officer)
    desktop.goto(f"/manage/calendar/?year={year}")
    assert faults_of(desktop) == []

"""A campus talk on its way: asked for on a phone, allocated on the calendar, cleared, confirmed, public."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import Role
from employers.flows.vetting.tests.kit import PASSWORD
from employers.models import Employer
from processes import compiled
from processes.audit.verify import verify_trail
from talks.flows.talk.tests import kit
from talks.models import Blackout, Booking, Talk, TalkState
from tests.looking import look
from tests.test_story_browser import at, fill, press, sign_in
from tests.waiting import wait_until

TITLE = "启明科技 2027 届宣讲会"
HALL, ROOM = "图书馆报告厅", "教一 101"


@pytest.fixture
def host(transactional_db, settings, tmp_path: Path) -> Employer:
    """An employer in the library; two venues, of which one is booked when the employer wishes to come."""
    settings.MEDIA_ROOT = tmp_path
    compiled.forget()
    host = kit.employer()
    hall = kit.venue(HALL, capacity=300)
    kit.venue(ROOM, capacity=60)
    kit.published(kit.employer("宁波东海重工有限公司"), hall, title="东海重工宣讲会")
    Blackout.objects.create(first_day=kit.monday(), last_day=kit.monday(), reason="音响检修", venue=hall)
    return host


def ours() -> Talk:
    return Talk.objects.get(title=TITLE)


def write_application(page: Page) -> None:
    first, second = kit.slot(), kit.slot(start=19, end=21)
    pages = {
        "talk": {
            "宣讲会标题": TITLE,
            "宣讲内容": "介绍公司业务与培养计划。",
            "招聘职位": "测试工程师 杭州 5 人",
            "面向专业与学历": "计算机类，本科及以上",
        },
        "times": {
            "第一志愿日期": first.day.isoformat(),
            "第一志愿开始时间": f"{first.start:%H:%M}",
            "第一志愿结束时间": f"{first.end:%H:%M}",
            "第二志愿日期": second.day.isoformat(),
            "第二志愿开始时间": f"{second.start:%H:%M}",
            "第二志愿结束时间": f"{second.end:%H:%M}",
        },
        "room": {"预计参加学生人数": "50", "场地类型": "1", "需要的设备": "投影", "校外来访人数": "2"},
        "contact": {},
    }
    for step, answers in pages.items():
        at(page, f"/application/{step}/", f"talk-{step}")
        fill(page, answers)
        press(page, "下一步")
    at(page, "/application/review/", "talk-review")
    press(page, "提交")


def sit_down(page: Page, role: str) -> None:
    page.context.clear_cookies()
    sign_in(page, kit.reviewer(role), PASSWORD)
    expect(page.locator(".task-title")).to_contain_text(TITLE)
    look(page, f"desk-{role}")


def approve(page: Page) -> None:
    page.keyboard.press("a")
    expect(page.locator("[data-row]")).to_have_count(0)


def test_talk_is_asked_for_allocated_confirmed_and_public(phone: Page, desktop: Page, host: Employer):
    sign_in_host(phone, host)
    press(phone, "申请宣讲会")
    write_application(phone)
    expect(phone.locator("[aria-current=step]")).to_contain_text("宣讲会审核")
    look(phone, "talk-submitted")

    sit_down(desktop, Role.TALK_OFFICER)
    desktop.keyboard.press("a")
    wait_until(desktop, lambda: kit.steps(ours()) == ["choose"])
    desktop.goto("/desk/")
    allocate(desktop)
    sit_down(desktop, Role.VENUE_KEEPER)
    approve(desktop)
    wait_until(desktop, lambda: ours().state == TalkState.OFFERED)

    phone.reload()
    expect(phone.get_by_text("学校为您安排")).to_be_visible()
    look(phone, "talk-offered")
    press(phone, "确认")
    wait_until(phone, lambda: ours().state == TalkState.PUBLISHED)
    look(phone, "talk-published")
    phone.context.clear_cookies()
    phone.goto("/talks/")
    look(phone, "talks-public")
    phone.get_by_role("link", name=re.compile(TITLE)).click()
    expect(phone.get_by_text(ROOM)).to_be_visible()
    look(phone, "talk-public")
    with phone.expect_download() as download:
        phone.get_by_role("link", name="加入日历").click()
    assert TITLE in Path(download.value.path()).read_text(encoding="utf-8")
    assert verify_trail().fault is None


def sign_in_host(page: Page, host: Employer) -> None:
    page.goto("/account/sign-in/")
    page.get_by_label("学号或工号").fill(kit.person(host).username)
    page.get_by_label("密码").fill(kit.vetting.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/employer/"))
    page.get_by_role("link", name="宣讲会").click()
    at(page, "/employer/talks/", "talks-empty")


def allocate(page: Page) -> None:
    """The step has a page of its own, which shows what is taken, and why."""
    expect(page.locator(".task-title")).to_contain_text(TITLE)
    page.keyboard.press("a")
    page.wait_for_url(re.compile("/desk/talks/tasks/"))
    look(page, "talk-choose")
    first = page.locator("section", has=page.locator("#wish-1"))
    expect(first.locator("li", has_text=HALL)).to_contain_text("音响检修")
    first.locator("li", has_text=ROOM).get_by_role("button", name=re.compile("分配")).click()
    wait_until(page, lambda: ours().booking == Booking.HELD)
    page.goto(f"/desk/talks/?week={kit.monday().isoformat()}")
    expect(page.locator(".talk-week .talk-held")).to_contain_text("启明")
    look(page, "talk-week")

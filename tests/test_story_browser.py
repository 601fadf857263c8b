"""A destination on its way: filed on a phone, sent back, corrected, approved by three, in effect."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from destinations.flows.filing.tests import kit
from destinations.models import Destination, DestinationState
from destinations.tests.kit import make_student
from processes import compiled
from processes.actions import load_definitions
from processes.audit.verify import verify_trail
from processes.models import Task
from students.models import Student
from tests.looking import look
from tests.waiting import wait_until

PASSWORD = "a long pass phrase"
EMPLOYER = "杭州启明科技有限公司"
REASON = "协议书上的公章看不清，请在光线好的地方重拍"
ANSWERS = {
    "employer": {
        "单位名称": EMPLOYER,
        "统一社会信用代码": "91350100M000100Y43",
        "单位性质": "39",
        "单位行业": "34",
        "单位所在地": "鼓楼区",
        "单位地址": "软件大道89号",
    },
    "job": {
        "职位类别": "13",
        "签约日期": "2026-04-01",
        "报到期限": "2027-07-01",
        "起薪": "9000",
    },
    "contact": {"联系人姓名": "李经理", "联系人电话": "0591-87654321"},
    "archive": {
        "档案去向": "3",
        "档案接收单位": "杭州市人才服务中心",
        "档案接收地址": "杭州市西湖区文三路1号",
        "邮编": "310012",
        "收件联系人": "王老师",
        "收件电话": "0571-88888888",
    },
}


@pytest.fixture
def student(transactional_db, settings, tmp_path: Path) -> Student:
    settings.MEDIA_ROOT = tmp_path
    compiled.forget()
    load_definitions()
    return make_student("王晓雨", confirmed=False)


def photograph(text: str) -> dict:
    """A picture of a page, as a phone's camera would send it."""
    picture, content = Image.new("RGB", (1200, 1600), "#f4f1ea"), io.BytesIO()
    ImageDraw.Draw(picture).text((200, 300), text, fill="black", font_size=64)
    picture.save(content, "PNG")
    return {"name": f"{text}.png", "mimeType": "image/png", "buffer": content.getvalue()}


def sign_in(page: Page, person: User, password: str = PASSWORD) -> None:
    page.goto("/")
    look(page, "sign-in")
    page.get_by_label("学号或工号").fill(person.username)
    page.get_by_label("密码").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(me|desk)/"))


def fill(page: Page, answers: dict[str, str]) -> None:
    """Answer the questions of a page, each by its label."""
    for label, text in answers.items():
        _answer(page, page.locator(".field", has=page.get_by_text(label, exact=False)).first, text)


def _answer(page: Page, question: Locator, text: str) -> None:
    if question.locator("[data-region]").count():
        question.get_by_role("searchbox").fill(text)
        question.locator(".region-results").get_by_text("福州").click()
    elif question.locator("select").count():
        question.locator("select").select_option(text)
    elif question.locator("input[type=radio]").count():
        question.locator(f"input[value='{text}']").check()
    else:
        question.locator("input:not([type=hidden]), textarea").first.fill(text)


def press(page: Page, name: str) -> None:
    """The button or link of that name that stands in the page, not in its bars."""
    page.locator("main, .me-dock").get_by_role("button", name=name).or_(
        page.locator("main").get_by_role("link", name=name)
    ).first.click()


def at(page: Page, path: str, name: str) -> None:
    """Wait for the address and look at the page."""
    page.wait_for_url(re.compile(f"{path}$"))
    look(page, name)


def confirm_record(page: Page) -> None:
    press(page, "核对我的信息")
    at(page, "/me/record/", "record")
    press(page, "信息无误，确认")
    at(page, "/me/", "me-confirmed")


def write_filing(page: Page) -> None:
    press(page, "填报毕业去向")
    at(page, "/filing/category/", "category")
    page.get_by_text("我有工作了").click()
    look(page, "category-open")
    page.get_by_role("button", name="签就业协议").first.click()
    for step, answers in ANSWERS.items():
        at(page, f"/filing/{step}/", step)
        fill(page, answers)
        press(page, "下一步")
    at(page, "/filing/proof/", "proof")
    attach(page, "agreement-1", "agreement-2")


def attach(page: Page, *names: str) -> None:
    for name in names:
        page.locator("input[type=file][multiple]").set_input_files(photograph(name))
        expect(page.locator(".file-row", has_text=name)).to_be_visible()
        expect(page.locator(".file-row progress:visible")).to_have_count(0)
    look(page, "proof-attached")


def hand_in(page: Page) -> None:
    press(page, "下一步")
    at(page, "/filing/review/", "review")
    page.get_by_role("checkbox").check()
    press(page, "提交")
    at(page, "/submitted/", "submitted")
    expect(page.locator("[aria-current=step]")).to_contain_text("辅导员审核")


def sit_down(page: Page, person: User) -> None:
    """Another reviewer comes to the desk; the first task is open."""
    page.context.clear_cookies()
    sign_in(page, person)
    expect(page.locator(".task-title")).to_contain_text("王晓雨")
    look(page, f"desk-{person.username}")


def send_back(page: Page) -> None:
    """By keyboard alone: the reason by its number, then own words."""
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    look(page, "return-dialog")
    page.keyboard.press("3")
    while page.evaluate("document.activeElement.name") != "text":
        page.keyboard.press("Tab")
    page.keyboard.type(REASON)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-row]")).to_have_count(0)


def approve(page: Page) -> None:
    page.keyboard.press("a")
    expect(page.locator("[data-row]")).to_have_count(0)


def open_at(step: str) -> bool:
    return Task.objects.filter(node_id=step, finished=None).exists()


def state() -> str:
    return Destination.objects.get().state


def test_destination_is_filed_returned_corrected_and_approved(phone: Page, desktop: Page, student: Student):
    reviewers = kit.reviewers_of(student)
    sign_in(phone, student.user)
    look(phone, "me-first")
    confirm_record(phone)
    write_filing(phone)
    hand_in(phone)
    wait_until(phone, lambda: state() == DestinationState.IN_REVIEW)

    sit_down(desktop, reviewers["counselor_review"])
    send_back(desktop)
    wait_until(desktop, lambda: state() == DestinationState.RETURNED)
    phone.goto("/me/")
    expect(phone.get_by_text(REASON)).to_be_visible()
    look(phone, "me-returned")
    press(phone, "现在修改")
    phone.wait_for_url(re.compile("/filing/"))
    look(phone, "correct")
    phone.goto("/me/filing/proof/")
    attach(phone, "agreement-3")
    hand_in(phone)

    for step in ("counselor_review", "college_review", "university_review"):
        sit_down(desktop, reviewers[step])
        approve(desktop)
        wait_until(desktop, lambda step=step: not open_at(step))
    wait_until(desktop, lambda: state() == DestinationState.EFFECTIVE)

    phone.goto("/me/")
    expect(phone.get_by_text("已生效").first).to_be_visible()
    look(phone, "me-effective")
    phone.goto("/notices/")
    expect(phone.get_by_text("你的毕业去向已通过并生效")).to_be_visible()
    expect(phone.get_by_text("你的填报需要修改")).to_be_visible()
    look(phone, "notices")
    report = verify_trail()
    assert (report.cases, report.fault) == (1, None)

"""An employer on its way: registered on a phone, sent back, corrected, looked at twice, in the library."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import Role
from employers.flows.vetting.tests import kit
from employers.models import Employer, EmployerState
from processes import compiled
from processes.audit.verify import verify_trail
from tests.looking import look
from tests.test_story_browser import at, fill, photograph, press, sign_in
from tests.waiting import wait_until

NAME = "福州鼓山人才服务有限公司"
REASON = "授权书上的公章盖住了姓名，请重新盖章后再拍"
PASSWORD = kit.PASSWORD
ANSWERS = {
    "organisation": {"主体类型": "6"},
    "registration": {
        "法定代表人": "林则明",
        "单位性质": "39",
        "所属行业": "37",
        "单位规模": "2",
        "注册资本": "300",
        "成立日期": "2016-05-04",
        "证照有效期至": "2099-12-31",
    },
    "place": {"所在地区": "鼓楼区", "详细地址": "软件大道89号"},
    "permit": {"许可证编号": "闽人服证字0001号", "许可证有效期至": "2099-12-31"},
    "contact": {"身份证号后四位": "123X"},
    "profile": {"单位简介": "为福州的制造企业代招毕业生。"},
}
PAPERS = {"营业执照或法人证书": "licence", "授权书（盖章）": "letter", "人力资源服务许可证": "permit"}


@pytest.fixture
def school(transactional_db, settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    compiled.forget()
    kit.school()


def knock(page: Page, code: str) -> None:
    page.goto("/account/sign-in/")
    page.get_by_role("link", name="注册用人单位").click()
    at(page, "/employer/register/", "register")
    page.get_by_label("单位全称").fill(NAME)
    page.get_by_label("统一社会信用代码").fill(code)
    press(page, "下一步")


def open_account(page: Page, name: str, email: str) -> None:
    page.get_by_label("你的姓名").fill(name)
    page.get_by_label("你的职务").fill("招聘经理")
    page.get_by_label("你的电话").fill("0591-87654321")
    page.get_by_label("电子邮箱").fill(email)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("再输一遍密码").fill(PASSWORD)


def write_application(page: Page) -> None:
    for step, answers in ANSWERS.items():
        at(page, f"/application/{step}/", f"employer-{step}")
        fill(page, answers)
        press(page, "下一步")
    at(page, "/application/papers/", "employer-papers")
    for label, name in PAPERS.items():
        add_paper(page, label, name)


def add_paper(page: Page, label: str, name: str) -> None:
    question = page.locator("fieldset.field", has=page.locator("legend", has_text=label))
    question.locator("input[type=file][multiple]").set_input_files(photograph(name))
    expect(question.locator(".file-row", has_text=name)).to_be_visible()
    expect(question.locator(".file-row progress:visible")).to_have_count(0)


def hand_in(page: Page) -> None:
    press(page, "下一步")
    at(page, "/application/review/", "employer-review")
    page.get_by_role("checkbox").check()
    press(page, "提交")
    at(page, "/employer/submitted/", "employer-submitted")
    expect(page.locator("[aria-current=step]")).to_contain_text("单位审核")


def sit_down(page: Page, role: str) -> None:
    page.context.clear_cookies()
    sign_in(page, kit.reviewer(role), kit.PASSWORD)
    expect(page.locator(".task-title")).to_contain_text(NAME)
    look(page, f"desk-{role}")


def send_back(page: Page) -> None:
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_label("经办人授权不足").check()
    dialog.get_by_label("授权书（盖章）").check()
    dialog.locator("textarea").fill(REASON)
    look(page, "employer-return")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-row]")).to_have_count(0)


def approve(page: Page) -> None:
    page.keyboard.press("a")
    expect(page.locator("[data-row]")).to_have_count(0)


def state() -> str:
    return Employer.objects.get().state


def test_employer_registers_corrects_and_is_admitted_by_two(phone: Page, desktop: Page, school: None):
    code = kit.uscc()
    knock(phone, code)
    at(phone, "/register/account/", "register-account")
    open_account(phone, "林晓东", "lin@gushan.example.com")
    press(phone, "注册并填写")
    write_application(phone)
    hand_in(phone)
    wait_until(phone, lambda: state() == EmployerState.APPLIED)

    sit_down(desktop, Role.EMPLOYER_REVIEWER)
    send_back(desktop)
    wait_until(desktop, lambda: state() == EmployerState.RETURNED)
    phone.goto("/employer/")
    expect(phone.get_by_text(REASON)).to_be_visible()
    look(phone, "employer-returned")
    press(phone, "现在修改")
    at(phone, "/application/papers/", "employer-correct")
    add_paper(phone, "授权书（盖章）", "letter-again")
    hand_in(phone)
    wait_until(phone, lambda: state() == EmployerState.APPLIED)

    for role in (Role.EMPLOYER_REVIEWER, Role.EMPLOYER_SECOND_REVIEWER):
        sit_down(desktop, role)
        approve(desktop)
    wait_until(desktop, lambda: state() == EmployerState.APPROVED)

    phone.goto("/employer/")
    expect(phone.get_by_text("已入库").first).to_be_visible()
    look(phone, "employer-admitted")
    look_it_up(desktop, code)
    ask_and_let_in(desktop, phone, code)
    report = verify_trail()
    assert (report.cases, report.fault) == (1, None)


def look_it_up(page: Page, code: str) -> None:
    """The library finds it by its initials; the phone is shown once somebody says what for."""
    page.goto("/desk/employers/?q=fzgsrc")
    look(page, "library")
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(code)
    look(page, "library-detail")
    page.get_by_role("button", name=re.compile("显示电话")).click()
    page.get_by_role("button", name="联系本人").click()
    expect(page.get_by_text("0591-87654321")).to_be_visible()


def ask_and_let_in(colleague: Page, owner: Page, code: str) -> None:
    colleague.context.clear_cookies()
    colleague.goto("/employer/register/")
    colleague.get_by_label("单位全称").fill("不记得全称")
    colleague.get_by_label("统一社会信用代码").fill(code)
    press(colleague, "下一步")
    at(colleague, "/register/join/", "register-join")
    expect(colleague.get_by_text(NAME)).to_have_count(0)
    open_account(colleague, "陈小雨", "chen@gushan.example.com")
    press(colleague, "申请加入")
    at(colleague, "/employer/", "employer-waiting")
    expect(colleague.get_by_text(NAME)).to_have_count(0)

    owner.goto("/employer/")
    owner.get_by_text("1 人申请加入").click()
    at(owner, "/employer/people/", "employer-people")
    press(owner, "同意加入")
    expect(owner.get_by_text("陈小雨 现在可以代表贵单位了")).to_be_visible()
    colleague.goto("/employer/")
    expect(colleague.get_by_text(NAME)).to_be_visible()

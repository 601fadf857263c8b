"""The small courtesies of a graduate's phone: the marked field first, an error where it belongs, and gone again."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_student
from forms.models import Draft
from processes import compiled
from students.models import Student
from tests.accessibility import faults_of
from tests.waiting import close

#: A phone at the edge of its network.
SLOW = {"offline": False, "latency": 600, "downloadThroughput": -1, "uploadThroughput": -1}
IN_VIEW = """(selector) => {
  const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
  return top >= 0 && bottom <= document.querySelector(".me-dock").getBoundingClientRect().top;
}"""


@pytest.fixture
def student(transactional_db, settings, tmp_path: Path) -> Student:
    settings.MEDIA_ROOT = tmp_path
    compiled.forget()
    return make_student("王晓雨")


@pytest.fixture
def page(chromium: Browser, live_server, student: Student):
    """The graduate's phone; a form that is sent back with errors is noted by the browser's console."""
    context = chromium.new_context(
        base_url=live_server.url,
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
        locale="zh-CN",
    )
    client = Client()
    client.force_login(student.user)
    name = django_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    yield context.new_page()
    close(context)


def test_returned_filing_opens_at_the_marked_field(page: Page, student: Student):
    filing = kit.submit(student)
    kit.review(
        filing, kit.Decision("return", reason_code="R02", text="地址请写全", fields=("employer_address",))
    )
    page.goto("/me/")
    page.get_by_role("link", name="现在修改").click()
    expect(page.locator("#employer_address .form-mark")).to_have_text("地址请写全")
    assert page.evaluate(IN_VIEW, "#employer_address")


def test_missing_declaration_is_said_where_it_is_given(page: Page, student: Student):
    kit.write(student)
    page.goto("/me/filing/review/")
    page.get_by_role("button", name="提交").click()
    declared = page.get_by_role("checkbox")
    expect(declared).to_be_focused()
    expect(declared).to_have_accessible_description("提交前请先确认本人承诺。")
    assert page.evaluate(IN_VIEW, "#declared-error")
    assert faults_of(page) == []


def test_fault_goes_away_with_its_answer_and_the_others_stay(page: Page, student: Student):
    kit.write(student, employer_name="", employer_address="")
    page.goto("/me/filing/employer/")
    page.get_by_role("button", name="下一步").click()
    faults = page.locator("[data-faults] li")
    expect(faults).to_have_text(["请填写“单位名称”。", "请填写“单位地址”。"])
    page.get_by_label("单位地址").fill("软件大道89号")
    expect(faults).to_have_text(["请填写“单位名称”。"])
    expect(page.get_by_label("单位地址")).not_to_have_class("is-invalid")
    expect(page.locator("#employer_name .field-errors").first).to_have_text("请填写“单位名称”。")
    page.get_by_label("单位名称").fill("杭州启明科技有限公司")
    expect(page.locator("[data-faults]")).to_have_count(0)


def test_region_that_is_still_on_its_way_goes_out_with_the_page(page: Page, student: Student):
    filing = kit.write(student, employer_region="")
    page.goto("/me/filing/employer/")
    question = page.locator("#employer_region")
    question.get_by_role("searchbox").fill("福州")
    hit = question.locator(".region-results").get_by_text("鼓楼").first
    expect(hit).to_be_visible()
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send("Network.emulateNetworkConditions", SLOW)
    hit.click()
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/filing/job/")
    assert Draft.objects.get(case_id=filing.case_id).values["employer_region"] == "350102"

"""A form on a phone: it saves itself, asks what it has to, and loses nothing."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pytest
from django.conf import settings as django_settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from accounts.models import User
from forms import actions, queries
from forms.tests.sample import SAMPLE
from tests import form_page
from tests.accessibility import faults_of
from tests.form_page import CASE
from tests.waiting import Hold, close, wait_until

pytestmark = [pytest.mark.urls("tests.form_page"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def student(transactional_db) -> User:
    return User.objects.create_user("20230001", "王晓雨")


def open_form(page: Page, live_server, student: User) -> None:
    client = Client()
    client.force_login(student)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.goto("/try/")


@pytest.fixture
def form(phone: Page, live_server, student, media) -> Page:
    open_form(phone, live_server, student)
    return phone


@pytest.fixture
def shaky(chromium: Browser, live_server, student, media):
    """A phone whose network may fail, which the browser complains about."""
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 360, "height": 740}, locale="zh-CN"
    )
    page = context.new_page()
    open_form(page, live_server, student)
    yield page
    close(context)


def saved(page: Page) -> None:
    expect(page.locator("[data-form-status]")).to_contain_text("已保存")


def draft_holds(page: Page, key: str, value: str) -> None:
    """Waits until the server has the answer."""

    def is_there() -> bool:
        draft = queries.draft_of(CASE)
        return draft is not None and draft.values.get(key) == value

    wait_until(page, is_there)


def photo(color: str = "red") -> dict:
    buffer = io.BytesIO()
    Image.new("RGB", (800, 600), color).save(buffer, "JPEG")
    return {"name": f"{color}.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


#: Choose in a select as soon as it is put into the page, faster than any hand.
CHOOSE_AT_ONCE = """([label, value]) => new MutationObserver((_, watch) => {
  const select = document.querySelector(`[aria-label="${label}"]`);
  if (!select) return;
  watch.disconnect();
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}).observe(document.body, { childList: true, subtree: true })"""


@pytest.fixture
def hold(monkeypatch) -> Iterator[Callable[..., Hold]]:
    """Stop the server the next time it calls `owner.name`: before it does so, or with the answer in hand."""
    holds: list[Hold] = []

    def stop_at(owner: Any, name: str, *, before: bool = False) -> Hold:
        call, moment = getattr(owner, name), Hold()

        def stopping(*args: Any, **kwargs: Any) -> Any:
            if before:
                moment.stop()
            answer = call(*args, **kwargs)
            moment.stop()
            return answer

        monkeypatch.setattr(owner, name, stopping)
        holds.append(moment)
        return moment

    yield stop_at
    for moment in holds:
        moment.release()


def test_form_saves_itself(form):
    form.get_by_label("起薪").fill("6500")
    saved(form)
    draft_holds(form, "pay", "6500")
    form.get_by_label("起薪").fill("7000")
    draft_holds(form, "pay", "7000")
    form.reload()
    expect(form.get_by_label("起薪")).to_have_value("7000")
    assert form.evaluate("localStorage.length") == 0


def test_choice_brings_its_questions_and_keeps_focus_and_words(form):
    expect(form.get_by_label("单位名称")).to_have_count(0)
    form.get_by_label("起薪").fill("6500")
    form.get_by_label("去向类别").focus()
    form.get_by_label("去向类别").select_option("10")
    expect(form.get_by_label("单位名称")).to_be_visible()
    expect(form.get_by_label("起薪")).to_have_value("6500")
    expect(form.get_by_label("去向类别")).to_be_focused()
    form.get_by_label("去向类别").select_option("801")
    expect(form.get_by_label("单位名称")).to_have_count(0)


def test_what_is_typed_while_questions_come_anew_stays(form):
    form.route("**/try/", lambda route: (form.wait_for_timeout(600), route.continue_()))
    form.get_by_label("去向类别").select_option("10")
    form.get_by_label("起薪").press_sequentially("8888", delay=30)
    expect(form.get_by_label("单位名称")).to_be_visible()
    expect(form.get_by_label("起薪")).to_have_value("8888")
    draft_holds(form, "pay", "8888")


def test_region_is_chosen_level_by_level(form):
    form.get_by_label("去向类别").select_option("10")
    form.get_by_label("单位名称").fill("测试公司")
    form.get_by_label("起薪").focus()
    region = form.get_by_role("group", name="字段region")
    region.get_by_label("省份").select_option("330000")
    region.get_by_label("城市").select_option("330100")
    region.get_by_label("区县").select_option("330106")
    expect(region.get_by_label("区县")).to_have_value("330106")
    draft_holds(form, "region", "330106")
    form.reload()
    expect(form.get_by_role("group", name="字段region").get_by_label("区县")).to_have_value("330106")


def test_region_listens_from_the_moment_it_is_shown(form):
    form.get_by_label("去向类别").select_option("10")
    form.get_by_label("单位名称").fill("测试公司")
    form.get_by_label("起薪").focus()
    region = form.get_by_role("group", name="字段region")
    expect(region.get_by_label("省份")).to_be_visible()
    form.evaluate(CHOOSE_AT_ONCE, ["城市", "330100"])
    region.get_by_label("省份").select_option("330000")
    expect(region.get_by_label("区县")).to_be_visible()


def test_region_is_found_by_its_name(form):
    form.get_by_label("去向类别").select_option("10")
    form.get_by_label("单位名称").fill("测试公司")
    form.get_by_label("起薪").focus()
    region = form.get_by_role("group", name="字段region")
    region.get_by_role("searchbox").press_sequentially("西湖")
    region.get_by_role("button", name="浙江省杭州市西湖区").click()
    expect(region.get_by_label("区县")).to_have_value("330106")
    expect(region.get_by_role("button", name="西湖")).to_have_count(0)
    draft_holds(form, "region", "330106")


def test_wrong_number_is_told_when_it_is_left(form):
    form.get_by_label("字段phone").fill("12345")
    form.get_by_label("起薪").fill("6500")
    expect(form.get_by_text("11 位手机号")).to_be_visible()
    form.get_by_label("字段phone").fill("13800138000")
    form.get_by_label("起薪").focus()
    expect(form.get_by_text("11 位手机号")).to_have_count(0)


def test_next_shows_what_is_missing(form):
    form.get_by_role("button", name="Next").click()
    expect(form.locator("#category .field-errors").first).to_contain_text("去向类别")
    assert form.get_by_label("去向类别").get_attribute("aria-invalid") == "true"


def test_photo_is_uploaded_shown_and_removed(form):
    form.locator("input[name=proof]").set_input_files([photo("red"), photo("blue")])
    expect(form.locator(".file-row[data-file]")).to_have_count(2)
    assert queries.attachments_of(CASE).present().count() == 2
    form.get_by_role("button", name="red.jpg").click()
    expect(form.locator(".file-row")).to_have_count(1)
    assert queries.attachments_of(CASE).present().get().name == "blue.jpg"


def attach(form: Page, color: str) -> None:
    form.locator("input[name=proof]").set_input_files(photo(color))


def files_shown(form: Page, *colors: str) -> None:
    """Waits until just these files are in the list, and none is under way."""
    expect(form.locator(".file-row .file-name")).to_have_text([f"{color}.jpg" for color in colors])
    expect(form.locator(".file-row:not([data-file])")).to_have_count(0)


def test_late_answer_to_one_photo_does_not_hide_the_next(form, hold):
    late = hold(form_page, "files")
    form.locator("input[name=proof]").set_input_files([photo("red"), photo("blue")])
    late.wait_until_reached()
    form.wait_for_timeout(500)  # enough for the second one to overtake the first
    late.release()
    files_shown(form, "red", "blue")


def test_photo_that_was_removed_during_an_upload_stays_away(form, hold):
    attach(form, "red")
    files_shown(form, "red")
    late = hold(form_page, "files")
    attach(form, "blue")
    late.wait_until_reached()
    form.get_by_role("button", name="red.jpg").click()
    expect(form.get_by_role("button", name="red.jpg")).to_have_count(0)
    late.release()
    files_shown(form, "blue")


def test_photo_that_came_during_a_removal_stays(form, hold):
    attach(form, "red")
    files_shown(form, "red")
    late = hold(form_page, "files")
    form.get_by_role("button", name="red.jpg").click()
    late.wait_until_reached()
    attach(form, "blue")
    expect(form.locator(".file-row[data-file]", has_text="blue.jpg")).to_have_count(1)
    late.release()
    files_shown(form, "blue")


def test_photo_on_its_way_arrives_though_questions_come_anew(form, hold):
    slow = hold(actions, "attach", before=True)
    attach(form, "red")
    slow.wait_until_reached()
    form.get_by_label("去向类别").select_option("10")
    expect(form.get_by_label("单位名称")).to_be_visible()
    expect(form.locator(".file-row", has_text="red.jpg")).to_have_count(1)
    slow.release()
    files_shown(form, "red")


def test_photo_that_arrived_while_questions_came_anew_stays(form):
    form.route("**/try/", lambda route: answer_late(form, route))
    form.get_by_label("去向类别").select_option("10")
    attach(form, "red")
    files_shown(form, "red")
    expect(form.get_by_label("单位名称")).to_be_visible()
    files_shown(form, "red")


def answer_late(form: Page, route: Route) -> None:
    """Let the server answer now, and the page hear of it when a photo has come."""
    answer = route.fetch()
    form.wait_for_selector(".file-row[data-file]")
    route.fulfill(response=answer)


def test_pages_are_accessible(form):
    form.get_by_label("去向类别").select_option("10")
    form.get_by_label("单位名称").fill("测试公司")
    form.locator("input[name=proof]").set_input_files(photo())
    expect(form.locator(".file-row[data-file]")).to_have_count(1)
    assert faults_of(form) == []
    with form.expect_navigation():
        form.get_by_role("button", name="Next").click()
    assert faults_of(form) == []
    assert form.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_refused_file_says_why(shaky):
    disguised = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"MZ\x90\x00" * 10}
    shaky.locator("input[name=proof]").set_input_files(disguised)
    expect(shaky.locator(".file-row .field-errors")).to_contain_text("PDF")
    expect(shaky.locator(".file-row img")).to_have_count(0)
    assert not queries.attachments_of(CASE).exists()


def test_upload_without_network_can_be_repeated(shaky):
    shaky.context.set_offline(True)
    shaky.locator("input[name=proof]").set_input_files(photo())
    again = shaky.locator("[data-retry]")
    expect(again).to_be_visible()
    shaky.context.set_offline(False)
    again.click()
    expect(shaky.locator(".file-row[data-file]")).to_have_count(1)


def test_nothing_is_lost_without_network(shaky):
    shaky.context.set_offline(True)
    shaky.get_by_label("起薪").fill("6500")
    expect(shaky.locator("[data-form-status]")).to_contain_text("没有网络")
    shaky.get_by_label("起薪").fill("7000")
    shaky.context.set_offline(False)
    saved(shaky)
    draft_holds(shaky, "pay", "7000")
    saved(shaky)
    assert shaky.evaluate("localStorage.length") == 0


def test_answers_survive_a_closed_page_without_network(shaky):
    shaky.context.set_offline(True)
    shaky.get_by_label("起薪").fill("6500")
    expect(shaky.locator("[data-form-status]")).to_contain_text("没有网络")
    shaky.goto("about:blank")
    shaky.context.set_offline(False)
    shaky.goto("/try/")
    expect(shaky.get_by_label("起薪")).to_have_value("6500")
    saved(shaky)
    draft_holds(shaky, "pay", "6500")


def test_what_is_typed_after_a_choice_without_network_stays(shaky):
    shaky.context.set_offline(True)
    shaky.get_by_label("去向类别").select_option("10")
    expect(shaky.locator("[data-form-status]")).to_contain_text("没有网络")
    shaky.get_by_label("起薪").fill("7000")
    shaky.context.set_offline(False)
    expect(shaky.get_by_label("单位名称")).to_be_visible()
    expect(shaky.get_by_label("起薪")).to_have_value("7000")
    draft_holds(shaky, "pay", "7000")


def test_choice_made_while_words_wait_for_the_network_brings_its_questions(shaky):
    shaky.context.set_offline(True)
    shaky.get_by_label("起薪").fill("7000")
    expect(shaky.locator("[data-form-status]")).to_contain_text("没有网络")
    shaky.get_by_label("去向类别").select_option("10")
    shaky.context.set_offline(False)
    expect(shaky.get_by_label("单位名称")).to_be_visible()
    expect(shaky.get_by_label("起薪")).to_have_value("7000")


def test_lost_answer_is_no_conflict(shaky):
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    shaky.route("**/try/", lose)
    shaky.get_by_label("起薪").fill("6500")
    expect(shaky.locator("[data-form-status]")).to_contain_text("没有网络")
    shaky.get_by_label("起薪").fill("7000")
    saved(shaky)
    draft_holds(shaky, "pay", "7000")


def test_other_page_saved_meanwhile(shaky, student):
    version = actions.current_version("sample", SAMPLE)
    actions.save_draft(CASE, version, {"pay": "1"}, 0, by=student)
    shaky.get_by_label("起薪").fill("6500")
    expect(shaky.locator("[data-form-status]")).to_contain_text("另一个页面或手机")
    assert queries.draft_of(CASE).values == {"pay": "1"}
    shaky.reload()
    shaky.get_by_role("button", name="使用").click()
    saved(shaky)
    draft_holds(shaky, "pay", "6500")


def test_form_works_without_script(chromium: Browser, live_server, student, media):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    open_form(page, live_server, student)
    page.get_by_label("去向类别").select_option("10")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("单位名称").fill("测试公司")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("省份").select_option("110000")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("区县").select_option("110101")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_label("区县")).to_have_value("110101")
    draft_holds(page, "region", "110101")
    close(context)


def test_document_with_a_program_is_refused(shaky):
    buffer = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.save(buffer)
    file = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": buffer.getvalue()}
    shaky.locator("input[name=proof]").set_input_files(file)
    expect(shaky.locator(".file-row .field-errors")).to_contain_text("程序")

"""A reviewer at the desk, in a real browser."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import APIResponse, Page, Route, expect

from accounts.models import User
from accounts.roles import Role
from approvals.actions import Actor, Decision, decide
from common.paging import page_of_keys
from destinations.flows.filing import actions as filing_actions
from destinations.flows.filing.tests import kit
from destinations.models import Destination
from destinations.tests.kit import make_class, make_student
from forms.models import Attachment
from processes import compiled
from processes.models import Task
from tests.accessibility import faults_of

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
PASSWORD = "a long pass phrase"


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def counselor(transactional_db, media) -> User:
    compiled.forget()  # of the database of the test before
    return kit.reviewer(Role.COUNSELOR, make_class())


@pytest.fixture
def file_many(counselor) -> Callable[[int], list[Destination]]:
    """Hand in that many filings of graduates called 赵小雨, 钱小雨, ..."""

    def file(count: int, **student: Any) -> list[Destination]:
        names = [f"{SURNAMES[number]}小雨" for number in range(count)]
        return [kit.submit(make_student(name, name_pinyin="xiaoyu xxy", **student)) for name in names]

    return file


def open_desk(page: Page, live_server, person: User, path: str = "/desk/") -> Page:
    client = Client()
    client.force_login(person)
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page.goto(path)
    return page


@pytest.fixture
def desk(desktop: Page, live_server, counselor) -> Callable[..., Page]:
    """Open the counselor's desk, 1280 px wide."""

    def opened(path: str = "/desk/") -> Page:
        open_desk(desktop, live_server, counselor, path)
        expect(title(desktop)).to_have_count(1)
        return desktop

    return opened


@pytest.fixture
def rough(chromium, live_server, counselor) -> Iterator[Page]:
    """The counselor's desk when things go wrong, about which the browser complains in its console."""
    size = {"width": 1280, "height": 800}
    context = chromium.new_context(base_url=live_server.url, viewport=size, locale="zh-CN")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def title(page: Page):
    return page.locator("#task-pane .task-title")


def names(page: Page) -> list[str]:
    return page.locator("[data-row] .task-name").all_inner_texts()


def outcomes(person: User) -> list[str]:
    return sorted(Task.objects.filter(decided_by=person).values_list("outcome", flat=True))


def wait_for(page: Page, ready: Callable[[], bool]) -> None:
    """Until the server has written what the page promised."""
    for _each in range(400):
        if ready():
            return
        page.wait_for_timeout(50)
    raise AssertionError("not within 20 seconds")


def test_reviewer_clears_twenty_filings_without_touching_the_mouse(desktop, counselor, file_many):
    file_many(20)
    keys = desktop.keyboard
    desktop.goto("/desk/")
    while desktop.evaluate("document.activeElement.name") != "username":
        keys.press("Tab")
    keys.type(counselor.username)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")

    # Twelve look right: one key each, and the next one opens by itself.
    seen = []
    for _each in range(12):
        expect(title(desktop)).to_have_count(1)
        if seen:
            expect(title(desktop)).not_to_have_text(seen[-1])
        seen.append(title(desktop).inner_text())
        keys.press("a")
    assert len(set(seen)) == 12

    # One has a proof nobody can read.
    expect(title(desktop)).not_to_have_text(seen[-1])
    returned = title(desktop).inner_text()
    keys.press("r")
    keys.press("3")
    keys.type("公章不清晰，请重新拍照")
    keys.press("Control+Enter")
    expect(title(desktop)).not_to_have_text(returned)

    # One is looked up by its initials, skipped, and found again.
    keys.press("/")
    keys.type(names(desktop)[-1][:1] + "小雨")
    keys.press("Enter")
    expect(desktop.locator("[data-row]")).to_have_count(1)
    found = names(desktop)[0]
    expect(title(desktop)).to_have_text(found)
    keys.press("a")
    expect(desktop.locator("#task-pane")).to_contain_text("没有符合条件的")

    # The last six go together.
    keys.press("/")
    keys.press("Control+a")
    keys.press("Backspace")
    expect(desktop.locator("[data-row]")).to_have_count(6)
    keys.press("Escape")
    keys.press("x")
    for _each in range(5):
        keys.press("J")
    expect(desktop.locator("[data-picked]")).to_have_text("6")
    keys.press("a")
    dialog = desktop.get_by_role("dialog", name="批量办理")
    expect(dialog).to_contain_text("6 件可以通过")
    expect(dialog.get_by_role("button", name="通过 6 件")).to_be_focused()
    keys.press("Enter")
    expect(dialog).to_contain_text("已通过 6 件")
    expect(dialog.get_by_role("button", name="返回列表")).to_be_focused()
    keys.press("Enter")
    expect(desktop.locator(".inbox-side")).to_contain_text("没有待办")
    wait_for(desktop, lambda: outcomes(counselor) == ["approve"] * 19 + ["return"])
    sent_back = Task.objects.get(outcome="return")
    assert sent_back.process.title == returned
    assert Task.objects.get(process=sent_back.process, finished=None).data["reason_code"] == "R03"


def test_approved_row_leaves_at_once_and_the_counts_follow(desk, file_many, counselor):
    file_many(3)
    page = desk()
    first = title(page).inner_text()
    page.keyboard.press("a")
    expect(page.locator(".inbox-step [data-count]")).to_have_text("2")
    expect(title(page)).not_to_have_text(first)
    expect(page.locator("[data-row]", has_text=first)).to_have_count(0)
    wait_for(page, lambda: outcomes(counselor) == ["approve"])


class Late:
    """Answers to searches of the list, taken from the server and kept back."""

    def __init__(self, page: Page) -> None:
        self._page, self._keeping = page, True
        self._kept: list[tuple[Route, APIResponse]] = []
        page.route("**/desk/?*", self._take)

    def _take(self, route: Route) -> None:
        answer = route.fetch()
        if self._keeping:
            self._kept.append((route, answer))
        else:
            route.fulfill(response=answer)

    def wait_for_one(self) -> None:
        wait_for(self._page, lambda: bool(self._kept))

    def come(self) -> None:
        """Let go of them, and of what is asked for from now on."""
        self._keeping = False
        for route, answer in self._kept:
            route.fulfill(response=answer)


def test_list_asked_for_before_a_decision_does_not_bring_the_row_back(desk, file_many, counselor):
    file_many(3)
    page = desk()
    first = title(page).inner_text()
    late = Late(page)
    page.get_by_role("searchbox").fill("小雨")
    late.wait_for_one()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(title(page)).not_to_have_text(first)
    wait_for(page, lambda: outcomes(counselor) == ["approve"])
    late.come()
    expect(page.locator(".inbox-narrowing")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator("[data-row]", has_text=first)).to_have_count(0)
    expect(page.locator(".inbox-step [data-count]")).to_have_text("2")


def test_enter_opens_the_first_match_though_an_earlier_search_is_late(desk, file_many):
    file_many(3)
    page = desk()
    late = Late(page)
    page.keyboard.press("/")
    page.keyboard.type("小雨")
    late.wait_for_one()
    page.get_by_role("searchbox").fill("钱小雨")
    page.keyboard.press("Enter")
    late.come()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(title(page)).to_have_text("钱小雨")


def test_task_a_colleague_decided_meanwhile_says_who_and_the_reviewer_goes_on(
    rough, live_server, file_many, counselor
):
    filings = file_many(3)
    page = open_desk(rough, live_server, counselor)
    first = title(page).inner_text()
    colleague = User.objects.create_user("c2", "孙老师")
    colleague.appointments.create(role=Role.COUNSELOR, unit=make_class())
    task = kit.open_task(next(filing for filing in filings if filing.student.name == first))
    decide(task.pk, Decision("approve"), Actor(colleague))
    page.keyboard.press("a")
    row = page.locator(f"#row-{task.pk}")
    expect(row).to_contain_text("孙老师 已于 今天")
    expect(title(page)).not_to_have_text(first)
    expect(page.locator(".inbox-step [data-count]")).to_have_text("2")
    expect(page.locator("[data-announce]")).to_contain_text("孙老师")
    page.keyboard.press("k")
    expect(title(page)).not_to_have_text(first)


def test_decision_the_server_refuses_brings_the_row_back_with_the_reason(
    rough, live_server, file_many, counselor
):
    filings = file_many(2)
    page = open_desk(rough, live_server, counselor)
    first = title(page).inner_text()
    task = kit.open_task(next(filing for filing in filings if filing.student.name == first))
    Task.objects.filter(pk=task.pk).update(revision=5)
    page.keyboard.press("a")
    row = page.locator(f"[data-row='{task.pk}']")
    expect(row).to_contain_text("请重新查看后再决定")
    expect(page.locator(".inbox-step [data-count]")).to_have_text("2")
    page.keyboard.press("k")
    expect(title(page)).to_have_text(first)
    page.keyboard.press("a")  # read again, it can be decided
    expect(row).to_have_count(0)
    wait_for(page, lambda: Task.objects.get(pk=task.pk).outcome == "approve")


def test_decision_without_network_brings_the_row_back(rough, live_server, file_many, counselor):
    file_many(2)
    page = open_desk(rough, live_server, counselor)
    first = title(page).inner_text()
    expect(page.locator(".is-current")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.keyboard.press("a")
    expect(page.locator("[data-row]", has_text=first)).to_contain_text("网络")
    assert outcomes(counselor) == []


def test_key_held_down_decides_once(desk, file_many, counselor):
    file_many(3)
    page = desk()
    page.keyboard.down("a")
    for _each in range(6):
        page.keyboard.down("a")  # what a held key sends
    page.keyboard.up("a")
    wait_for(page, lambda: len(outcomes(counselor)) == 1)
    page.wait_for_timeout(300)
    assert outcomes(counselor) == ["approve"]


def test_double_click_decides_once(desk, file_many, counselor):
    file_many(3)
    page = desk()
    page.get_by_role("button", name="通过").dblclick()
    wait_for(page, lambda: len(outcomes(counselor)) == 1)
    page.wait_for_timeout(300)
    assert outcomes(counselor) == ["approve"]


def test_return_dialog_works_by_keyboard_alone_and_asks_for_words(desk, file_many, counselor):
    file_many(2)
    page = desk()
    first = title(page).inner_text()
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="退回修改")
    expect(dialog).to_be_visible()
    page.keyboard.press("7")  # a reason of this flow
    expect(dialog.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("太短")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_visible()
    page.keyboard.type("了，请写明原因")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # marks the first field
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(title(page)).not_to_have_text(first)
    wait_for(page, lambda: outcomes(counselor) == ["return"])
    reopened = Task.objects.get(process__title=first, finished=None)
    assert reopened.data["reason_code"] == "R41"
    assert reopened.data["fields"] == ["category"]


def test_escape_leaves_the_dialog_and_changes_nothing(desk, file_many, counselor):
    file_many(1)
    page = desk()
    page.keyboard.press("r")
    expect(page.get_by_role("dialog", name="退回修改")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="退回修改")).to_be_hidden()
    assert outcomes(counselor) == []


def test_whole_step_is_selected_with_its_number_and_one_row_taken_out_again(desk, file_many):
    file_many(4)
    page = desk()
    page.get_by_label("选择“辅导员审核”的全部 4 件").check()
    expect(page.locator("[data-picked]")).to_have_text("4")
    expect(page.locator("#task-pane .decision-bar")).to_be_hidden()
    page.locator("input[name=task]").nth(1).uncheck()
    expect(page.locator("[data-picked]")).to_have_text("3")
    page.keyboard.press("Escape")
    expect(page.locator(".batch-bar")).to_be_hidden()
    expect(page.locator("#task-pane .decision-bar")).to_be_visible()


def test_shift_click_selects_everything_between(desk, file_many):
    file_many(5)
    page = desk()
    boxes = page.locator("input[name=task]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator("[data-picked]")).to_have_text("4")


def test_batch_preview_names_what_cannot_be_approved(desk, file_many):
    filings = file_many(3)
    page = desk()
    page.locator("input[data-all]").check()
    kit.review(filings[0])
    for box in page.locator("input[name=task]").all():
        expect(box).to_be_checked()
    page.locator("input[name=task]").first.uncheck()
    page.locator("input[name=task]").first.check()  # singly selected now, the decided one among them
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog", name="批量办理")
    expect(dialog).to_contain_text("2 件可以通过")
    expect(dialog).to_contain_text("1 件不可办理")
    expect(dialog).to_contain_text(filings[0].student.name)
    assert faults_of(page) == []
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("已通过 2 件")
    assert faults_of(page) == []


def test_search_filters_and_the_open_task_stand_in_the_address(desk, file_many):
    file_many(3)
    page = desk()
    page.get_by_role("searchbox").fill("钱小雨")
    expect(page.locator("[data-row]")).to_have_count(1)
    assert "q=" in page.url
    page.reload()
    expect(page.locator("[data-row] .task-name")).to_have_text(["钱小雨"])
    page.keyboard.press("f")
    page.get_by_label("类别、单位或去向地").fill("没有这个单位")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(0)
    page.goto("/desk/")
    first = title(page).inner_text()
    page.keyboard.press("j")
    expect(title(page)).not_to_have_text(first)
    second = title(page).inner_text()
    assert "task=" in page.url
    page.reload()
    expect(title(page)).to_have_text(second)


def test_view_is_kept_by_keyboard_and_opens_first(desk, file_many):
    file_many(2)
    page = desk("/desk/?q=赵")
    page.keyboard.press("v")
    page.get_by_label("把当前筛选保存为视图").fill("姓赵")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("姓赵")
    page.keyboard.press("v")
    page.get_by_label("修改“姓赵”").click()
    page.get_by_role("button", name="设为默认").click()
    page.goto("/desk/")
    expect(page.get_by_role("heading", level=1)).to_have_text("姓赵")
    expect(page.locator("[data-row] .task-name")).to_have_text(["赵小雨"])


def test_more_rows_come_while_the_list_is_worked_off(desk, counselor, file_many, monkeypatch):
    monkeypatch.setattr("approvals.queries.page_of_keys", partial(page_of_keys, size=6))
    file_many(14)
    page = desk()
    for _each in range(14):
        before = title(page).inner_text()
        page.keyboard.press("a")
        expect(title(page).filter(has_text=before)).to_have_count(0)
    expect(page.locator("#task-pane")).to_contain_text("没有待办")
    wait_for(page, lambda: outcomes(counselor) == ["approve"] * 14)


def test_proof_is_enlarged_and_turned_by_keys(desk, file_many):
    file_many(1)
    page = desk()
    picture = page.locator("[data-proof-view] img").first
    expect(picture).to_be_visible()
    page.keyboard.press("+")
    expect(picture).to_have_css("transform", "matrix(1.4, 0, 0, 1.4, 0, 0)")
    page.keyboard.press("0")
    page.keyboard.press("o")
    expect(picture).to_have_attribute("style", re.compile(r"rotate\(90deg\)"))
    second = page.locator("[data-proof-view]").nth(1)
    second.focus()
    page.keyboard.press("+")
    expect(second.locator("img")).to_have_attribute("style", re.compile(r"scale\(1\.4\)"))


def test_proof_that_is_a_pdf_stands_in_the_page(desk, file_many):
    filing = file_many(1)[0]
    file = Attachment.objects.filter(case_id=kit.case_of(filing).pk).first()
    Attachment.objects.filter(pk=file.pk).update(content_type="application/pdf")
    page = desk()
    frame = page.locator("iframe.proof-pdf")
    expect(frame).to_have_attribute("src", f"/desk/files/{file.pk}/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_desk_is_accessible(desk, file_many, scheme, counselor):
    filings = file_many(3)
    kit.review(filings[0], kit.RETURN)
    kit.hand_in(filings[0])
    page = desk()
    page.emulate_media(color_scheme=scheme)
    expect(title(page)).to_have_count(1)
    assert faults_of(page) == []
    page.locator("[data-row]", has_text=filings[0].student.name).locator("a").click()
    expect(title(page)).to_have_text(filings[0].student.name)
    assert faults_of(page) == []
    page.keyboard.press("r")
    expect(page.get_by_role("dialog", name="退回修改")).to_be_visible()
    assert faults_of(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.get_by_label("学院、专业或班级")).to_be_visible()
    assert faults_of(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    assert faults_of(page) == []
    page.goto("/desk/done/")
    expect(page.locator(".done-row")).to_have_count(1)
    assert faults_of(page) == []


def overflow(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_phone_goes_from_list_to_task_to_next_task(phone, live_server, counselor, file_many):
    file_many(2)
    page = open_desk(phone, live_server, counselor)
    assert overflow(page) <= 0
    assert faults_of(page) == []
    first, second = names(page)
    page.get_by_text(first).tap()
    heading = page.get_by_role("heading", level=2, name=first)
    expect(heading).to_be_visible()
    expect(page.get_by_role("button", name="通过")).to_be_in_viewport()
    assert overflow(page) <= 0
    assert faults_of(page) == []
    page.get_by_role("button", name="退回").tap()
    dialog = page.get_by_role("dialog", name="退回修改")
    dialog.get_by_label("附件不清晰或无法打开").check()
    dialog.get_by_role("textbox").fill("公章不清晰，请重新拍照")
    assert faults_of(page) == []
    dialog.get_by_role("button", name="退回").tap()
    expect(page.get_by_role("heading", level=2, name=second)).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text(f"{first}：已退回")
    page.get_by_role("button", name="通过").tap()
    expect(page.locator(".inbox-side")).to_contain_text("没有待办")
    wait_for(page, lambda: outcomes(counselor) == ["approve", "return"])
    page.goto("/desk/done/")
    expect(page.locator(".done-row")).to_have_count(2)
    assert overflow(page) <= 0
    assert all(row.bounding_box()["height"] < 120 for row in page.locator(".done-row").all())
    assert faults_of(page) == []


def test_window_itself_never_rolls_when_an_answer_far_down_was_changed(desk, file_many, counselor):
    filing = file_many(1)[0]
    kit.review(filing, kit.RETURN)
    filing.refresh_from_db()
    filing_actions.save_answers(filing, {"archive_phone": "0571-99999999"}, kit.by(filing.student))
    kit.hand_in(filing)
    page = desk()
    expect(page.get_by_text("0571-99999999")).to_be_visible()
    page.keyboard.press("3")
    rolled = page.evaluate("[document.documentElement.scrollHeight - innerHeight, scrollY]")
    assert rolled == [0, 0]


def test_enter_in_the_search_opens_the_match_that_is_there_already(desk, file_many):
    file_many(3)
    page = desk()
    page.keyboard.press("/")
    page.keyboard.type("孙小雨")
    expect(page.locator("[data-row] .task-name")).to_have_text(["孙小雨"])
    page.keyboard.press("Enter")
    expect(title(page)).to_have_text("孙小雨")


def test_search_never_leaves_a_task_open_that_the_list_does_not_show(desk, file_many, counselor):
    file_many(3)
    page = desk()
    search = page.get_by_role("searchbox")
    search.fill("孙小雨")
    expect(title(page)).to_have_text("孙小雨")
    search.fill("没有这个人")
    expect(page.locator("[data-row]")).to_have_count(0)
    expect(title(page)).to_have_count(0)
    search.press("Escape")
    expect(search).to_have_value("没有这个人")
    page.keyboard.press("a")
    search.fill("")
    expect(page.locator("[data-row]")).to_have_count(3)
    assert outcomes(counselor) == []


def test_filter_is_filled_in_by_keyboard_and_its_keys_decide_nothing(desk, file_many, counselor):
    file_many(2)
    page = desk()
    page.keyboard.press("f")
    expect(page.get_by_label("学院、专业或班级")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("没有这个单位")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(0)
    expect(page.get_by_label("类别、单位或去向地")).not_to_be_visible()
    assert outcomes(counselor) == []


def test_keys_of_the_task_rest_while_a_menu_is_open(desk, file_many, counselor):
    file_many(2)
    page = desk()
    page.keyboard.press("v")
    expect(page.get_by_role("link", name="全部待办")).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="全部待办")).not_to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(2)
    assert outcomes(counselor) == []

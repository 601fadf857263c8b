"""A reviewer at the desk, in a real browser."""

import re
import sys
from functools import partial

import pytest
from playwright.sync_api import Page, Request, expect

from accounts.models import User
from accounts.roles import Role
from approvals.actions import Actor, Decision, add_signer, decide
from approvals.queries import inbox
from common.paging import page_of_keys
from destinations.flows.filing import actions as filing_actions
from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_class
from processes.models import Task
from tests.accessibility import faults_of
from tests.desk import names, open_desk, outcomes, title
from tests.waiting import Late, wait_until

PASSWORD = "a long pass phrase"
SEARCHES = "**/desk/?*"


def sign_in_by_keys(page: Page, person: User) -> None:
    page.goto("/desk/")
    while page.evaluate("document.activeElement.name") != "username":
        page.keyboard.press("Tab")
    page.keyboard.type(person.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def test_reviewer_clears_twenty_filings_without_touching_the_mouse(desktop, counselor, file_many):
    file_many(20)
    keys = desktop.keyboard
    sign_in_by_keys(desktop, counselor)

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
    wait_until(desktop, lambda: outcomes(counselor) == ["approve"] * 19 + ["return"])
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
    wait_until(page, lambda: outcomes(counselor) == ["approve"])


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
    expect(row).to_contain_text(re.compile(r"孙老师 已于 \d+月\d+日"))
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
    wait_until(page, lambda: Task.objects.get(pk=task.pk).outcome == "approve")


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


def decisions_sent(page: Page) -> list[Request]:
    """What the page posts from now on, as it posts it."""
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    return sent


def test_key_held_down_decides_once(desk, file_many, counselor):
    file_many(3)
    page = desk()
    sent = decisions_sent(page)
    page.keyboard.down("a")
    for _each in range(6):
        page.keyboard.down("a")  # what a held key sends
    page.keyboard.up("a")
    wait_until(page, lambda: outcomes(counselor) == ["approve"])
    assert len(sent) == 1


def test_double_click_decides_once(desk, file_many, counselor):
    file_many(3)
    page = desk()
    sent = decisions_sent(page)
    page.get_by_role("button", name="通过").dblclick()
    wait_until(page, lambda: outcomes(counselor) == ["approve"])
    assert len(sent) == 1


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
    wait_until(page, lambda: outcomes(counselor) == ["return"])
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


def rows_on_a_page(monkeypatch, number: int) -> None:
    monkeypatch.setattr(sys.modules[inbox.__module__], "page_of_keys", partial(page_of_keys, size=number))


def test_more_rows_come_while_the_list_is_worked_off(desk, counselor, file_many, monkeypatch):
    rows_on_a_page(monkeypatch, 6)
    file_many(14)
    page = desk()
    for _each in range(14):
        before = title(page).inner_text()
        page.keyboard.press("a")
        expect(title(page).filter(has_text=before)).to_have_count(0)
    expect(page.locator("#task-pane")).to_contain_text("没有待办")
    wait_until(page, lambda: outcomes(counselor) == ["approve"] * 14)


def test_list_that_ran_out_goes_on_when_its_next_page_comes(desktop, desk, file_many, monkeypatch):
    rows_on_a_page(monkeypatch, 2)
    filed = {filing.student.name for filing in file_many(3)}
    late = Late(desktop, SEARCHES)
    page = desk()
    late.wait_for_one()
    (on_next_page,) = filed.difference(names(page))
    for _each in range(2):
        before = title(page).inner_text()
        page.keyboard.press("a")
        expect(title(page).filter(has_text=before)).to_have_count(0)
    expect(page.locator("#task-pane")).to_contain_text("请从列表中选择一件")
    late.come()
    expect(title(page)).to_have_text(on_next_page)
    expect(page.locator("[data-row].is-current")).to_have_count(1)


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
    page.wait_for_load_state()
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
    wait_until(page, lambda: outcomes(counselor) == ["approve", "return"])
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


def test_decision_stays_in_sight_below_a_message_and_what_was_just_said(desk, file_many, counselor):
    file_many(1)
    page = desk()
    page.keyboard.press("a")
    wait_until(page, lambda: outcomes(counselor) == ["approve"])
    page.keyboard.press("z")
    expect(page.get_by_role("status").first).to_contain_text("已重新打开")
    expect(title(page)).to_have_count(1)
    expect(page.locator(".decision-bar")).to_be_in_viewport(ratio=1)
    page.keyboard.press(".")
    page.keyboard.press("c")
    expect(page.locator(".toast-note")).to_be_visible()
    toast, bar = (page.locator(each).bounding_box() for each in (".toast-note", ".decision-bar"))
    assert toast["y"] + toast["height"] <= bar["y"]


def test_menu_is_whole_where_nothing_else_stands_beside_it(desk, file_many, counselor):
    filing = file_many(1)[0]
    officer = kit.reviewers_of(filing.student)["college_review"]
    task = Task.objects.get(process=kit.case_of(filing), node_id="counselor_review")
    add_signer(task.pk, officer.pk, "before", Actor(counselor), text="请核对单位名称")
    page = desk()
    page.keyboard.press(".")
    expect(page.locator(".more-item").first).to_be_in_viewport(ratio=1)

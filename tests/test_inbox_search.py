"""A reviewer looks for tasks at the desk, in a real browser."""

from playwright.sync_api import expect

from tests.desk import outcomes, title
from tests.waiting import Late, wait_until

SEARCHES = "**/desk/?*"


def test_list_asked_for_before_a_decision_does_not_bring_the_row_back(desk, file_many, counselor):
    file_many(3)
    page = desk()
    first = title(page).inner_text()
    late = Late(page, SEARCHES)
    page.get_by_role("searchbox").fill("小雨")
    late.wait_for_one()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(title(page)).not_to_have_text(first)
    wait_until(page, lambda: outcomes(counselor) == ["approve"])
    late.come()
    expect(page.locator(".inbox-narrowing")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator("[data-row]", has_text=first)).to_have_count(0)
    expect(page.locator(".inbox-step [data-count]")).to_have_text("2")


def test_enter_opens_the_first_match_though_an_earlier_search_is_late(desk, file_many):
    file_many(3)
    page = desk()
    late = Late(page, SEARCHES)
    page.keyboard.press("/")
    page.keyboard.type("小雨")
    late.wait_for_one()
    page.get_by_role("searchbox").fill("钱小雨")
    page.keyboard.press("Enter")
    late.come()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(title(page)).to_have_text("钱小雨")


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
    page.wait_for_load_state()  # until then no script hears a key
    page.keyboard.press("v")
    page.get_by_label("修改“姓赵”").click()
    page.get_by_role("button", name="设为默认").click()
    page.goto("/desk/")
    expect(page.get_by_role("heading", level=1)).to_have_text("姓赵")
    expect(page.locator("[data-row] .task-name")).to_have_text(["赵小雨"])


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

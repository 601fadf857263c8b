"""A chain redesigned in the browser by somebody who never did: from sign-in to an added level, by mouse and keys."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.actions import add_unit, appoint
from accounts.models import UnitKind, User
from accounts.roles import Role
from destinations.flows.filing.forms import version
from processes.actions import load_definitions
from processes.bpmn.chain.reading import chain_of
from processes.bpmn.reader import read
from processes.evolve.models import Draft, Proposal
from tests.looking import CHINESE, ENGLISH, look, wrong_with

PASSWORD = "correct-horse-7"
PAGE = "/design/destination_filing/draft/chain/"
FREE = "university_approval_freelance"


@pytest.fixture
def officer(transactional_db) -> User:
    person = User.objects.create_user("T001", "刘老师", PASSWORD)
    appoint(person, Role.CAREER_CENTER_DIRECTOR, add_unit(None, UnitKind.UNIVERSITY, "启程大学"))
    load_definitions()
    version()
    return person


class Hand:
    """Whoever works the page; counts what a person would have to do."""

    def __init__(self, page: Page, language: str = CHINESE) -> None:
        self.page, self.steps = page, 0
        if language == ENGLISH:
            name, url = settings.LANGUAGE_COOKIE_NAME, page.context.pages[0].evaluate("location.origin")
            page.context.add_cookies([{"name": name, "value": "en", "url": url}])

    def click(self, where) -> None:
        self.steps += 1
        where.click()

    def write(self, where, text: str) -> None:
        self.steps += 1
        where.fill(text)

    def choose(self, where, value: str) -> None:
        self.steps += 1
        where.select_option(value)


def sign_in(page: Page, person: User, words: tuple[str, str] = ("学号或工号", "密码")) -> None:
    page.goto(f"/account/sign-in/?next={PAGE}")
    page.get_by_label(words[0]).fill(person.username)
    page.get_by_label(words[1]).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^[^?]*/draft/chain/"))


def text() -> str:
    return Draft.objects.get().text


def order() -> list[str]:
    return [level.element.id for level in chain_of(text()).levels()]


def card(page: Page, key: str):
    return page.locator(f"[data-card='{key}']")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (CHINESE, ("学号或工号", "密码", "增加一级", "本级设置", "名称", "角色", "保存", "已保存到草稿。")),
        (
            ENGLISH,
            (
                "Student number or staff number (employers: mail address)",
                "Password",
                "Add a level",
                "Settings of the level",
                "Name",
                "Role",
                "Save",
                "Saved in the draft.",
            ),
        ),
    ],
)
def test_level_is_added_in_a_handful_of_steps(desktop, officer, language, words):
    desktop.goto("/account/sign-in/")
    hand = Hand(desktop, language)
    sign_in(desktop, officer, words[:2])
    hand.steps += 3
    gap = desktop.locator("[data-gap='to_route']")
    hand.click(gap.locator("summary"))
    hand.click(gap.get_by_role("button", name=words[2]))
    expect(desktop.get_by_role("heading", name=words[3])).to_be_focused()
    hand.write(desktop.get_by_role("textbox", name=words[4], exact=True), "公示核对")
    hand.choose(desktop.get_by_label(words[5], exact=True), "college_officer")
    hand.choose(desktop.locator("[name=unit]"), "college")
    in_turn = desktop.locator("[name=sequential]")
    expect(in_turn).to_be_hidden()
    desktop.locator("[name=people]").select_option("all")
    expect(in_turn).to_be_visible()
    desktop.locator("[name=people]").select_option("one")
    hand.click(desktop.get_by_role("button", name=words[6]))
    expect(desktop.locator(".chain-said")).to_have_text(words[7])
    level = read(text()).elements["level_1"]
    assert (level.name, level.role, level.unit_kind) == ("公示核对", "college_officer", "college")
    assert order()[:3] == ["file", "counselor_review", "level_1"]
    names = frozenset({"公示核对", "刘老师", "启程大学"})
    assert wrong_with(desktop, f"chain-{language}", language=language, data=names) == []
    propose(hand)
    assert (Proposal.objects.get().text, hand.steps) == (text(), 13)


def propose(hand: Hand) -> None:
    """From the chain to a proposal that waits for a second person."""
    hand.click(hand.page.locator("#chain a[href$='/draft/']"))
    hand.click(hand.page.locator("a[href$='/draft/propose/']"))
    hand.write(hand.page.locator("[name=note]"), "辅导员之后增加公示核对")
    hand.click(hand.page.locator("form.design-terms button.btn-primary"))
    hand.page.wait_for_url(re.compile(r"/design/destination_filing/$"))


def test_level_is_dragged_into_another_place(desktop, officer):
    desktop.set_viewport_size({"width": 1280, "height": 1500})
    sign_in(desktop, officer)
    gap = desktop.locator("[data-gap='to_college']")
    handle = card(desktop, "university_review").locator("[data-handle]").bounding_box()
    there = gap.bounding_box()
    desktop.mouse.move(handle["x"] + 10, handle["y"] + 10)
    desktop.mouse.down()
    desktop.mouse.move(there["x"] + there["width"] / 2, there["y"] + there["height"] / 2, steps=6)
    expect(gap).to_have_class(re.compile("chain-wanted"))
    desktop.mouse.up()
    expect(desktop.locator(".chain-said")).to_have_text("已移动。")
    assert order()[-2:] == ["university_review", "college_review"]


def test_page_stays_where_it_is_when_a_level_is_saved(desktop, officer):
    sign_in(desktop, officer)
    card(desktop, "university_review").get_by_role("link").click()
    expect(desktop.get_by_role("heading", name="本级设置")).to_be_visible()
    desktop.evaluate("scrollTo(0, 300)")
    desktop.get_by_label("几个工作日内完成").fill("4")
    desktop.get_by_label("几个工作日内完成").evaluate("each => each.form.requestSubmit()")
    expect(desktop.locator(".chain-said")).to_have_text("已保存到草稿。")
    assert desktop.evaluate("scrollY") == 300


def test_level_is_moved_by_keys_and_taken_back(desktop, officer):
    sign_in(desktop, officer)
    up = card(desktop, FREE).get_by_role("button", name=re.compile("上移"))
    up.focus()
    desktop.keyboard.press("Enter")
    expect(desktop.locator(".chain-said")).to_have_text("已移动。")
    expect(card(desktop, FREE).get_by_role("button", name=re.compile("下移"))).to_be_focused()
    assert order().index(FREE) < order().index("college_approval_freelance")
    desktop.keyboard.press("z")
    expect(desktop.locator(".chain-said")).to_have_text("已撤销上一步。")
    assert order().index(FREE) > order().index("college_approval_freelance")


def test_condition_is_chosen_from_the_code_table(desktop, officer):
    sign_in(desktop, officer)
    desktop.get_by_role("link", name="再加一条路").click()
    desktop.get_by_label("比较什么").select_option("category")
    desktop.locator("input[value='80']").check()
    look(desktop, "chain-condition")
    desktop.get_by_role("button", name="保存").click()
    expect(desktop.locator(".chain-said")).to_have_text("已保存到草稿。")
    assert 'category == "80"' in [flow.condition for flow in read(text()).flows.values()]


def test_overlapping_condition_is_refused_in_plain_words(desktop, officer):
    sign_in(desktop, officer)
    desktop.get_by_role("link", name="再加一条路").click()
    desktop.get_by_label("比较什么").select_option("category")
    desktop.locator("input[value='76']").check()
    desktop.get_by_role("button", name="保存").click()
    expect(desktop.get_by_role("alert")).to_contain_text("两条去向的条件相同。")
    assert Draft.objects.count() == 0


def test_sheet_of_a_phone_changes_a_level(phone, officer):
    sign_in(phone, officer)
    look(phone, "chain-phone")
    card(phone, "counselor_review").get_by_role("link").click()
    expect(phone.get_by_role("heading", name="本级设置")).to_be_visible()
    look(phone, "chain-sheet")
    phone.get_by_label("几个工作日内完成").fill("4")
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator(".chain-said")).to_have_text("已保存到草稿。")
    assert read(text()).elements["counselor_review"].settings["dueWorkdays"] == "4"


@pytest.mark.parametrize("key", ["campus_talk", "employer_vetting"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_other_chains_look_right_in_light_and_dark(desktop, officer, key, scheme):
    sign_in(desktop, officer)
    desktop.set_viewport_size({"width": 1920, "height": 1080})
    desktop.emulate_media(color_scheme=scheme)
    desktop.goto(PAGE.replace("destination_filing", key))
    look(desktop, f"chain-{key}-{scheme}")

"""A desk that holds too much to be counted with its page, in a real browser."""

import sys
from functools import partial

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Unit, UnitKind
from accounts.roles import Role
from approvals.queries import counting, inbox
from common.paging import page_of_keys
from destinations.flows.filing.tests import kit
from tests.accessibility import faults_of
from tests.desk import open_desk, outcomes, title
from tests.waiting import Late, close, wait_until

COUNTS = "**/desk/counts/*"
STEP = "/desk/?step=destination_filing.counselor_review"


@pytest.fixture(autouse=True)
def _limit(monkeypatch):
    monkeypatch.setattr(counting, "MOST_COUNTED", 3)
    monkeypatch.setattr(sys.modules[inbox.__module__], "page_of_keys", partial(page_of_keys, size=4))


@pytest.fixture
def both_steps(counselor, file_many):
    """Five filings at the class and one at the college; the counselor is also the college's officer."""
    counselor.appointments.create(role=Role.COLLEGE_OFFICER, unit=Unit.objects.get(kind=UnitKind.COLLEGE))
    filings = file_many(6)
    kit.review(filings[0])


def numbers(page: Page) -> list[str]:
    return [text.split()[-1] for text in page.locator(".inbox-tabs a").all_inner_texts()]


def test_numbers_come_a_moment_after_the_page(desktop, desk, both_steps):
    late = Late(desktop, COUNTS)
    page = desk()
    late.wait_for_one()
    assert [text.split() for text in page.locator(".inbox-tabs a").all_inner_texts()] == [
        ["全部", "3+"],
        ["学院审核"],
        ["辅导员审核"],
    ]
    page.get_by_label("选择“辅导员审核”的全部").check()
    expect(page.locator("[data-picked]")).to_have_text("5+")
    place = page.locator("[data-row]").last.bounding_box()
    assert faults_of(page) == []
    late.come()
    expect(page.locator("[data-total]")).to_have_text("6")
    assert numbers(page) == ["6", "1", "5"]
    assert page.locator(".inbox-step [data-count]").all_inner_texts() == ["1", "5"]
    expect(page.locator("[data-picked]")).to_have_text("5")
    assert page.locator("[data-row]").last.bounding_box() == place
    expect(page.get_by_label("选择“辅导员审核”的全部")).to_be_checked()
    assert faults_of(page) == []


def test_decision_before_the_numbers_come_is_in_them(rough, live_server, both_steps, counselor):
    late = Late(rough, COUNTS)
    page = open_desk(rough, live_server, counselor, STEP)
    late.wait_for_one()
    first = title(page).inner_text()
    page.keyboard.press("a")
    expect(title(page)).not_to_have_text(first)
    wait_until(page, lambda: outcomes(counselor) == ["approve"] * 2)  # one before the page was opened
    late.come()
    expect(page.locator(".inbox-step [data-count]")).to_have_text("4")
    assert numbers(page) == ["6", "2", "4"]  # the step that follows is the reader's, too
    page.keyboard.press("a")
    expect(page.locator(".inbox-step [data-count]")).to_have_text("3")


def test_search_among_too_many_tells_its_numbers(desk, both_steps):
    page = desk()
    page.goto(f"{reverse('approvals:inbox')}?q=xxy")
    expect(page.locator("#inbox-matching")).to_have_text("6 件符合条件")


def test_reader_without_script_sees_that_it_is_more(chromium, live_server, counselor, both_steps):
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    page = open_desk(context.new_page(), live_server, counselor)
    expect(page.locator("[data-total]")).to_have_text("3+")
    close(context)


def test_phone_shows_the_numbers_without_overflow(phone, live_server, counselor, both_steps):
    page = open_desk(phone, live_server, counselor)
    expect(page.locator("[data-total]")).to_have_text("6")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert faults_of(page) == []

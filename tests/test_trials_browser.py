"""A draft tried out in a browser: replayed with its numbers, and played to its end by somebody who acts as each person."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Unit, User
from accounts.queries import university
from accounts.roles import Role
from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_student
from processes.engine.actor import Actor
from processes.evolve import drafts
from processes.models import DefinitionVersion, Event
from tests.desk import open_desk
from tests.looking import ENGLISH, look, wrong_with
from tests.test_design_browser import switch

PAGE = "/design/destination_filing/"
#: The college looks at what the counselor looked at.
OTHERS = 'qc:role="college_officer" qc:unit="college"'


@pytest.fixture
def director(counselor, file_many) -> User:
    """Three filings have finished, one is under way, and a draft asks the college in the counselor's place."""
    for filing in file_many(3):
        kit.approve_all(filing)
    kit.submit(make_student("韩小雨"))
    person = kit.reviewer(Role.CAREER_CENTER_DIRECTOR, university())
    version = DefinitionVersion.objects.get(definition__key="destination_filing")
    draft = drafts.begin(version, Actor(person))
    text = version.bpmn.replace('qc:role="counselor" qc:unit="class"', OTHERS)
    drafts.save(draft.pk, text, draft.revision, Actor(person))
    return person


def replay(page: Page) -> None:
    page.goto(f"{PAGE}draft/replay/")
    look(page, "trial-begin")
    page.get_by_label("哪些办件").select_option(index=0)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="重放").click()
    expect(page.get_by_text("重放了 3 件已办结的办件")).to_be_visible()


def test_replay_shows_its_numbers_and_the_cases_behind_them(desktop, live_server, director):
    open_desk(desktop, live_server, director, f"{PAGE}draft/")
    expect(desktop.get_by_text("将在新版本的对应步骤继续办理")).to_be_visible()
    look(desktop, "trial-draft")
    replay(desktop)
    look(desktop, "trial-replay")
    desktop.locator(".trial-tile a").first.click()
    expect(desktop.get_by_role("rowheader")).to_have_count(3)
    look(desktop, "trial-cases")
    desktop.goto(f"{PAGE}draft/chain/")
    expect(desktop.locator(".chain-live")).to_contain_text("重放 3 件已办结的办件")
    look(desktop, "trial-live")


def test_case_is_played_by_keys_to_its_end(desktop, live_server, director):
    events = Event.objects.count()
    open_desk(desktop, live_server, director, f"{PAGE}play/")
    look(desktop, "play-scene")
    desktop.get_by_role("button", name="开始推演").click()
    expect(desktop.locator(".dg-drawn .djs-shape.dg-current")).to_have_count(1)
    look(desktop, "play-begun")
    for _step in range(2):
        before = desktop.locator("[name=state]").first.get_attribute("value")
        desktop.keyboard.press("a")
        desktop.wait_for_function(
            "before => document.querySelector('[name=state]').value !== before", arg=before
        )
    expect(desktop.locator(".dg-drawn .djs-shape.dg-current")).to_have_count(1)
    look(desktop, "play-review")
    switch(desktop, "en")
    desktop.reload()
    names = frozenset(
        {*User.objects.values_list("name", flat=True), *Unit.objects.values_list("name", flat=True)}
    )
    assert wrong_with(desktop, "play-english", language=ENGLISH, data=names) == []
    assert Event.objects.count() == events


def test_phone_reads_a_replay_and_a_play(phone, live_server, director):
    open_desk(phone, live_server, director, f"{PAGE}draft/")
    replay(phone)
    look(phone, "trial-phone")
    phone.goto(f"{PAGE}play/")
    look(phone, "play-scene-phone")
    phone.get_by_role("button", name="开始推演").click()
    expect(phone.locator(".play-card").first).to_be_visible()
    look(phone, "play-phone")
    phone.goto(f"{PAGE}draft/chain/")
    expect(phone.locator(".chain-live")).to_contain_text("重放 3 件已办结的办件")
    look(phone, "trial-live-phone")

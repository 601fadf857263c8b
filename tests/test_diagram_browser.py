"""A case's diagram in a browser: drawn under our content security policy, read by keyboard and on a phone."""

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from accounts.models import Unit
from accounts.queries import university
from accounts.roles import Role
from approvals.actions import Actor, Decision, decide
from destinations.flows.filing.tests import kit
from processes.actions import publish
from processes.bpmn.layout import lay_out
from processes.bpmn.reader import read
from processes.bpmn.writer import Document
from processes.models import DefinitionVersion
from tests.desk import open_desk
from tests.looking import ENGLISH, look, wrong_with

DRAWN = ".dg-drawn .djs-shape"


@pytest.fixture
def filing(counselor, file_many):
    return file_many(1)[0]


def open_panel(page: Page) -> None:
    page.locator(".dg-panel > summary").click()
    expect(page.locator(DRAWN).first).to_be_visible()


def test_reviewer_opens_the_diagram_of_a_case(desktop, live_server, counselor, filing):
    # The fixture fails on any complaint of the console, and so on every breach of the policy.
    task = kit.open_task(filing)
    open_desk(desktop, live_server, counselor, f"/desk/tasks/{task.pk}/")
    assert desktop.locator("script[data-draws]").count() == 0
    open_panel(desktop)
    expect(desktop.locator(".djs-shape.dg-current")).to_have_attribute("data-element-id", task.node_id)
    expect(desktop.locator(f'[data-container-id="{task.node_id}"] .dg-note')).to_contain_text("软件")
    assert desktop.locator(".djs-connection.dg-passed").count() > 0
    assert desktop.locator(".dg-canvas").bounding_box()["height"] > 150
    look(desktop, "case-diagram")
    frame = desktop.get_by_role("region", name="流程图与本件的经过")
    for _ in range(3):
        desktop.locator("[data-diagram-do=in]").click()
    before = frame.evaluate("each => each.scrollLeft")
    frame.focus()
    desktop.keyboard.press("ArrowRight")
    desktop.wait_for_function("before => document.activeElement.scrollLeft > before", arg=before)


def test_mark_of_bpmn_io_is_in_sight_and_uncovered(desktop, live_server, counselor, filing):
    open_desk(desktop, live_server, counselor, f"/desk/tasks/{kit.open_task(filing).pk}/diagram/")
    mark = desktop.locator(".bjs-powered-by")
    expect(mark).to_be_visible()
    mark.scroll_into_view_if_needed()
    assert desktop.evaluate(
        """() => {
          const box = document.querySelector(".bjs-powered-by").getBoundingClientRect();
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return Boolean(top.closest(".bjs-powered-by"));
        }"""
    )
    mark.click()
    expect(desktop.locator(".bjs-powered-by-lightbox")).to_be_visible()


def test_names_are_english_for_an_english_reader(desktop, live_server, counselor, filing):
    task = kit.open_task(filing)
    cookie = {"name": django_settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": live_server.url}
    desktop.context.add_cookies([cookie])
    open_desk(desktop, live_server, counselor, f"/desk/tasks/{task.pk}/diagram/")
    expect(desktop.locator(DRAWN).first).to_be_visible()
    expect(desktop.locator(f'[data-element-id="{task.node_id}"]').first).to_contain_text("Counselor")
    people = frozenset({counselor.name, "赵小雨", *Unit.objects.values_list("name", flat=True)})
    assert wrong_with(desktop, "case-diagram-en", language=ENGLISH, data=people) == []


def test_phone_shows_list_and_drawing_without_a_wider_page(phone, live_server, counselor, filing):
    task = kit.open_task(filing)
    decide(task.pk, Decision("approve"), Actor(counselor))
    open_desk(phone, live_server, counselor, f"/desk/tasks/{task.pk}/diagram/")
    expect(phone.locator(DRAWN).first).to_be_visible()
    expect(phone.locator(".dg-list .line-stop").first).to_be_visible()
    look(phone, "case-diagram-phone")
    frame = phone.locator("[data-diagram-frame]")
    assert frame.evaluate("each => each.scrollWidth > each.clientWidth")


def test_without_the_script_the_list_stays(phone, live_server, counselor, filing):
    phone.route("**/diagram.*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    open_desk(phone, live_server, counselor, f"/desk/tasks/{kit.open_task(filing).pk}/diagram/")
    expect(phone.locator(".dg-list .line-stop").first).to_be_visible()
    expect(phone.locator(".dg-frame")).to_be_hidden()


@pytest.fixture
def manager(counselor):
    return kit.reviewer(Role.CAREER_CENTER_DIRECTOR, university())


@pytest.fixture
def next_version(filing) -> DefinitionVersion:
    """Version 2 of the filing: a level more, one name changed, one setting taken away."""
    first = DefinitionVersion.objects.get(definition__key="destination_filing", number=1)
    document = Document(first.bpmn)
    way = next(flow for flow in read(first.bpmn).flows.values() if flow.target == "counselor_review")
    document.insert_user_task(
        way.id, "extra", "班主任初核", {"role": "counselor", "unit": "class", "nameEn": "First look"}
    )
    document.set_setting("counselor_review", "dueWorkdays", "5")
    return publish("destination_filing", lay_out(document.text()))


def test_two_versions_stand_side_by_side_and_move_together(desktop, live_server, manager, next_version):
    open_desk(desktop, live_server, manager, "/design/destination_filing/diff/?from=1&to=2")
    before, after = desktop.locator("[data-diagram]").all()
    expect(after.locator('.djs-shape.dg-added[data-element-id="extra"]')).to_be_visible()
    expect(before.locator('.djs-shape.dg-changed[data-element-id="counselor_review"]')).to_be_visible()
    expect(after.locator('[data-container-id="extra"] .dg-sign')).to_have_text("+")
    look(desktop, "diff")
    frames = [each.locator("[data-diagram-frame]") for each in (before, after)]
    for _ in range(4):
        before.locator("[data-diagram-do=in]").click()
    frames[0].evaluate("each => { each.scrollLeft = 120; }")
    desktop.wait_for_function(
        "() => { const [one, other] = document.querySelectorAll('[data-diagram-frame]');"
        " return one.scrollLeft === 120 && other.scrollLeft === 120; }"
    )
    desktop.get_by_role("button", name="班主任初核", exact=True).click()
    look(desktop, "diff-zoomed")


def test_two_versions_are_readable_on_a_phone_and_in_the_dark(phone, live_server, manager, next_version):
    phone.emulate_media(color_scheme="dark")
    open_desk(phone, live_server, manager, "/design/destination_filing/diff/")
    expect(phone.locator(".dg-added").first).to_be_visible()
    look(phone, "diff-dark")


def test_heat_map_shows_where_cases_wait(desktop, live_server, manager, filing):
    open_desk(desktop, live_server, manager, "/design/destination_filing/versions/1/heat/")
    expect(desktop.locator('.djs-shape.dg-heat-4[data-element-id="counselor_review"]')).to_be_visible()
    expect(desktop.locator('[data-container-id="counselor_review"] .dg-sign')).to_have_text("1")
    look(desktop, "heat")
    desktop.emulate_media(color_scheme="dark")
    look(desktop, "heat-dark")
    desktop.get_by_role("link", name="正在等待").click()
    expect(desktop.locator("th[aria-sort=descending]")).to_contain_text("正在等待")
    expect(desktop.locator("tbody tr").first).to_contain_text("辅导员审核")

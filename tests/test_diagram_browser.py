"""A case's diagram in a browser: drawn under our content security policy, read by keyboard and on a phone."""

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from accounts.models import Unit
from approvals.actions import Actor, Decision, decide
from destinations.flows.filing.tests import kit
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

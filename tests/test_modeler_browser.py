"""The diagram editor in a browser, by somebody who never drew a process."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.actions import add_unit, appoint
from accounts.models import UnitKind, User
from accounts.roles import Role
from destinations.flows.filing.forms import version
from processes.actions import load_definitions
from processes.bpmn.reader import read
from processes.engine.actor import Actor
from processes.evolve import drafts
from processes.evolve.models import Draft, DraftSave, Proposal
from processes.models import DefinitionVersion
from tests.desk import open_desk
from tests.looking import CHINESE, ENGLISH, look, wrong_with

PAGE = "/design/destination_filing/draft/diagram/"


@pytest.fixture
def officer(transactional_db) -> User:
    person = User.objects.create_user("T001", "刘老师", "correct-horse-7")
    appoint(person, Role.CAREER_CENTER_DIRECTOR, add_unit(None, UnitKind.UNIVERSITY, "启程大学"))
    load_definitions()
    version()
    return person


@pytest.fixture
def drawing(desktop, live_server, officer) -> Page:
    open_desk(desktop, live_server, officer, PAGE)
    expect(desktop.locator(".mod-ready")).to_be_visible()
    return desktop


def text() -> str:
    return Draft.objects.get().text


def element(page: Page, key: str):
    return page.locator(f".djs-element[data-element-id='{key}']").first


def choose(page: Page, key: str) -> None:
    page.locator("[data-field=chosen]").select_option(key)


def field(page: Page, name: str):
    return page.locator(f"[data-mod-panel] [data-field='{name}']")


def kept(page: Page) -> None:
    expect(page.locator("[data-mod-status]")).to_have_attribute("data-state", "saved")


@pytest.mark.parametrize(
    ("language", "words"),
    [(CHINESE, ("人工步骤", "由谁办理")), (ENGLISH, ("Step of a person", "Who does it"))],
)
def test_level_is_added_from_sign_in_to_proposal(desktop, live_server, officer, language, words):
    """By hand it is eleven steps; what is new could be published as it is."""
    desktop.goto("/account/sign-in/")
    if language == ENGLISH:
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": live_server.url}
        desktop.context.add_cookies([cookie])
    desktop.goto(f"/account/sign-in/?next={PAGE}")
    desktop.locator("[name=username], [name=login]").first.fill("T001")
    desktop.locator("[type=password]").fill("correct-horse-7")
    desktop.keyboard.press("Enter")
    expect(desktop.locator(".mod-ready")).to_be_visible()
    element(desktop, "counselor_review").click()
    desktop.get_by_role("button", name=words[0], exact=True).click()
    expect(desktop.get_by_label(words[1], exact=True)).to_have_value("role")
    field(desktop, "name").fill("公示核对")
    field(desktop, "qc:role").select_option("college_officer")
    field(desktop, "qc:unit").select_option("college")
    kept(desktop)
    expect(element(desktop, "counselor_review")).to_contain_text(
        {CHINESE: "辅导员", ENGLISH: "Counselor"}[language]
    )
    model = read(text())
    assert model.elements["counselor_review"].name == "辅导员审核"
    new = next(each for each in model.elements.values() if each.name == "公示核对")
    assert (new.type, new.role, new.unit_kind) == ("userTask", "college_officer", "college")
    assert "nameEn" not in new.settings
    assert model.next_places("counselor_review") == (new.id,)
    assert model.next_places(new.id) == ("route",)
    expect(desktop.locator("[data-mod-clean]")).to_be_visible()
    names = frozenset({"刘老师", *(each.name for each in model.elements.values())})
    names |= {each.name for each in model.flows.values() if each.name} | {model.name}
    names |= {"学院负责人审", "学校负责人审", "批（自由职业）"}  # a name on two lines of the drawing
    assert wrong_with(desktop, f"modeler-{language}", language=language, data=names) == []
    desktop.locator("[data-mod-draft]").click()
    desktop.locator("a[href$='/draft/propose/']").click()
    desktop.locator("[name=note]").fill("辅导员之后增加公示核对")
    desktop.locator("form.design-terms button.btn-primary").click()
    desktop.wait_for_url(re.compile(r"/design/destination_filing/$"))
    assert Proposal.objects.get().text == text()


def test_everything_goes_by_keys_and_back(drawing):
    before = len(drawing.locator(".djs-shape").all())
    choose(drawing, "college_review")
    drawing.locator("[data-make=service]").focus()
    drawing.keyboard.press("Enter")
    expect(drawing.locator("[data-mod-said]")).to_have_text("已添加：系统办理")
    field(drawing, "qc:handler").select_option("make_effective")
    kept(drawing)
    drawing.get_by_role("button", name="撤销", exact=True).click()
    drawing.get_by_role("button", name="撤销", exact=True).click()
    expect(drawing.locator(".djs-shape")).to_have_count(before)
    expect(drawing.get_by_role("button", name="撤销", exact=True)).to_be_disabled()
    drawing.locator("svg[role=application]").focus()
    drawing.keyboard.press("Control+y")
    expect(drawing.locator(".djs-shape")).to_have_count(before + 1)
    drawing.keyboard.press("Control+z")
    choose(drawing, "university_review")
    drawing.locator("svg[role=application]").focus()
    drawing.keyboard.press("Delete")
    kept(drawing)
    assert "university_review" not in read(text()).elements
    drawing.keyboard.press("z")
    expect(element(drawing, "university_review")).to_be_visible()
    kept(drawing)
    assert "university_review" in read(text()).elements


def test_fault_is_marked_on_its_element_with_the_way_to_mend_it(drawing):
    choose(drawing, "college_review")
    field(drawing, "qc:role").select_option("")
    sign = drawing.locator("[data-container-id=college_review] .mod-sign")
    expect(sign).to_be_visible()
    expect(drawing.locator("[data-mod-own]")).to_contain_text("请在设置中选择由谁办理")
    choose(drawing, "end")
    drawing.get_by_role("button", name="在图中显示：学院审核").click()
    expect(drawing.locator("[data-field=chosen]")).to_have_value("college_review")
    kept(drawing)
    look(drawing, "modeler-fault")
    field(drawing, "qc:role").select_option("college_officer")
    field(drawing, "qc:unit").select_option("college")
    expect(sign).to_have_count(0)
    expect(drawing.locator("[data-mod-clean]")).to_be_visible()


def test_english_reader_changes_the_english_name_on_the_drawing(desktop, live_server, officer):
    open_desk(desktop, live_server, officer, PAGE)
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": live_server.url}
    desktop.context.add_cookies([cookie])
    desktop.reload()
    expect(element(desktop, "route")).to_be_visible()
    element(desktop, "counselor_review").dblclick()
    writing = desktop.locator(".djs-direct-editing-content")
    expect(writing).to_have_text("Counselor review")
    writing.fill("First look")
    desktop.keyboard.press("Enter")
    expect(element(desktop, "counselor_review")).to_contain_text("First look")
    kept(desktop)
    changed = read(text()).elements["counselor_review"]
    assert (changed.name, changed.settings["nameEn"]) == ("辅导员审核", "First look")
    desktop.keyboard.press("Control+z")
    expect(element(desktop, "counselor_review")).to_contain_text("Counselor")


def test_condition_is_chosen_from_the_code_table(drawing):
    choose(drawing, "to_freelance")
    expect(drawing.locator(".mod-cel")).to_have_text('category == "76"')
    drawing.get_by_role("button", name="选择条件").click()
    drawing.locator("input[value='75']").check()
    look(drawing, "modeler-condition")
    drawing.get_by_role("button", name="采用", exact=True).click()
    expect(drawing.locator(".mod-cel")).to_have_text('category in ["75", "76"]')
    kept(drawing)
    assert read(text()).flows["to_freelance"].condition == 'category in ["75", "76"]'


def test_nothing_is_lost_on_the_way_to_the_chain_and_back(drawing):
    choose(drawing, "college_review")
    field(drawing, "name").fill("院审")
    drawing.get_by_role("link", name="列表方式").click()
    drawing.wait_for_url(re.compile("/draft/chain/"))
    expect(drawing.locator("[data-card=college_review]")).to_contain_text("院审")
    drawing.get_by_role("link", name="图形方式").click()
    expect(drawing.locator(".mod-ready")).to_be_visible()
    expect(element(drawing, "college_review")).to_contain_text("院审")


def test_somebody_else_was_faster(drawing, officer):
    choose(drawing, "college_review")
    field(drawing, "name").fill("我的")
    field(drawing, "name").blur()
    kept(drawing)
    draft = Draft.objects.get()
    drafts.save(draft.pk, draft.text.replace("我的", "别人的"), draft.revision, Actor(officer))
    field(drawing, "name").fill("我的第二版")
    field(drawing, "name").blur()
    alert = drawing.get_by_role("alert")
    expect(alert).to_contain_text("刘老师")
    assert read(text()).elements["college_review"].name == "别人的"
    assert DraftSave.objects.filter(kind="set_aside").count() == 1
    drawing.get_by_role("link", name="重新载入草稿").click()
    expect(element(drawing, "college_review")).to_contain_text("别人的")


def test_what_is_not_run_is_marked_and_kept_until_it_is_made_another_kind(desktop, live_server, officer):
    strange = (
        '<bpmn:scriptTask id="odd" name="脚本"><!-- 旧系统 --><bpmn:script>1</bpmn:script></bpmn:scriptTask>'
    )
    store_text(officer, lambda old: old.replace("<bpmn:endEvent", f"{strange}<bpmn:endEvent", 1))
    open_desk(desktop, live_server, officer, PAGE)
    expect(desktop.locator("[data-container-id=odd] .mod-sign")).to_be_visible()
    expect(desktop.locator("[data-mod-problems]")).to_contain_text("脚本")
    choose(desktop, "college_review")
    field(desktop, "qc:dueWorkdays").fill("9")
    field(desktop, "qc:dueWorkdays").blur()
    kept(desktop)
    assert "<!-- 旧系统 --><bpmn:script>1</bpmn:script>" in text()
    choose(desktop, "odd")
    look(desktop, "modeler-strange")
    field(desktop, "kind").select_option("bpmn:ServiceTask")
    kept(desktop)
    assert (read(text()).elements["odd"].type, "旧系统" in text()) == ("serviceTask", True)


def test_id_that_is_there_twice_is_named_and_both_are_kept(desktop, live_server, officer):
    double = '<bpmn:endEvent id="end"/>'
    store_text(officer, lambda old: old.replace("<bpmn:serviceTask", f"{double}<bpmn:serviceTask", 1))
    open_desk(desktop, live_server, officer, PAGE)
    expect(desktop.locator("[data-mod-problems]")).to_contain_text("编号重复")
    choose(desktop, "college_review")
    field(desktop, "name").fill("院审")
    field(desktop, "name").blur()
    kept(desktop)
    assert text().count('id="end"') == 2


def test_text_that_cannot_be_drawn_says_so(desktop, live_server, officer):
    def without_diagram(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("BPMNDiagram", "BPMNNothing"))

    desktop.route(f"**{PAGE}", without_diagram)
    open_desk(desktop, live_server, officer, PAGE)
    expect(desktop.locator("[data-mod-alert]")).to_contain_text("此文本无法绘制：其中没有可绘制的内容。")


def store_text(officer: User, change) -> None:
    draft = drafts.begin(DefinitionVersion.objects.get(definition__key="destination_filing"), Actor(officer))
    drafts.save(draft.pk, change(draft.text), draft.revision, Actor(officer))


def test_mark_of_bpmn_io_is_in_sight_and_uncovered(drawing):
    assert drawing.evaluate(
        """() => {
          const box = document.querySelector(".bjs-powered-by").getBoundingClientRect();
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return Boolean(top.closest(".bjs-powered-by"));
        }"""
    )


def test_phone_changes_a_setting(phone, live_server, officer):
    open_desk(phone, live_server, officer, PAGE)
    expect(phone.locator(".mod-ready")).to_be_visible()
    expect(phone.locator(".mod-down")).to_be_hidden()
    choose(phone, "counselor_review")
    phone.evaluate("scrollTo(0, 0)")
    look(phone, "modeler-phone")
    phone.locator(".mod-down").tap()
    expect(phone.get_by_role("heading", name="设置")).to_be_in_viewport()
    field(phone, "qc:dueWorkdays").fill("4")
    field(phone, "qc:dueWorkdays").blur()
    kept(phone)
    assert read(text()).elements["counselor_review"].settings["dueWorkdays"] == "4"


def test_every_kind_has_its_settings_in_the_dark(drawing):
    drawing.set_viewport_size({"width": 1920, "height": 1080})
    drawing.emulate_media(color_scheme="dark")
    for key in ("rule", "call", "scope", "race", "wait", "await", "at", "on", "error", "stop", "note"):
        choose(drawing, "destination_filing")
        drawing.locator(f"[data-make={key}]").click()
        expect(drawing.locator("[data-mod-said]")).to_contain_text("已添加")
    choose(drawing, "college_review")
    drawing.locator("[data-make=late]").click()
    field(drawing, "timer").select_option("timeDuration")
    expect(field(drawing, "time")).to_have_value("P3D")
    choose(drawing, "college_review")
    drawing.locator("[data-make=told]").click()
    field(drawing, "message").fill("撤回")
    field(drawing, "message").blur()
    kept(drawing)
    look(drawing, "modeler-dark")
    found = {(each.type, each.event.kind if each.event else "") for each in read(text()).elements.values()}
    assert found >= {
        ("businessRuleTask", ""), ("callActivity", ""), ("subProcess", ""), ("eventBasedGateway", ""),
        ("intermediateCatchEvent", "timer"), ("intermediateCatchEvent", "message"), ("startEvent", "timer"),
        ("startEvent", "message"), ("endEvent", "error"), ("endEvent", "terminate"), ("boundaryEvent", "timer"),
    }  # fmt: skip
    told = next(each for each in read(text()).elements.values() if each.event and each.event.name == "撤回")
    assert (told.type, told.attached_to) == ("boundaryEvent", "college_review")

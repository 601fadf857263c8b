"""A process changed in a browser: file down and up, proposed by keys, approved by a colleague."""

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.queries import university
from accounts.roles import Role
from destinations.flows.filing.tests import kit
from processes.models import DefinitionVersion
from tests.desk import open_desk
from tests.looking import ENGLISH, look, wrong_with

PATH = "/design/"


@pytest.fixture
def designers(counselor, file_many) -> tuple[User, User]:
    """One who designs, one who approves; two cases are under way."""
    file_many(2)
    root = university()
    return kit.reviewer(Role.PROCESS_DESIGNER, root), kit.reviewer(Role.CAREER_CENTER_DIRECTOR, root)


def switch(page: Page, code: str) -> None:
    page.context.add_cookies(
        [{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": code, "url": page.url.split("/design")[0]}]
    )


def test_designer_changes_a_process_and_the_director_approves(desktop, live_server, designers, tmp_path):
    designer, director = designers
    page = desktop
    open_desk(page, live_server, designer, PATH)
    expect(page.get_by_role("heading", level=1)).to_have_text("流程")
    look(page, "design-list")
    page.get_by_role("link", name="毕业去向填报").click()
    look(page, "design-definition")
    page.keyboard.press("e")
    expect(page.get_by_text("改动之后即可提交发布。")).to_be_visible()
    with page.expect_download() as download:
        page.keyboard.press("d")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    broken = file.read_text(encoding="utf-8").replace('qc:role="counselor"', 'qc:role="nobody"')
    send(page, file, broken)
    expect(page.get_by_text("角色不存在。").first).to_be_visible()
    look(page, "design-draft-problems")
    send(page, file, broken.replace('qc:role="nobody"', 'qc:role="counselor"').replace("审核", "复核"))
    expect(page.get_by_text("没有问题，可以提交发布。")).to_be_visible()
    look(page, "design-draft")
    page.keyboard.press("p")
    page.get_by_label("改了什么，为什么改").fill("各级审核改称复核")
    look(page, "design-propose")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("您提交的变更需要由另一位同事审核")).to_be_visible()
    expect(page.get_by_role("button", name="通过")).to_have_count(0)
    look(page, "design-proposed")
    open_desk(page, live_server, director, f"{PATH}destination_filing/")
    look(page, "design-approve")
    page.keyboard.press("a")
    expect(page.get_by_text("第 2 版已生效")).to_be_visible()
    look(page, "design-published")
    version = DefinitionVersion.objects.get(definition__key="destination_filing", number=2)
    assert "复核" in version.bpmn
    switch(page, "en")
    page.reload()
    names = frozenset({designer.name, director.name, "各级审核改称复核", version.note})
    assert wrong_with(page, "design-english", language=ENGLISH, data=names) == []


def send(page: Page, file, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    page.get_by_label("BPMN 文件").set_input_files(file)
    page.get_by_role("button", name="上传并替换草稿").click()


def test_phone_reads_a_process(phone, live_server, designers):
    open_desk(phone, live_server, designers[1], f"{PATH}destination_filing/")
    look(phone, "design-phone")

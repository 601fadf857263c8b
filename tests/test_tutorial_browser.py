"""The tutorial of redesigning a chain, walked as it is written: from sign-in to a version that holds.

`make pictures` keeps what is seen on the way in `docs/tutorial/pictures/`.
"""

import io
import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.queries import university
from accounts.roles import Role
from destinations.flows.filing.tests import kit
from processes.bpmn.reader import read
from processes.models import DefinitionVersion

PASSWORD = "a long pass phrase"
NAME = "公示核对"
WIDE = {"width": 1280, "height": 760}
COLOURS = 128


class Walk:
    """A person at a desk; counts what they touch, and keeps what they see when pictures are wanted."""

    def __init__(self, page: Page) -> None:
        self.page, self.touched = page, 0
        page.set_viewport_size(WIDE)

    def click(self, where) -> None:
        self.touched += 1
        where.click()

    def write(self, where, text: str) -> None:
        self.touched += 1
        where.fill(text)

    def choose(self, where, value: str) -> None:
        self.touched += 1
        where.select_option(value)

    def sign_in(self, person: User) -> None:
        self.page.context.clear_cookies()
        self.page.goto("/account/sign-in/")
        self.write(self.page.get_by_label("学号或工号"), person.username)
        self.write(self.page.get_by_label("密码"), PASSWORD)
        self.click(self.page.get_by_role("button", name="登录", exact=True))
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def picture(self, name: str) -> None:
        folder = os.environ.get("PICTURES")
        if folder:
            self.page.wait_for_timeout(400)  # what moves has come to rest
            seen = Image.open(io.BytesIO(self.page.screenshot(caret="initial", animations="allow"))).convert(
                "RGB"
            )
            Path(folder).mkdir(parents=True, exist_ok=True)
            seen.quantize(COLOURS).save(Path(folder) / f"{name}.png", optimize=True)


@pytest.fixture
def pair(counselor, file_many) -> tuple[User, User]:
    """The director, who redesigns, and a process designer, who is the second person; two cases are under way."""
    file_many(2)
    root = university()
    return kit.reviewer(Role.CAREER_CENTER_DIRECTOR, root), kit.reviewer(Role.PROCESS_DESIGNER, root)


def test_level_is_added_and_holds_within_thirty_touches(desktop: Page, pair: tuple[User, User]) -> None:
    director, colleague = pair
    walk, page = Walk(desktop), desktop
    walk.sign_in(director)
    walk.click(page.get_by_role("link", name="流程"))
    walk.picture("1-processes")
    walk.click(page.get_by_role("link", name="毕业去向填报"))
    walk.click(page.get_by_role("button", name="修改流程"))
    walk.picture("2-draft")
    walk.click(page.get_by_role("link", name="修改各级审核"))
    walk.picture("3-chain")
    gap = page.locator("[data-gap='to_route']")
    walk.click(gap.locator("summary"))
    walk.click(gap.get_by_role("button", name="增加一级"))
    expect(page.get_by_role("heading", name="本级设置")).to_be_focused()
    walk.write(page.get_by_role("textbox", name="名称", exact=True), NAME)
    walk.choose(page.get_by_label("角色", exact=True), "college_officer")
    walk.choose(page.locator("[name=unit]"), "college")
    walk.picture("4-level")
    walk.click(page.get_by_role("button", name="保存"))
    expect(page.locator(".chain-said")).to_have_text("已保存到草稿。")
    walk.click(page.locator("#chain a[href$='/draft/']"))
    walk.click(page.get_by_role("link", name="提交发布"))
    walk.write(page.get_by_label("改了什么，为什么改"), "辅导员之后增加公示核对")
    walk.picture("5-propose")
    walk.click(page.get_by_role("button", name="提交", exact=True))
    expect(page.get_by_text("您提交的变更需要由另一位同事审核")).to_be_visible()

    walk.sign_in(colleague)
    page.goto("/design/destination_filing/")
    walk.picture("6-second-person")
    walk.click(page.get_by_role("button", name="通过"))
    expect(page.get_by_text("第 2 版已生效")).to_be_visible()
    walk.picture("7-published")

    version = DefinitionVersion.objects.get(definition__key="destination_filing", number=2)
    assert [each.name for each in read(version.bpmn).elements.values()].count(NAME) == 1
    assert walk.touched <= 30

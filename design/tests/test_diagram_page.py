"""The diagram editor's page: what a drawing program wrote is checked, kept, merged, and never overwrites another's."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from design.tests.test_chain_page import designer
from processes.actions import load_definitions
from processes.bpmn.layout import drawn
from processes.bpmn.reader import MAX_BYTES, read
from processes.bpmn.writer import normalise
from processes.engine.actor import Actor
from processes.evolve import drafts
from processes.evolve.models import Draft, DraftSave
from processes.models import DefinitionVersion

pytestmark = pytest.mark.django_db
PAGE = "/design/destination_filing/draft/diagram/"


@pytest.fixture
def officer() -> Client:
    load_definitions()
    return designer("T001")


def published() -> str:
    return drawn(normalise(DefinitionVersion.objects.get(definition__key="destination_filing").bpmn))


def send(client: Client, opened: str, changed: str, do: str = "save", revision: object = 0):
    files = {
        name: SimpleUploadedFile(f"{name}.bpmn", text.encode())
        for name, text in (("opened", opened), ("drawn", changed))
    }
    return client.post(PAGE, {"do": do, "revision": revision, **files})


def renamed(text: str, name: str = "院审") -> str:
    return text.replace('name="学院审核"', f'name="{name}"')


def data_of(client: Client) -> dict:
    page = client.get(PAGE).content.decode()
    return json.loads(page.split('id="modeler-data" type="application/json">')[1].split("</script>")[0])


def test_looking_begins_no_draft_and_offers_what_the_system_has(officer):
    data = data_of(officer)
    assert Draft.objects.count() == 0
    assert (data["revision"], data["problems"], data["bpmn"]) == (0, [], published())
    groups = data["panel"]["groups"]
    handlers = [choice[0] for choice in groups["bpmn:ServiceTask"][0]["fields"][0]["choices"]]
    assert handlers == ["", "make_effective"]
    role = next(field for field in groups["bpmn:UserTask"][0]["fields"] if field["name"] == "qc:role")
    assert ["college_officer", "学院就业专员"] in role["choices"]
    assert {key for key, _title in groups["bpmn:CallActivity"][0]["fields"][0]["choices"]} >= {"campus_talk"}


def test_check_says_what_lint_finds_and_keeps_nothing(officer):
    changed = published().replace('qc:role="college_officer"', 'qc:role="nobody_at_all"')
    answer = send(officer, published(), changed, do="check")
    assert answer.json()["problems"] == [
        {
            "where": "学院审核",
            "what": "本级的角色不存在。",
            "mend": "请在设置中选择由谁办理：某个角色、申请人，或前面某一级的办理人。",
            "detail": "qc:role: the role 'nobody_at_all' does not exist. Use one of "
            + answer.json()["problems"][0]["detail"].split("Use one of ")[1],
            "element_id": "college_review",
        }
    ]
    assert Draft.objects.count() == 0


def test_save_begins_the_draft_and_goes_on_from_there(officer):
    first = send(officer, published(), renamed(published()))
    assert first.json() == {"revision": 2, "problems": []}
    assert read(Draft.objects.get().text).elements["college_review"].name == "院审"
    second = send(officer, renamed(published()), renamed(published(), "学院审"), revision=2)
    assert second.json()["revision"] == 3
    assert read(Draft.objects.get().text).elements["college_review"].name == "学院审"


def test_comment_that_no_modeller_writes_stays(officer):
    send(officer, published(), renamed(published()))
    draft = Draft.objects.get()
    draft.text = draft.text.replace("<bpmn:startEvent", "<!-- 开始 --><bpmn:startEvent", 1)
    draft.save()
    plain = renamed(published())
    assert send(officer, plain, renamed(plain.replace("院审", "审"), "审"), revision=2).status_code == 200
    assert "<!-- 开始 -->" in Draft.objects.get().text


def test_late_save_is_set_aside_and_says_who_was_faster(officer):
    send(officer, published(), renamed(published()))
    send(officer, renamed(published()), renamed(published(), "别人的"), revision=2)
    answer = send(officer, renamed(published()), renamed(published(), "我的"), revision=2)
    assert answer.json()["stale"] is True
    assert "刘老师" in answer.json()["message"]
    assert read(Draft.objects.get().text).elements["college_review"].name == "别人的"
    aside = DraftSave.objects.get(kind="set_aside")
    assert read(aside.text).elements["college_review"].name == "我的"


def begun(text: str | None = None) -> Draft:
    """A draft that a colleague begins, and changes to *text*."""
    colleague = Actor(User.objects.create_user("T002", "周老师"))
    draft = drafts.begin(DefinitionVersion.objects.get(definition__key="destination_filing"), colleague)
    return drafts.save(draft.pk, text, draft.revision, colleague) if text else draft


def test_drawing_of_one_who_saw_no_draft_is_set_aside_when_a_colleague_changed_one(officer):
    begun(renamed(published(), "别人的"))
    answer = send(officer, published(), renamed(published(), "我的"), revision=0)
    assert (answer.json()["stale"], "周老师" in answer.json()["message"]) == (True, True)
    assert read(Draft.objects.get().text).elements["college_review"].name == "别人的"
    aside = DraftSave.objects.get(kind="set_aside")
    assert read(aside.text).elements["college_review"].name == "我的"


def test_draft_that_was_only_begun_meanwhile_is_no_conflict(officer):
    begun()
    assert send(officer, published(), renamed(published()), revision=0).json()["revision"] == 2
    assert read(Draft.objects.get().text).elements["college_review"].name == "院审"


@pytest.mark.parametrize("do", ["check", "save"])
def test_draft_that_was_thrown_away_meanwhile_is_not_begun_anew(officer, do):
    send(officer, published(), renamed(published()))
    Draft.objects.get().delete()
    answer = send(officer, renamed(published()), renamed(published(), "我的"), do, revision=2)
    assert answer.json() == {"message": "这份草稿已不存在：已发布或已删除。", "stale": True}
    assert Draft.objects.count() == 0


def test_chain_editor_takes_a_drawing_back(officer):
    send(officer, published(), renamed(published()))
    send(officer, renamed(published()), renamed(published(), "再改"), revision=2)
    officer.post(
        PAGE.replace("diagram", "chain"), {"do": "undo", "revision": 3}, headers={"HX-Request": "true"}
    )
    assert read(Draft.objects.get().text).elements["college_review"].name == "院审"


@pytest.mark.parametrize("bad", ["", "<", "<a/>", "<!DOCTYPE a><a/>", "\x00", "x" * (MAX_BYTES + 1)])
def test_what_is_no_drawing_is_answered_with_words(officer, bad):
    for opened, changed in ((bad, published()), (published(), bad)):
        answer = send(officer, opened, changed)
        assert answer.status_code == 422
        assert re.search("[一-鿿].*请", answer.json()["message"])
    assert Draft.objects.count() == 0


def test_nothing_sent_is_answered_with_words(officer):
    answer = officer.post(PAGE, {"do": "save", "revision": "x", "opened": "text"})
    assert (answer.status_code, answer.json()["message"]) == (422, "未收到流程图，请重新打开本页。")


def test_drawing_of_another_process_is_refused(officer):
    other = published().replace('"college_review"', '"elsewhere"')
    answer = send(officer, other, other.replace("学院审核", "院审"))
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("这张图依据的是草稿的另一个状态，其中的“elsewhere”")
    assert Draft.objects.count() == 0


def test_draft_that_cannot_be_read_is_said_on_the_page(officer):
    begun()
    Draft.objects.update(text="<svg/>")
    page = officer.get(PAGE)
    assert (page.status_code, "文件中没有流程" in page.content.decode()) == (200, True)


def test_condition_is_read_into_menus_and_written_from_them(officer):
    page = officer.get(f"{PAGE}condition/", {"cel": 'category == "76"'}).content.decode()
    assert 'name="row-0-values" value="76"' in page
    strange = officer.get(f"{PAGE}condition/", {"cel": "size(category) > 2"}).content.decode()
    assert "此条件无法用菜单表达。" in strange
    assert "size(category) &gt; 2" in strange
    rows = {"row-0-variable": "category", "row-0-comparison": "one_of", "row-0-values": ["80", "85"]}
    assert officer.post(f"{PAGE}condition/", rows).json() == {"cel": 'category in ["80", "85"]'}
    refused = officer.post(f"{PAGE}condition/", {"row-0-variable": "category"})
    assert refused.json() == {"message": "请选择比较什么、与什么比较。"}


def test_others_find_nothing(officer):
    client = Client()
    client.force_login(User.objects.create_user("S1", "学生"))
    for path in (PAGE, f"{PAGE}condition/", PAGE.replace("destination_filing", "nothing")):
        assert client.get(path).status_code == 404
    assert officer.get(PAGE.replace("destination_filing", "nothing")).status_code == 404

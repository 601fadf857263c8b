"""The chain editor's page: each change is kept in the draft, can be taken back, and never overwrites another's."""

import re

import pytest
from django.test import Client

from accounts.actions import add_unit, appoint
from accounts.models import UnitKind, User
from accounts.roles import Role
from design.chain.forms import MOST_ROWS
from processes.actions import load_definitions
from processes.bpmn.chain.reading import chain_of
from processes.bpmn.model import Element, Loop
from processes.bpmn.reader import read
from processes.evolve.models import Draft, DraftSave

pytestmark = pytest.mark.django_db
PAGE = "/design/destination_filing/draft/chain/"


@pytest.fixture
def officer() -> Client:
    load_definitions()
    return designer("T001")


def designer(username: str) -> Client:
    person = User.objects.create_user(username, "刘老师")
    unit = add_unit(None, UnitKind.UNIVERSITY, "启程大学")
    appoint(person, Role.CAREER_CENTER_DIRECTOR, unit)
    client = Client()
    client.force_login(person)
    return client


def send(client: Client, **data: object):
    data.setdefault("revision", revision())
    return client.post(PAGE, data, headers={"HX-Request": "true"})


def revision() -> int:
    draft = Draft.objects.first()
    return draft.revision if draft else 0


def text() -> str:
    return Draft.objects.get().text


def ids() -> list[str]:
    return [level.element.id for level in chain_of(text()).levels()]


def settings_of(key: str, **more: object) -> dict[str, object]:
    given = {"who": "role", "role": "college_officer", "unit": "college", "people": "one", "when": "always"}
    return {"do": "save", "element": key, "show": f"level:{key}", "name": "院审", **given, **more}


def level(key: str) -> Element:
    return read(text()).elements[key]


def test_looking_begins_no_draft(officer):
    page = officer.get(PAGE).content.decode()
    assert "辅导员审核" in page
    assert Draft.objects.count() == 0


def offered(page: str, name: str) -> list[str]:
    """The values of a menu."""
    menu = page[page.index(f'<select name="{name}"') :]
    return re.findall(r'<option value="([^"]*)"', menu[: menu.index("</select>")])


def test_only_levels_before_it_are_offered_and_the_applicant_once(officer):
    page = officer.get(PAGE, {"show": "level:university_review"}).content.decode()
    assert offered(page, "return_to") == ["", "counselor_review", "college_review"]
    assert offered(page, "doer") == ["counselor_review", "college_review"]
    page = officer.get(PAGE, {"show": "level:counselor_review"}).content.decode()
    assert offered(page, "return_to") == [""]


def test_level_that_is_named_already_stays_on_offer(officer):
    send(officer, **settings_of("university_review", return_to="college_review"))
    draft = Draft.objects.get()
    draft.text = draft.text.replace('qc:returnTo="college_review"', 'qc:returnTo="file"')
    draft.save()
    page = officer.get(PAGE, {"show": "level:university_review"}).content.decode()
    assert "file" in offered(page, "return_to")


def test_level_is_added_and_its_settings_are_open(officer):
    answer = send(officer, do="add", gap="to_university")
    assert answer.status_code == 200
    assert 'data-card="level_1"' in answer.content.decode()
    assert 'name="element" value="level_1"' in answer.content.decode()
    assert ids() == [
        "file",
        "counselor_review",
        "college_approval_freelance",
        "university_approval_freelance",
        "college_review",
        "level_1",
        "university_review",
    ]


def test_settings_are_saved(officer):
    more = {"due": "5", "remind": "2", "people": "0.667", "sequential": "on", "batch": "on", "on_empty": "up"}
    assert send(officer, **settings_of("college_review", **more)).status_code == 200
    assert level("college_review").name == "院审"
    assert level("college_review").loop == Loop(True, "", "ratio", "0.667")
    kept = dict(level("college_review").settings)
    assert {name: kept[name] for name in ("dueWorkdays", "remindWorkdays", "batch", "onEmpty")} == {
        "dueWorkdays": "5",
        "remindWorkdays": "2",
        "batch": "true",
        "onEmpty": "up",
    }


@pytest.mark.parametrize(("who", "kept"), [({}, None), ({"who": "doer", "doer": "counselor_review"}, "wait")])
def test_wait_is_written_down_only_where_it_says_something(officer, who, kept):
    """A role waits anyway; the person of an earlier level, where nobody is, only if the chain says so."""
    assert send(officer, **settings_of("college_review", on_empty="wait", **who)).status_code == 200
    assert level("college_review").settings.get("onEmpty") == kept


def test_what_does_not_fit_is_said_at_the_field_and_not_saved(officer):
    answer = send(officer, **settings_of("college_review", due="2", remind="2"))
    assert answer.status_code == 422
    assert "应少于本级的工作日数。" in answer.content.decode()
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(("doer", "status"), [("counselor_review", 200), ("file", 422)])
def test_person_of_an_earlier_level_is_a_reviewer(officer, doer, status):
    assert send(officer, **settings_of("college_review", who="doer", doer=doer)).status_code == status


@pytest.mark.parametrize(("whom", "status"), [("college_deputy_secretary", 200), ("", 422)])
def test_one_level_up_of_an_earlier_person_names_whom_to_ask(officer, whom, status):
    level = settings_of(
        "college_review", who="doer", doer="counselor_review", on_empty="up", escalate_to=whom
    )
    answer = send(officer, **level)
    assert answer.status_code == status
    words = "请选择前面那一级无人办理时由谁办理。"
    assert (words in answer.content.decode()) is (status == 422)


def test_level_is_left_out_when_a_condition_holds(officer):
    row = {"row-0-variable": "category", "row-0-comparison": "one_of", "row-0-values": ["80", "85"]}
    assert send(officer, **settings_of("college_review", when="skip", **row)).status_code == 200
    conditions = [flow.condition for flow in read(text()).flows.values() if "80" in flow.condition]
    assert conditions == ['category in ["80", "85"]']


def test_condition_without_a_value_is_refused_in_words(officer):
    row = {"row-0-variable": "category", "row-0-comparison": "one_of"}
    answer = send(officer, do="condition", element="to_freelance", show="way:to_freelance", **row)
    assert "请选择比较什么、与什么比较。" in answer.content.decode()


def test_name_that_no_file_can_keep_is_refused_in_words(officer):
    answer = send(officer, **settings_of("college_review") | {"name": "院\x01审"})
    assert "“college_review”的“name”中含有文件无法保存的字符" in answer.content.decode()
    assert Draft.objects.count() == 0


def test_undo_and_redo(officer):
    send(officer, do="add", gap="to_university")
    send(officer, do="move", element="level_1", gap="to_counselor")
    assert ids()[1] == "level_1"
    send(officer, do="undo")
    assert ids()[1] == "counselor_review"
    send(officer, do="undo")
    assert "level_1" not in ids()
    send(officer, do="redo")
    send(officer, do="redo")
    assert ids()[1] == "level_1"
    assert 'data-key="y" data-key-label="重做" disabled' in send(officer, do="redo").content.decode()


def test_change_of_an_old_page_is_set_aside_and_says_who_was_faster(officer):
    send(officer, do="add", gap="to_university")
    old = revision()
    send(officer, do="remove", element="level_1")
    answer = send(officer, do="add", gap="to_counselor", revision=old)
    assert "刘老师" in re.sub(r"\s+", " ", answer.content.decode()).split('role="alert"')[1][:400]
    assert "level_1" not in ids()
    assert DraftSave.objects.filter(kind="set_aside").count() == 1


def test_level_with_a_name_of_its_own_drops_the_english_one_it_began_with(officer):
    send(officer, do="add", gap="to_university")
    assert level("level_1").settings["nameEn"] == "New review"
    send(officer, **settings_of("level_1", name="公示核对", name_en="New review"))
    assert "nameEn" not in level("level_1").settings
    send(officer, **settings_of("level_1", name="公示核对", name_en="Public notice"))
    assert level("level_1").settings["nameEn"] == "Public notice"


def test_level_added_by_one_who_saw_no_draft_is_set_aside_when_a_colleague_changed_it_first(officer):
    send(officer, do="add", gap="to_university", revision=0)
    answer = designer("T002").post(
        PAGE, {"do": "add", "gap": "to_counselor", "revision": 0}, headers={"HX-Request": "true"}
    )
    assert "刘老师" in answer.content.decode().split('role="alert"')[1][:400]
    aside = DraftSave.objects.get(kind="set_aside")
    assert [each.element.id for each in chain_of(aside.text).levels()][1] == "level_2"
    assert ids()[1] == "counselor_review"


def test_each_further_row_has_a_number_of_its_own_up_to_the_last(officer):
    page = officer.get(f"{PAGE}?show=way:to_freelance").content.decode()
    for number in range(1, MOST_ROWS):
        assert f"?more={number}" in page
        page = officer.get(f"{PAGE}row/?more={number}").content.decode()
        assert f'name="row-{number}-variable"' in page
    assert "?more=" not in page


def test_row_shows_the_comparisons_of_its_variable(officer):
    answer = officer.get(f"{PAGE}row/?number=0&row-0-variable=category").content.decode()
    assert 'name="row-0-comparison"' in answer
    assert "属于" in answer


def test_others_find_nothing():
    load_definitions()
    client = Client()
    client.force_login(User.objects.create_user("S1", "学生"))
    assert client.get(PAGE).status_code == 404
    assert client.get("/design/nothing/draft/chain/").status_code == 404

"""Reading, saving and reading again loses nothing; changes change what they say and no more."""

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from processes.bpmn.errors import BpmnError
from processes.bpmn.lint import lint_text
from processes.bpmn.model import Element
from processes.bpmn.reader import read
from processes.bpmn.writer import Document, normalise
from processes.tests.generate import definitions
from processes.tests.kit import REVIEW

FILING = Path(django_settings.BASE_DIR, "destinations", "flows", "filing", "definition.bpmn").read_text(
    encoding="utf-8"
)
FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn by hand -->
<?modeller version="7"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:unused="https://example.org/unused" xmlns:qc="https://qicheng.dev/bpmn" exporter="A modeller">
  <process id="p" camunda:historyTimeToLive="180">
    <!-- who files -->
    <startEvent id="start"/>
    <userTask id="file" name="填写 &amp;&#10; 提交" qc:initiator="true" camunda:assignee="demo"><extensionElements>
      <camunda:formData><camunda:formField id="a" label="&lt;b&gt;"/></camunda:formData></extensionElements>
    </userTask>
    <endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="file"/>
    <sequenceFlow id="f2" sourceRef="file" targetRef="end"><conditionExpression><![CDATA[ a < b ]]></conditionExpression></sequenceFlow>
    <textAnnotation id="note"><text>  two   spaces </text></textAnnotation>
  </process>
</definitions>
<!-- the end -->
"""


def canonical(text: str) -> bytes:
    out = BytesIO()
    etree.fromstring(text.encode()).getroottree().write_c14n(out, with_comments=True)
    return out.getvalue()


def check_round_trip(text: str) -> None:
    saved = normalise(text)
    assert canonical(saved) == canonical(text)
    assert read(saved) == read(text)
    assert normalise(saved) == saved


@pytest.mark.parametrize("text", [FILING, REVIEW, FOREIGN], ids=["filing", "review", "foreign"])
def test_nothing_is_lost(text: str) -> None:
    check_round_trip(text)


@given(definitions())
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_of_any_definition(text: str) -> None:
    check_round_trip(text)


def test_what_other_tools_wrote_is_kept_as_written() -> None:
    saved = normalise(FOREIGN)
    for piece in (
        "<!-- drawn by hand -->",
        '<?modeller version="7"?>',
        'xmlns:unused="https://example.org/unused"',
        'camunda:assignee="demo"',
        '<camunda:formField id="a" label="&lt;b&gt;"/>',
        "<![CDATA[ a < b ]]>",
        "<text>  two   spaces </text>",
        "<!-- the end -->",
        "填写 &amp;&#10; 提交",
    ):
        assert piece in saved


def test_text_is_stored_in_unicode_whatever_it_came_in() -> None:
    raw = REVIEW.replace("UTF-8", "GB2312").encode("gb2312")
    assert read(normalise(raw)) == read(REVIEW)


@given(st.binary(max_size=200))
def test_damaged_text_is_refused_in_words(text: bytes) -> None:
    with pytest.raises(BpmnError):
        normalise(text)


def task(document: Document, key: str) -> Element:
    return read(document.text()).elements[key]


def test_setting_is_set_and_taken_away() -> None:
    document = Document(REVIEW)
    document.set_setting("class_review", "dueWorkdays", "5")
    document.set_setting("class_review", "batch", None)
    document.set_setting("class_review", "batch", None)
    document.set_setting("scratch_review", "nameEn", "Review")
    document.set_setting("f5", "nameEn", "short <way>")
    model = read(document.text())
    assert model.elements["class_review"].settings == {
        "nameEn": "Class review",
        "role": "counselor",
        "unit": "class",
        "dueWorkdays": "5",
    }
    assert (model.settings, model.flows["f5"].settings) == ({"nameEn": "Review"}, {"nameEn": "short <way>"})
    assert {key: e for key, e in model.elements.items() if key != "class_review"} == {
        key: e for key, e in read(REVIEW).elements.items() if key != "class_review"
    }


def test_setting_in_a_file_that_does_not_know_us_gets_our_prefix() -> None:
    document = Document(REVIEW.replace("qc:", "own:").replace("xmlns:qc", "xmlns:own"))
    document.set_setting("class_review", "batch", "false")
    assert 'own:batch="false"' in document.text()
    plain = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"/></definitions>'
    document = Document(plain)
    document.set_setting("p", "nameEn", "A")
    assert 'qc:nameEn="A"' in document.text()


def test_attribute_is_set() -> None:
    document = Document(REVIEW)
    document.set_attribute("class_review", "name", '班级 "初审"')
    document.set_attribute("is_short", "default", "f5")
    model = read(document.text())
    assert (model.elements["class_review"].name, model.elements["is_short"].default) == ('班级 "初审"', "f5")


def test_condition_is_set_and_taken_away() -> None:
    document = Document(REVIEW)
    document.set_condition("f5", "!short && 1 < 2")
    document.set_condition("f4", "short")
    assert {key: flow.condition for key, flow in read(document.text()).flows.items() if flow.condition} == {
        "f5": "!short && 1 < 2",
        "f4": "short",
    }
    document.set_condition("f5", None)
    document.set_condition("f4", None)
    document.set_condition("f4", None)
    assert [flow.condition for flow in read(document.text()).flows.values() if flow.condition] == []


def test_condition_replaces_all_that_was_written() -> None:
    document = Document(FOREIGN)
    document.set_condition("f2", "b")
    assert "<conditionExpression>b</conditionExpression>" in document.text()


def test_user_task_is_put_on_a_flow() -> None:
    document = Document(FILING)
    settings_ = {"role": "counselor", "unit": "class", "batch": "true"}
    assert (
        document.insert_user_task("to_effect_unplaced", "second_look", "复核", settings_)
        == "second_look_onward"
    )
    text = document.text()
    model = read(text)
    assert model.elements["second_look"] == Element("second_look", "userTask", "复核", settings=settings_)
    before, after = model.flows["to_effect_unplaced"], model.flows["second_look_onward"]
    assert (before.source, before.target, bool(before.condition)) == ("route", "second_look", True)
    assert (after.source, after.target, after.condition) == ("second_look", "make_effective", "")
    assert lint_text(text) == []
    assert "<bpmn:incoming>second_look_onward</bpmn:incoming>" in text
    assert '<bpmndi:BPMNShape id="second_look_di" bpmnElement="second_look"><dc:Bounds x="' in text
    assert normalise(text) == text


def test_diagram_of_a_flow_is_parted_where_the_task_lies() -> None:
    document = Document(FILING)
    document.insert_user_task("to_freelance", "look", "看", {})
    root = etree.fromstring(document.text().encode())
    drawn = {
        node.get("bpmnElement"): [
            (float(p.get("x")), float(p.get("y"))) for p in node.iterchildren("{*}waypoint")
        ]
        for node in root.iter("{*}BPMNEdge")
    }
    assert drawn["to_freelance"] == [(600, 265), (600, 322)]
    assert drawn["look_onward"] == [(600, 322), (600, 380), (720, 380)]
    bounds = next(node[0] for node in root.iter("{*}BPMNShape") if node.get("bpmnElement") == "look")
    assert dict(bounds.attrib) == {"x": "550", "y": "282", "width": "100", "height": "80"}


def test_several_tasks_can_be_put_in_a_row() -> None:
    document = Document(REVIEW)
    onward = document.insert_user_task("f6", "one", "一", {"initiator": "true"})
    document.insert_user_task(onward, "two", "二", {"initiator": "true"})
    model = read(document.text())
    assert [model.flows[key].target for key in ("f6", "one_onward", "two_onward")] == [
        "one",
        "two",
        "university_review",
    ]
    assert lint_text(document.text()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.set_setting("nobody", "batch", "true"),
        lambda d: d.set_setting("", "batch", "true"),
        lambda d: d.set_setting("file", "not a name", "true"),
        lambda d: d.set_setting("file", "batch", "\x00"),
        lambda d: d.set_attribute("file", "id", "other"),
        lambda d: d.set_condition("file", "true"),
        lambda d: d.set_condition("f5", "\x0b"),
        lambda d: d.set_condition("f99", "true"),
        lambda d: d.insert_user_task("file", "new", "新", {}),
        lambda d: d.insert_user_task("f5", "file", "新", {}),
        lambda d: d.insert_user_task("f5", "", "新", {}),
        lambda d: d.insert_user_task("f5", "\x00", "新", {}),
        lambda d: d.insert_user_task("f5", "new", "\x00", {}),
        lambda d: d.insert_user_task("f5", "new", "新", {"ask": "\x00"}),
    ],
)
def test_impossible_change_is_refused_and_changes_nothing(change) -> None:
    document = Document(REVIEW)
    with pytest.raises(BpmnError):
        change(document)
    assert document.text() == normalise(REVIEW)

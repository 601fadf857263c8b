"""Two texts compared element by element."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from processes.bpmn.diff import ADDED, CHANGED, CONTENT, MOVED, REMOVED, Change, diff
from processes.bpmn.layout import lay_out
from processes.bpmn.reader import read
from processes.bpmn.writer import Document, normalise
from processes.tests.draw import (
    COUNSELOR,
    catch,
    definition,
    end,
    flows,
    gateway,
    rules,
    several,
    timer,
    user,
)
from processes.tests.generate import definitions

BEFORE = definition(
    user("a"), gateway("exclusive", "g", default="g_end"), user("b"), end(),
    flows("file > a > g > end", "g > b : short", "b > end"), variables={"short": "bool"},
)  # fmt: skip


def kinds(before: str, after: str) -> dict[str, str]:
    return {each.element_id: each.kind for each in diff(before, after)}


def only(before: str, after: str) -> tuple[Change, ...]:
    (found,) = diff(before, after)
    return found.changes


def test_a_setting_is_changed_given_and_taken_away():
    document = Document(BEFORE)
    document.set_setting("a", "role", "college_officer")
    document.set_setting("a", "dueWorkdays", "3")
    document.set_setting("a", "unit", None)
    (found,) = diff(BEFORE, document.text())
    assert (found.kind, found.element_id, found.type, found.name) == (CHANGED, "a", "userTask", "a")
    assert set(found.changes) == {
        Change("role", "counselor", "college_officer"),
        Change("dueWorkdays", "", "3"),
        Change("unit", "class", ""),
    }


def test_a_name_and_a_condition_are_shown_before_and_after():
    document = Document(BEFORE)
    document.set_attribute("b", "name", "复核")
    document.set_condition("g_b", "!short")
    found = {each.element_id: each.changes for each in diff(BEFORE, document.text())}
    assert found == {"b": (Change("name", "b", "复核"),), "g_b": (Change("condition", "short", "!short"),)}


def test_a_level_put_in_is_an_element_and_a_flow_more_and_one_flow_bent():
    document = Document(BEFORE)
    document.insert_user_task("file_a", "extra", "加一级", {"role": "counselor", "unit": "class"})
    found = {each.element_id: each for each in diff(BEFORE, document.text())}
    assert {key: each.kind for key, each in found.items()} == {
        "extra": ADDED, "extra_onward": ADDED, "file_a": CHANGED,
    }  # fmt: skip
    assert found["file_a"].changes == (Change("to", "a", "extra"),)
    assert Change("role", "", "counselor") in found["extra"].changes
    assert kinds(document.text(), BEFORE) == {"file_a": CHANGED, "extra": REMOVED, "extra_onward": REMOVED}


def test_what_lies_elsewhere_in_the_drawing_alone_is_moved():
    drawn = lay_out(BEFORE)
    assert diff(BEFORE, drawn) == []
    pushed = re.sub(r'(bpmnElement="a">\s*<dc:Bounds x=)"\d+"', r'\1"999"', drawn)
    assert kinds(drawn, pushed) == {"a": MOVED}


def test_variables_and_settings_of_the_process_are_compared():
    after = BEFORE.replace('name="short" type="bool"', 'name="short" type="int"')
    assert only(BEFORE, after) == (Change("variable short", "bool", "int"),)


def test_timers_loops_and_rules_are_compared():
    one = definition(
        catch("c", timer("P1D")), user("a", inner=several('qc:collection="members" qc:complete="all"')),
        rules("r", "kind", ("short", '"x"')), end(), flows("file > c > a > r > end"),
        variables={"short": "bool", "kind": "string"},
    )  # fmt: skip
    other = one.replace("P1D", "P2D").replace('qc:complete="all"', 'qc:complete="any"').replace('"x"', '"y"')
    found = {each.element_id: each.changes for each in diff(one, other)}
    assert found == {
        "c": (Change("timer", "P1D", "P2D"),),
        "a": (Change("complete", "all", "any"),),
        "r": (Change("rules", 'short → "x"', 'short → "y"'),),
    }


def test_what_the_engine_does_not_read_is_not_passed_over():
    after = BEFORE.replace(
        f'name="a" {COUNSELOR}>', f'name="a" {COUNSELOR}><bpmn:documentation>neu</bpmn:documentation>'
    )
    assert only(BEFORE, after) == (Change(CONTENT, "", ""),)


def test_white_space_between_elements_is_no_difference():
    spread = BEFORE.replace("><bpmn:conditionExpression", ">\n   <bpmn:conditionExpression")
    spread = spread.replace("<bpmn:extensionElements><", "<bpmn:extensionElements>\n <")
    assert spread != BEFORE
    assert diff(BEFORE, spread) == []


@given(definitions())
@settings(max_examples=40, deadline=None)
def test_another_spelling_and_another_drawing_differ_in_nothing(text):
    assert diff(text, normalise(text)) == []
    assert diff(text, lay_out(text)) == []


@given(definitions(), st.data())
@settings(max_examples=60, deadline=None)
def test_every_change_is_found_and_nothing_else(text, data):
    key = data.draw(st.sampled_from(sorted(read(text).elements)))
    document = Document(text)
    document.set_setting(key, "nameEn", "Changed")
    assert kinds(text, document.text()) == {key: CHANGED}
    assert kinds(document.text(), text) == {key: CHANGED}


@given(definitions(), definitions())
@settings(max_examples=30, deadline=None)
def test_there_and_back_are_mirrored(one, other):
    there, back = kinds(one, other), kinds(other, one)
    swapped = {ADDED: REMOVED, REMOVED: ADDED, CHANGED: CHANGED, MOVED: MOVED}
    assert back == {key: swapped[kind] for key, kind in there.items()}

"""What lint finds, with the element it sits on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import UnitKind
from accounts.roles import Role
from processes.bpmn.lint import Catalogue, lint_text
from processes.bpmn.reader import MAX_BYTES, read
from processes.tests.kit import REVIEW

CATALOGUE = Catalogue(
    roles=frozenset(Role.values), units=tuple(UnitKind.values), handlers=frozenset({"take_effect"})
)


def faults(text: str | bytes) -> list[tuple[str, str]]:
    return [(problem.code, problem.element_id) for problem in lint_text(text, CATALOGUE)]


def test_sound_definition_has_no_problems() -> None:
    assert faults(REVIEW) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('id="file" name="填写" qc:initiator="true"', 'id="file" name="填写"', ("nobody", "file")),
        ('qc:role="counselor"', 'qc:role="dean"', ("unknown-role", "class_review")),
        ('qc:unit="class"', 'qc:unit="floor"', ("unknown-unit", "class_review")),
        ('qc:handler="take_effect"', 'qc:handler="nothing"', ("unknown-handler", "take_effect")),
        (' qc:handler="take_effect"', "", ("no-handler", "take_effect")),
        (' default="f4"', "", ("no-default", "is_short")),
        ("<bpmn:conditionExpression>short<", "<bpmn:conditionExpression>shrt<", ("bad-condition", "f5")),
        ("<bpmn:conditionExpression>short<", "<bpmn:conditionExpression>1 + 1<", ("bad-condition", "f5")),
        ("<bpmn:conditionExpression>short<", "<bpmn:conditionExpression>short == <", ("bad-condition", "f5")),
        ('targetRef="take_effect"/>', 'targetRef="nowhere"/>', ("dangling", "f7")),
        ('qc:dueWorkdays="2"', 'qc:dueWorkdays="soon"', ("due", "class_review")),
        ('qc:canReject="true"', 'qc:canReject="yes"', ("flag", "university_review")),
        ('type="bool"', 'type="colour"', ("variable-type", "scratch_review")),
        (
            '<bpmn:endEvent id="end"/>',
            '<bpmn:endEvent id="end"/><bpmn:scriptTask id="s"/>',
            ("unsupported", "s"),
        ),
        (
            '<bpmn:endEvent id="end"/>',
            '<bpmn:endEvent id="end"><bpmn:signalEventDefinition/></bpmn:endEvent>',
            ("unsupported", "end"),
        ),
        (
            '<bpmn:endEvent id="end"/>',
            '<bpmn:endEvent id="end"/><bpmn:endEvent id="end"/>',
            ("duplicate-id", "end"),
        ),
        (
            '<bpmn:endEvent id="end"/>',
            '<bpmn:endEvent id="end"/><bpmn:userTask id="lost" qc:initiator="true"/>',
            ("unreachable", "lost"),
        ),
        (
            'sourceRef="take_effect" targetRef="end"',
            'sourceRef="take_effect" targetRef="is_short"',
            ("no-way-out", "file"),
        ),
        (
            'sourceRef="take_effect" targetRef="end"',
            'sourceRef="take_effect" targetRef="is_short"',
            ("endless-loop", "is_short"),
        ),
        (
            'sourceRef="start" targetRef="file"',
            'sourceRef="start" targetRef="class_review"',
            ("first-task", "class_review"),
        ),
        ('process id="scratch_review"', 'process id="scratch review"', ("process-id", "scratch review")),
    ],
)
def test_fault_is_named_with_its_element(old: str, new: str, expected: tuple[str, str]) -> None:
    assert old in REVIEW
    assert expected in faults(REVIEW.replace(old, new))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\x00\xff\xfe",
        b"not xml",
        b"<a/>",
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"),
        b"<a>" * 500 + b"</a>" * 500,
        b"<" + b"a" * (MAX_BYTES + 1),
    ],
)
def test_unreadable_text_is_one_problem(text: bytes) -> None:
    assert faults(text) == [("unreadable", "")]


@given(st.binary(max_size=300))
def test_any_bytes_are_answered_without_an_error(text: bytes) -> None:
    assert isinstance(faults(text), list)


@given(st.integers(0, len(REVIEW) - 1), st.integers(0, 40), st.text(max_size=12))
def test_damaged_definition_is_answered_without_an_error(at: int, length: int, insert: str) -> None:
    assert isinstance(faults(REVIEW[:at] + insert + REVIEW[at + length :]), list)


def test_settings_and_labels_are_read() -> None:
    task = read(REVIEW).elements["class_review"]
    assert (task.role, task.unit_kind, task.flag("batch"), task.is_initiators) == (
        "counselor",
        "class",
        True,
        False,
    )
    assert (task.label("zh-hans"), task.label("en")) == ("班级审核", "Class review")


def test_id_longer_than_its_column_is_named() -> None:
    long = "u" * 81
    assert ("long-id", long) in faults(REVIEW.replace("university_review", long))
    assert ("long-id", "k" * 61) in faults(
        REVIEW.replace('process id="scratch_review"', f'process id="{"k" * 61}"')
    )


def test_thousands_of_gateways_are_checked_at_once() -> None:
    """Seen red: a search from every gateway took minutes for this chain."""
    count = 4000
    gateways = "".join(f'<bpmn:exclusiveGateway id="g{n}"/>' for n in range(count))
    flows = "".join(
        f'<bpmn:sequenceFlow id="s{n}" sourceRef="g{n}" targetRef="g{n + 1}"/>' for n in range(count - 1)
    )
    text = REVIEW.replace('<bpmn:endEvent id="end"/>', f'<bpmn:endEvent id="end"/>{gateways}{flows}')
    assert ("unreachable", "g7") in faults(text)
    loop = text.replace(
        "</bpmn:process>", '<bpmn:sequenceFlow id="back" sourceRef="g9" targetRef="g3"/></bpmn:process>'
    )
    assert {element for code, element in faults(loop) if code == "endless-loop"} == {
        f"g{n}" for n in range(3, 10)
    }

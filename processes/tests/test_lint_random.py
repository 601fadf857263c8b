"""Random definitions: sound ones are left alone, one thing broken is found, nothing at all raises."""

import re
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from accounts.models import UnitKind
from accounts.roles import REVIEWERS, Role
from processes.bpmn.lint import CalledFlow, Catalogue, Problem, lint_text
from processes.tests.generate import CALLED, KINDS, VARIABLES, Block, block, definitions, text_of

CATALOGUE = Catalogue(
    roles=frozenset(Role.values),
    staff_roles=frozenset(REVIEWERS),
    units=tuple(UnitKind.values),
    handlers=frozenset({"take_effect"}),
    flows={key: CalledFlow(VARIABLES) for key in CALLED},
)
EVERYTHING = text_of(
    block("sequence", *[block(kind, block("task"), block("service")) for kind in sorted(KINDS)])
)


def lint(text: str | bytes) -> list[Problem]:
    return lint_text(text, CATALOGUE)


@given(definitions(leaves=12))
@settings(max_examples=200, deadline=None)
def test_sound_definition_is_left_alone(text: str) -> None:
    assert lint(text) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("choice", range(12))
def test_every_block_is_left_alone(kind: str, choice: int) -> None:
    assert lint(text_of(block(kind, block("task"), block("service"), block("rule"), choice=choice))) == []


#: What to break: a pattern, and what one place of it becomes.
BREAKS = [
    (r' default="f\d+"', ""),
    (r'(<bpmn:exclusiveGateway id="g\d+") default="f\d+"', r'\1 default="f1"'),
    (r' qc:handler="take_effect"', ""),
    (r' qc:role="\w+"', ""),
    (r' qc:unit="\w+"', ""),
    # not the way back of a loop: without it the chain is sound, and goes round no more
    (r"<bpmn:sequenceFlow [^>]*>(?!<bpmn:conditionExpression>rounds).*?</bpmn:sequenceFlow>", ""),
    (r'targetRef="\w+"', 'targetRef="nowhere"'),
    (r'sourceRef="\w+"', 'sourceRef="end"'),
    (r'attachedToRef="\w+"', 'attachedToRef="start"'),
    (r"<bpmn:conditionExpression>.*?<", "<bpmn:conditionExpression>nothing<"),
    (r' messageRef="\w+"', ""),
    (r' qc:workdays="1"', ' qc:workdays="x"'),
    (r"P1D", "P1X"),
    (r' qc:result="\w+"', ' qc:result="nothing"'),
    (r'<qc:rule value="[^"]*"/>', ""),
    (r'<qc:variable name="\w+" type="\w+"/>', '<qc:variable name="other" type="colour"/>'),
    (
        r'<bpmn:parallelGateway id="g(\d+)"(.*?)</bpmn:parallelGateway>',
        r'<bpmn:scriptTask id="g\1"\2</bpmn:scriptTask>',
    ),
    (r' calledElement="\w+"', ""),
    (r' calledElement="\w+"', ' calledElement="nobody"'),
    (r'(<qc:(?:in|out) source=")[^"]*"', r'\1nothing"'),
    (r'(<qc:(?:in|out) source="[^"]*" target=")\w+"', r'\1nothing"'),
    (r' qc:collection="members"', ' qc:collection="nobody"'),
    (r"<bpmn:endEvent .*?</bpmn:endEvent>", ""),
    (r"<bpmn:startEvent .*?</bpmn:startEvent>", ""),
    (r'id="([a-z]\d+)"', 'id="start"'),
    (r' qc:(\w+)="', r' qc:x\1="'),
]


@given(definitions(leaves=6), st.sampled_from(BREAKS), st.integers(0, 10_000))
@settings(max_examples=300, deadline=None)
def test_one_thing_broken_is_found(text: str, change: tuple[str, str], which: int) -> None:
    pattern, becomes = change
    places = list(re.finditer(pattern, text))
    assume(places)
    at = places[which % len(places)]
    assert lint(text[: at.start()] + at.expand(becomes) + text[at.end() :]) != []


@pytest.mark.parametrize(
    ("kind", "becomes", "code"),
    [
        ("exclusive", "parallel", "dead-join"),
        ("inclusive", "parallel", "dead-join"),
        ("parallel", "exclusive", "runs-twice"),
        ("inclusive", "exclusive", "runs-twice"),
    ],
)
@given(
    depth=st.integers(0, 3),
    beside=st.sampled_from(sorted(KINDS)),
)
@settings(max_examples=25, deadline=None)
def test_join_of_another_kind_is_found(kind: str, becomes: str, code: str, depth: int, beside: str) -> None:
    body: Block = block(kind, block("task"), block("task"))
    for level in range(depth):
        body = block(("parallel", "exclusive", "loop")[level], block(beside, block("task")), body)
    text = text_of(body)
    number = max(int(found) for found in re.findall(rf'<bpmn:{kind}Gateway id="j(\d+)"', text))
    broken = re.sub(
        rf'<bpmn:\w+ id="j{number}">(.*?)</bpmn:\w+>',
        rf'<bpmn:{becomes}Gateway id="j{number}"></bpmn:{becomes}Gateway>',
        text,
    )
    assert (code, f"j{number}") in [(problem.code, problem.element_id) for problem in lint(broken)]


@given(st.binary(max_size=400))
def test_any_bytes_are_answered(text: bytes) -> None:
    assert isinstance(lint(text), list)


@given(st.integers(0, len(EVERYTHING) - 1), st.integers(0, 60), st.text(max_size=12))
@settings(max_examples=300, deadline=None)
def test_damaged_text_is_answered(at: int, length: int, insert: str) -> None:
    assert isinstance(lint(EVERYTHING[:at] + insert + EVERYTHING[at + length :]), list)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=6))
@settings(max_examples=200, deadline=None)
def test_exchanged_pieces_are_answered(swaps: list[tuple[int, int]]) -> None:
    """Still well-formed, but elements, attributes and texts stand where they do not belong."""
    pieces = re.split(r'("[^"]*")', EVERYTHING)
    values = range(1, len(pieces), 2)
    for one, other in swaps:
        a, b = values[one % len(values)], values[other % len(values)]
        pieces[a], pieces[b] = pieces[b], pieces[a]
    assert isinstance(lint("".join(pieces)), list)


@pytest.mark.parametrize(
    "attribute",
    [
        "name",
        "id",
        "qc:role",
        "qc:dueWorkdays",
        "qc:doerOf",
        "qc:copyTo",
        "qc:result",
        "qc:collection",
        "qc:ratio",
    ],
)
@given(
    value=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters='<&"'), max_size=30
    )
)
@settings(max_examples=20, deadline=None)
def test_any_value_is_answered(attribute: str, value: str) -> None:
    for place in re.finditer(rf' {attribute}="[^"]*"', EVERYTHING):
        text = f'{EVERYTHING[: place.start()]} {attribute}="{value}"{EVERYTHING[place.end() :]}'
        assert isinstance(lint(text), list)
        break


def _seconds(text: str) -> float:
    best = float("inf")
    for _attempt in range(5):
        begun = time.process_time()
        assert lint(text) == []
        best = min(best, time.process_time() - begun)
    return best


@pytest.mark.parametrize("shape", ["wide", "deep", "long"])
def test_time_grows_with_the_size_and_not_its_square(shape: str) -> None:
    small, large = (_shaped(shape, size) for size in (40, 160))
    assert large.count("<bpmn:userTask") > 3 * small.count("<bpmn:userTask")
    assert _seconds(large) < 10 * _seconds(small)


def _shaped(shape: str, size: int) -> str:
    pair = block("parallel", block("task"), block("service"))
    if shape == "long":
        return text_of(block("sequence", *[pair] * size))
    if shape == "wide":
        return text_of(block("parallel", *[block("sequence", block("task"), block("service"))] * size))
    body = block("task")
    for level in range(size):
        body = block("parallel" if level % 2 else "inclusive", body, block("task"))
    return text_of(body)

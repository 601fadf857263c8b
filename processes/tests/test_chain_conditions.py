"""Conditions as rows: written as CEL, read back as the same rows, and meaning the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.expressions import check_condition, evaluate, typed
from processes.bpmn.chain.conditions import (
    AFTER,
    ALL,
    ANY,
    BEGINS,
    HOLDS,
    MORE,
    NO,
    NONE_OF,
    OF_NONE,
    OFFERED,
    ONE_OF,
    YES,
    Condition,
    ConditionError,
    Row,
    understood,
    written,
)
from processes.tests.generate import VARIABLES, variables

VALUES = {
    "string": st.sampled_from(["a", "b", "76", "其他", "a||b", "x && (y", "c,d", "it's"]),
    "int": st.integers(-5, 9999).map(str),
    "double": st.sampled_from(["0", "2000", "1999.5", "-3.25"]),
    "bool": st.nothing(),
    "list": st.sampled_from(["x", "y"]),
    "timestamp": st.sampled_from(["2027-08-31T00:00:00Z", "2027-06-20T18:00:00+08:00"]),
}


@st.composite
def rows(draw: st.DrawFn) -> Row:
    name = draw(st.sampled_from(sorted(VARIABLES)))
    comparison = draw(st.sampled_from(OFFERED[VARIABLES[name]]))
    if comparison in OF_NONE:
        return Row(name, comparison)
    most = 3 if comparison in (ONE_OF, NONE_OF, BEGINS) else 1
    values = draw(st.lists(VALUES[VARIABLES[name]], min_size=1, max_size=most, unique=True))
    return Row(name, comparison, tuple(values))


CONDITIONS = st.builds(
    Condition, st.lists(rows(), min_size=1, max_size=4).map(tuple), st.sampled_from([ALL, ANY])
)


@given(CONDITIONS)
def test_what_rows_say_is_a_sound_condition(condition: Condition) -> None:
    assert check_condition(written(condition, VARIABLES), VARIABLES) is None


@given(CONDITIONS, variables())
def test_rows_read_back_mean_the_same(condition: Condition, values: dict[str, object]) -> None:
    text = written(condition, VARIABLES)
    again = understood(text, VARIABLES)
    assert again is not None
    stored = typed(values, VARIABLES)
    assert evaluate(written(again, VARIABLES), stored) == evaluate(text, stored)
    assert understood(written(again, VARIABLES), VARIABLES) == again


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('kind == "76"', Condition((Row("kind", ONE_OF, ("76",)),))),
        ("kind == '76'", Condition((Row("kind", ONE_OF, ("76",)),))),
        ('kind in ["a", "b"]', Condition((Row("kind", ONE_OF, ("a", "b")),))),
        ('!(kind in ["a", "b"])', Condition((Row("kind", NONE_OF, ("a", "b")),))),
        ('kind == "a" || kind == "b"', Condition((Row("kind", ONE_OF, ("a", "b")),))),
        ('kind.startsWith("70") || kind.startsWith("71")', Condition((Row("kind", BEGINS, ("70", "71")),))),
        ("level > 10", Condition((Row("level", MORE, ("10",)),))),
        ("short", Condition((Row("short", YES),))),
        ("!short && level > 1", Condition((Row("short", NO), Row("level", MORE, ("1",))), ALL)),
        ("short || level > 1", Condition((Row("short", YES), Row("level", MORE, ("1",))), ANY)),
        ('"x" in tags', Condition((Row("tags", HOLDS, ("x",)),))),
        (
            'until > timestamp("2027-08-31T00:00:00Z")',
            Condition((Row("until", AFTER, ("2027-08-31T00:00:00Z",)),)),
        ),
    ],
)
def test_text_written_by_hand_is_understood(text: str, expected: Condition) -> None:
    assert understood(text, VARIABLES) == expected


@pytest.mark.parametrize(
    "text",
    [
        "!short && (agreed || level > 0)",
        "level + 1 > 2",
        "size(tags) > 2",
        "level > rounds",
        "unknown == 'a'",
        'kind == "a\\"b"',
        "short ? agreed : level > 1",
        "!(level > 1)",
        "kind > 'a'",
        "",
    ],
)
def test_what_menus_cannot_say_is_left_as_text(text: str) -> None:
    assert understood(text, VARIABLES) is None


@pytest.mark.parametrize(
    "row",
    [
        Row("nothing", YES),
        Row("kind", MORE, ("1",)),
        Row("kind", ONE_OF),
        Row("kind", ONE_OF, ('a" || true',)),
        Row("level", MORE, ("1.5",)),
        Row("level", MORE, ("1", "2")),
        Row("salary", MORE, ("viel",)),
    ],
)
def test_row_that_makes_no_condition_is_refused(row: Row) -> None:
    with pytest.raises(ConditionError):
        written(Condition((row,)), VARIABLES)


def test_condition_without_rows_is_refused() -> None:
    with pytest.raises(ConditionError):
        written(Condition(()), VARIABLES)

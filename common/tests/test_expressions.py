"""Conditions: what is accepted, what is named as wrong, and that nothing runs for long."""

import datetime

import pytest

from common.expressions import ExpressionError, check_condition, check_value, evaluate, split, stored, typed

DECLARED = {
    "category": "string",
    "salary": "double",
    "short": "bool",
    "tags": "list",
    "count": "int",
    "until": "timestamp",
}


@pytest.mark.parametrize(
    "text",
    [
        'category == "76"',
        "short",
        "salary < 2000.0 && !short",
        'tags.exists(tag, tag == "x")',
        'category in ["10"]',
        'size(tags) > 1 && tags[1] == "x"',
        "count == 2 || salary == 2 || salary == 2000.0",
        "short ? count > 1 : !(short || count in [1, 2])",
        '!short && !category.startsWith("7")',
        'until < timestamp("2027-06-20T00:00:00Z")',
        'tags.exists(tag, tag == "a" || tag == "(") && category != "||"',
        "category != '' ? short : (salary > 3.0)",
    ],
)
def test_condition_over_declared_variables_is_sound(text: str) -> None:
    assert check_condition(text, DECLARED) is None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "not a valid"),
        ("category ==", "not a valid"),
        ("colour == 1", "undeclared variable 'colour'"),
        ("salary", "gives double, not true or false"),
        ("category == 76", "compares string with int"),
        ('short || category == "a" && count == "7"', "compares int with string"),
        ('category == "a" && salary < "7"', "does not fit the types of its variables in `salary < "),
        ("short || !(category in [10])", "compares string with int"),
        ('until == "2027-06-20"', "compares timestamp with string"),
        ("short && count", "does not fit"),
        ("short || category == 'a' && salary", "in `salary`, which gives double"),
        ('category == "a" ? count : short', "in `count`, which gives int"),
        ("category < 3", "does not fit"),
        ("1 / 0 == 1", "does not fit"),
        ("9223372036854775807 + 1 > 0", "does not fit"),
        ('{"a": 1}.b == 1', "does not fit"),
        ("x" * 1001, "longer than"),
        ("(" * 900, "not a valid"),
        ("tags.all(a, tags.all(b, tags.all(c, true)))", "more than 2 loops"),
    ],
)
def test_faulty_condition_is_described(text: str, wrong: str) -> None:
    assert wrong in str(check_condition(text, DECLARED))


def test_value_is_computed() -> None:
    assert evaluate('category.startsWith("70") || short', {"category": "70.1", "short": False}) is True


def test_missing_variable_is_an_error() -> None:
    with pytest.raises(ExpressionError):
        evaluate("category", {})


def test_stored_variables_are_given_their_types() -> None:
    declared = {
        "at": "timestamp",
        "due": "timestamp",
        "pay": "double",
        "n": "int",
        "people": "list",
        "word": "string",
    }
    moment = datetime.datetime(2027, 6, 20, 10, tzinfo=datetime.UTC)
    values = typed({"at": "2027-06-20T18:00:00+08:00", "pay": 2000, "word": None, "more": 1}, declared)
    assert values == {
        "at": moment,
        "due": datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC),
        "pay": 2000.0,
        "n": 0,
        "people": [],
        "word": "",
        "more": 1,
    }
    assert isinstance(values["pay"], float)
    assert evaluate('at + duration("1h") > at', values) is True


def test_stored_time_without_an_offset_is_local() -> None:
    at = typed({"at": "2027-06-20"}, {"at": "timestamp"})["at"]
    assert (at.replace(tzinfo=None), at.tzinfo is None) == (datetime.datetime(2027, 6, 20), False)


@pytest.mark.parametrize("wrong", ["soon", 5, []])
def test_stored_time_that_is_none_is_an_error(wrong: object) -> None:
    with pytest.raises(ExpressionError, match="no time"):
        typed({"at": wrong}, {"at": "timestamp"})


def test_computed_time_is_stored_as_text() -> None:
    at = evaluate('timestamp("2027-06-20T18:00:00+08:00")', {})
    assert stored(at) == "2027-06-20T18:00:00+08:00"
    assert stored([1]) == [1]


@pytest.mark.parametrize(
    ("text", "wanted", "wrong"),
    [
        ("count + 1", ("int",), None),
        ("count", ("double",), None),
        ("until", ("string", "timestamp"), None),
        ("short", ("int",), "gives bool, not int"),
        ("salary", ("int",), "gives double, not int"),
        ('category == "a" ? "b" : until', ("string", "timestamp"), None),
        ('category == "a" ? count : category', ("string",), "gives int, not string"),
    ],
)
def test_value_is_checked_for_its_type(text: str, wanted: tuple[str, ...], wrong: str | None) -> None:
    found = check_value(text, DECLARED, *wanted)
    assert found is None if wrong is None else wrong in str(found)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a || b||c", ["a", "b", "c"]),
        ("(a || b) || f(c || d)", ["(a || b)", "f(c || d)"]),
        ('a == \'||\' || b == "\\"||"', ["a == '||'", 'b == "\\"||"']),
        ("", [""]),
    ],
)
def test_expression_is_cut_outside_of_brackets_and_strings(text: str, pieces: list[str]) -> None:
    assert split(text, "||") == pieces

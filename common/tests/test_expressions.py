"""Conditions: what is accepted, what is named as wrong, and that nothing runs for long."""

import pytest

from common.expressions import ExpressionError, check_condition, evaluate

DECLARED = {"category": "string", "salary": "double", "short": "bool", "tags": "list"}


@pytest.mark.parametrize(
    "text",
    [
        'category == "76"',
        "short",
        "salary < 2000.0 && !short",
        'tags.exists(tag, tag == "x")',
        'category in ["10"]',
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
        ("salary", "gives float"),
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

"""Conditions are compiled and tried out before they are trusted."""

import pytest

from common.expressions import ExpressionError
from forms.schema.conditions import Condition

DECLARED = {
    "category": "string",
    "pay": "double?",
    "heads": "int?",
    "cohort": "int",
    "moved": "bool",
    "proof": "list",
    "student.moved": "bool",
}

GOOD = [
    'category == "10"',
    'category in ["10", "11"] && moved',
    'category.startsWith("7")',
    "pay != null && pay > 2000.0",
    "heads == null || heads >= 2",
    "cohort >= 2027",
    "size(proof) >= 2",
    '"agreement" in proof',
    'proof.exists(kind, kind == "agreement")',
    '!student.moved || category == "70.1"',
    'category.matches("^9[0-9]{17}$")',
    'moved ? category == "10" : category == "11"',
    "size(category) == 18",
]


@pytest.mark.parametrize("text", GOOD)
def test_sound_condition_is_loaded(text):
    assert Condition.load(text, DECLARED).text == text


BAD = [
    ('categry == "10"', "unknown variable 'categry'"),
    ('moved || categry == "10"', "unknown variable 'categry'"),
    ("student.mved", "unknown variable 'student.mved'"),
    ("student == null", "unknown variable 'student'"),
    ("category > 3", "fails with"),
    ('moved || category == "10" || category > 3', "fails with"),
    ('category == "99" && cohort > "x"', "fails with"),
    ("pay > 2000.0", "fails with"),
    ("category && moved", "fails with"),
    ("open(category)", "unknown function 'open'"),
    ('moved || category.reverse() == "x"', "unknown function 'reverse'"),
    ("category", "gives str"),
    ('cohort == "2027"', "is always false"),
    ('category == "10" && category == "11"', "is always false"),
    ("true", "is always true"),
    ("", ""),
    ("category ==", ""),
    ("moved && " * 200 + "moved", "longer"),
]


@pytest.mark.parametrize(("text", "complaint"), BAD)
def test_faulty_condition_is_refused_with_words(text, complaint):
    with pytest.raises(ExpressionError, match=complaint or "."):
        Condition.load(text, DECLARED)


def test_condition_holds_over_values():
    condition = Condition.load('category in ["10", "11"] && !student.moved', DECLARED)
    values = {"category": "10", "student": {"moved": False}, "pay": None}
    assert condition.holds(values)
    assert not condition.holds(values | {"category": "12"})
    assert not condition.holds(values | {"student": {"moved": True}})


def test_condition_that_cannot_be_told_does_not_hold():
    condition = Condition.load("cohort * cohort > 5", DECLARED)
    assert condition.holds({"cohort": 3})
    assert not condition.holds({"cohort": 10**10})

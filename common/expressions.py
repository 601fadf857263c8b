"""Conditions in CEL (Common Expression Language): compiled once, checked against declared variables.

CEL has no loops, no assignments and no access to Python, so an expression written by an administrator
can neither run for long nor reach beyond the values it is given.
"""

import datetime
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import cel

MAX_LENGTH = 1000
#: Loops over a list's items; nested ones multiply, so a third one is refused.
MAX_COMPREHENSIONS = 2
_COMPREHENSION = re.compile(r"\.\s*(?:all|exists|exists_one|filter|map)\s*\(\s*(\w*)")

#: What an expression raises when it has no value: wrong types, unknown names, overflow, a missing key.
FAILURES = (ValueError, RuntimeError, TypeError, ArithmeticError, LookupError)

#: Variable type -> values with which a condition is tried when it is checked.
SAMPLES: Mapping[str, tuple[Any, ...]] = {
    "string": ("", "10"),
    "int": (0, 7),
    "double": (0.0, 7.5),
    "bool": (False, True),
    "list": ([], ["10"]),
    "timestamp": (
        datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC),
        datetime.datetime(2027, 6, 20, tzinfo=datetime.UTC),
    ),
}


class ExpressionError(ValueError):
    """The expression cannot be compiled, or cannot be evaluated with the given variables."""


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> "cel.Program":
    """The compiled program of *text*. Raises ExpressionError when it is too long or not CEL."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"longer than {MAX_LENGTH} characters")
    if len(_COMPREHENSION.findall(text)) > MAX_COMPREHENSIONS:
        raise ExpressionError(f"more than {MAX_COMPREHENSIONS} loops over lists")
    try:
        return cel.compile(text)
    except FAILURES as error:
        raise ExpressionError(str(error).splitlines()[0] if str(error) else "not a CEL expression") from error


def evaluate(text: str, variables: Mapping[str, Any]) -> Any:
    """The value of *text* over *variables*. Raises ExpressionError when it has none."""
    try:
        return compile_expression(text).execute(dict(variables))
    except FAILURES as error:
        raise ExpressionError(str(error)) from error


def check_condition(text: str, declared: Mapping[str, str]) -> str | None:
    """What is wrong with *text* as a yes-or-no condition over *declared* (name -> type), or None."""
    return check_value(text, declared, "bool")


def check_value(text: str, declared: Mapping[str, str], *wanted: str) -> str | None:
    """What is wrong with *text* as an expression over *declared* that gives one of *wanted* types, or None.

    A whole number is also a `double`. Every part is looked at, so that no type is wrong behind an `||`
    that happens to hold, and no comparison is between values that can never be equal.
    """
    try:
        names = compile_expression(text).variables()
    except ExpressionError as error:
        return f"is not a valid CEL expression: {error}"
    bound = set(_COMPREHENSION.findall(text))  # CEL names them among the variables
    unknown = [name for name in names if name not in declared and name not in bound]
    if unknown:
        return f"uses the undeclared variable {unknown[0]!r}"
    samples = [{name: SAMPLES[kind][index] for name, kind in declared.items()} for index in range(2)]
    for sample in samples:
        try:
            value = evaluate(text, sample)
        except ExpressionError as error:
            return f"does not fit the types of its variables: {_first_sentence(error)}"
        if not _is_one_of(value, wanted):
            return _gives(value, wanted)
    return _slip(text, samples, wanted)


#: What CEL's values are called here, `bool` before `int` because Python's true is a number.
_NAMES: tuple[tuple[type, str], ...] = (
    (bool, "bool"),
    (int, "int"),
    (float, "double"),
    (str, "string"),
    (list, "list"),
    (datetime.datetime, "timestamp"),
)


def _is_one_of(value: Any, wanted: tuple[str, ...]) -> bool:
    name = _name(value)
    return not wanted or name in wanted or (name == "int" and "double" in wanted)


def _name(value: Any) -> str:
    return next((name for kind, name in _NAMES if isinstance(value, kind)), type(value).__name__)


def _gives(value: Any, wanted: tuple[str, ...]) -> str:
    return f"gives {_name(value)}, not " + ("true or false" if wanted == ("bool",) else " or ".join(wanted))


def _slip(text: str, samples: list[dict[str, Any]], wanted: tuple[str, ...]) -> str | None:
    """What is wrong in a part of an expression that as a whole can be evaluated."""
    text, negated = _bare(text)
    wanted = ("bool",) if negated else wanted
    choice = _choice(text)
    if choice is not None:
        condition, *ways = choice
        slips = [_slip(condition, samples, ("bool",)), *(_slip(way, samples, wanted) for way in ways)]
        return next(filter(None, slips), None)
    operands = split(text, "||", "&&")
    if len(operands) > 1:
        return next(filter(None, (_slip(each, samples, ("bool",)) for each in operands)), None)
    return _unlike(text, samples) or _misfit(text, samples, wanted)


def _misfit(text: str, samples: list[dict[str, Any]], wanted: tuple[str, ...]) -> str | None:
    for sample in samples:
        try:
            value = compile_expression(text).execute(dict(sample))
        except TypeError as error:
            return f"does not fit the types of its variables in `{text}`: {_first_sentence(error)}"
        except FAILURES:
            continue  # the whole can be evaluated, so something guards this part
        if not _is_one_of(value, wanted):
            return f"is wrong in `{text}`, which {_gives(value, wanted)}"
    return None


def _first_sentence(error: Exception) -> str:
    return str(error).splitlines()[0].partition(". ")[0] if str(error) else type(error).__name__


def _unlike(text: str, samples: list[dict[str, Any]]) -> str | None:
    """Name a comparison that never holds because its sides are of different types."""
    for operator in ("==", "!=", " in "):
        sides = split(text, operator)
        if len(sides) != 2:
            continue
        left, right = (_some_value(side, samples) for side in sides)
        if left is None or right is None:
            continue
        others = right if operator == " in " and isinstance(right, list) else [right]
        if operator == " in " and not sides[1].startswith("["):
            continue  # what a variable of type list holds is not declared
        for other in others:
            if {_name(left), _name(other)} - {"int", "double"} and _name(left) != _name(other):
                return f"compares {_name(left)} with {_name(other)} in `{text}`, which are never equal"
    return None


def _some_value(text: str, samples: list[dict[str, Any]]) -> Any:
    for sample in samples:
        try:
            return compile_expression(text).execute(dict(sample))
        except (ExpressionError, *FAILURES):
            continue
    return None


def _bare(text: str) -> tuple[str, bool]:
    """*text* without brackets around the whole and without `!` before it; whether there was a `!`."""
    negated = False
    while True:
        text = text.strip()
        if text.startswith("!") and len(split(text, *_OPERATORS)) == 1:
            text, negated = text.lstrip("! "), True
        elif text.startswith("(") and text.endswith(")") and not _outside(text):
            text = text[1:-1]
        else:
            return text, negated


def split(text: str, *operators: str) -> list[str]:
    """*text* cut at the *operators* that stand in no bracket and no string."""
    pieces, start, skip = [], 0, -1
    for at in _outside(text):
        if at < skip:
            continue
        found = next((each for each in operators if text.startswith(each, at)), None)
        if found is not None:
            pieces.append(text[start:at].strip())
            start = skip = at + len(found)
    return [*pieces, text[start:].strip()]


def _choice(text: str) -> tuple[str, str, str] | None:
    """Condition, first and second way of `a ? b : c`."""
    depth, question = 0, -1
    for at in _outside(text):
        if text[at] == "?":
            depth += 1
            question = at if question < 0 else question
        elif text[at] == ":" and depth:
            depth -= 1
            if not depth:
                return text[:question], text[question + 1 : at], text[at + 1 :]
    return None


_STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", re.DOTALL)
_OPERATORS = ("||", "&&", "?", "==", "!=", "<", ">", " in ", "+", "-", "*", "/", "%")


def _outside(text: str) -> list[int]:
    """Positions of the characters of *text* that stand in no bracket and no string; brackets stand inside."""
    masked = _STRING.sub(lambda found: "\0" * len(found[0]), text)
    positions, depth = [], 0
    for at, character in enumerate(masked):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif not depth and character != "\0":
            positions.append(at)
    return positions


def typed(variables: Mapping[str, Any], declared: Mapping[str, str]) -> Mapping[str, Any]:
    """Stored variables (JSON) as CEL sees them.

    A missing variable has its type's empty value (`""`, 0, false, no items, the first moment of 1970). A
    `timestamp` is stored as ISO 8601 text; one without an offset is local time. A whole number stored for
    a `double` becomes one. Raises ExpressionError when a stored time is none.
    """
    values = dict(variables)
    for name, kind in declared.items():
        value = values.get(name)
        if value is None:
            values[name] = SAMPLES[kind][0]
        elif kind == "timestamp":
            values[name] = _moment(name, value)
        elif kind == "double" and isinstance(value, int):
            values[name] = float(value)
    return values


def stored(value: Any) -> Any:
    """A value that CEL computed, as it is stored in JSON: a time as ISO 8601 text, the rest as it is."""
    return value.isoformat() if isinstance(value, datetime.datetime) else value


def _moment(name: str, value: Any) -> datetime.datetime:
    try:
        moment = value if isinstance(value, datetime.datetime) else datetime.datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ExpressionError(f"the variable {name!r} holds {value!r}, which is no time") from error
    return moment if moment.tzinfo else moment.astimezone()

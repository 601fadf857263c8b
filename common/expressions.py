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
    try:
        names = compile_expression(text).variables()
    except ExpressionError as error:
        return f"is not a valid CEL expression: {error}"
    bound = set(_COMPREHENSION.findall(text))  # CEL names them among the variables
    unknown = [name for name in names if name not in declared and name not in bound]
    if unknown:
        return f"uses the undeclared variable {unknown[0]!r}"
    for index in range(2):
        sample = {name: SAMPLES[kind][index] for name, kind in declared.items()}
        try:
            value = evaluate(text, sample)
        except ExpressionError as error:
            return f"does not fit the types of its variables: {error}"
        if not isinstance(value, bool):
            return f"gives {type(value).__name__}, not true or false"
    return None


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

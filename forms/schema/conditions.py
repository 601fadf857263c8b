"""Rules of a form description in CEL, compiled once and tried out when the description is loaded."""

import itertools
import math
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.expressions import FAILURES, ExpressionError, compile_expression

#: Variable type -> how a missing value looks to an expression. Numbers may be null ("?").
MISSING: Mapping[str, Any] = {
    "string": "",
    "bool": False,
    "list": (),
    "int": 0,
    "double": 0.0,
    "int?": None,
    "double?": None,
}

FUNCTIONS = frozenset({"size", "contains", "startsWith", "endsWith", "matches"})
_MACRO_VARIABLE = re.compile(r"\.(?:all|exists|exists_one|filter|map)\(\s*(\w+)\s*,")
_LITERAL = re.compile(r"\"([^\"\\]*)\"|'([^'\\]*)'|(?<![\w.])(\d+\.\d+)|(?<![\w.])(\d+)(?![\w.])")
_MOST_TRIALS = 400

#: Functions whose both outcomes no sample can be relied on to reach.
_OPAQUE = frozenset({"matches", "_+_", "_-_", "_*_", "_/_", "_%_"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A yes-or-no expression over the values of a form and its declared context."""

    text: str
    names: tuple[str, ...]
    _program: Any = field(repr=False, compare=False)

    @classmethod
    def load(cls, text: str, declared: Mapping[str, str]) -> "Condition":
        """Compile *text* and try it out over *declared* variables (name or `map.name` -> type).

        Raises ExpressionError, saying what is wrong, on an unknown variable or function, on a type
        error under any combination of sample values, and when the outcome never changes.
        """
        program = compile_expression(text)
        functions = set(program.functions())
        bound = set(_MACRO_VARIABLE.findall(text))
        names = tuple(name for name in program.variables() if name not in bound)
        paths = list(_paths(text, names, declared))
        _refuse_unknown_functions(functions)
        condition = cls(text, names, program)
        outcomes = {condition._try(trial) for trial in _trials(text, paths, declared)}
        if len(outcomes) == 1 and not _OPAQUE & functions:
            raise ExpressionError(f"is always {str(outcomes.pop()).lower()}, whatever the values")
        return condition

    def _try(self, values: Mapping[str, Any]) -> bool:
        try:
            outcome = self._program.execute(dict(values))
        except FAILURES as error:
            what = str(error).partition(":")[0]
            raise ExpressionError(f"fails with {dict(values)}: {what}") from error
        if not isinstance(outcome, bool):
            raise ExpressionError(f"gives {type(outcome).__name__}, not true or false")
        return outcome

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it is true over *values*, which name every variable; false when it cannot be told."""
        try:
            return self._program.execute({name: values[name] for name in self.names}) is True
        except FAILURES:
            return False


def _paths(text: str, names: Iterable[str], declared: Mapping[str, str]) -> Iterator[str]:
    """The declared names an expression uses, `map.name` for what it takes out of a map."""
    for name in names:
        members = re.findall(rf"\b{name}\.(\w+)\b(?!\()", text)
        used = [name] if name in declared else [f"{name}.{member}" for member in dict.fromkeys(members)]
        for path in used or [name]:
            if path not in declared:
                raise ExpressionError(f"uses the unknown variable {path!r}")
            yield path


def _refuse_unknown_functions(functions: Iterable[str]) -> None:
    for name in sorted(functions):
        if name.isidentifier() and not name.startswith("_") and name not in FUNCTIONS:
            raise ExpressionError(f"uses the unknown function {name!r}")


def _trials(text: str, paths: Sequence[str], declared: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Assignments of sample values: all combinations, or a fixed random choice out of very many."""
    literals = _literals(text)
    samples = [_samples(declared[path], *literals) for path in paths]
    combinations: Iterable[tuple[Any, ...]] = itertools.product(*samples)
    if math.prod(map(len, samples)) > _MOST_TRIALS:
        chance = random.Random(0)  # noqa: S311 - samples, not secrets
        combinations = (tuple(map(chance.choice, samples)) for _ in range(_MOST_TRIALS))
    for values in combinations:
        yield _nest(dict(zip(paths, values, strict=True)))


def _nest(values: Mapping[str, Any]) -> dict[str, Any]:
    """`{"student.moved": 1}` as `{"student": {"moved": 1}}`."""
    nested: dict[str, Any] = {}
    for path, value in values.items():
        name, _, member = path.partition(".")
        if member:
            nested.setdefault(name, {})[member] = value
        else:
            nested[name] = value
    return nested


def _literals(text: str) -> tuple[list[str], list[float]]:
    """The texts and the numbers written in an expression."""
    texts: dict[str, None] = {}
    numbers: dict[float, None] = {}
    for double_quoted, single_quoted, fraction, whole in _LITERAL.findall(text):
        if fraction or whole:
            numbers[float(fraction or whole)] = None
        else:
            texts[double_quoted or single_quoted] = None
    return list(texts), list(numbers)


def _samples(kind: str, texts: Sequence[str], numbers: Sequence[float]) -> list[Any]:
    """Values of *kind* that drive an expression with these literals down its different ways."""
    near = sorted({0.0, 1.0, *(number + step for number in numbers for step in (-1, 0, 1))})
    lengths = [int(number) for number in near if 1 < number <= 50]
    match kind.rstrip("?"):
        case "bool":
            return [False, True]
        case "string":
            return ["", "~", *(text for text in texts if text), *("~" * length for length in lengths)]
        case "list":
            return [[], ["~"], *([text] for text in texts), *(["~"] * length for length in lengths)]
        case "int":
            values: list[Any] = [int(number) for number in near]
        case _:
            values = list(near)
    return [None, *values] if kind.endswith("?") else values

"""Conditions as rows of menus: a variable, a comparison and values, written as CEL and read back from it.

`category in ["75", "76"] && salary < 2000.0` is two rows that hold together. What no rows can say (brackets
within brackets, sums, functions) is not read: the editor shows such a text and leaves it alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from common.expressions import split

#: How rows hold: all of them, or at least one.
ALL, ANY = "all", "any"

#: The comparisons a row may make.
IS, IS_NOT, ONE_OF, NONE_OF, BEGINS = "is", "is_not", "one_of", "none_of", "begins"
LESS, AT_MOST, MORE, AT_LEAST = "less", "at_most", "more", "at_least"
YES, NO, HOLDS, BEFORE, AFTER = "yes", "no", "holds", "before", "after"

_SIGNS = {IS: "==", IS_NOT: "!=", LESS: "<", AT_MOST: "<=", MORE: ">", AT_LEAST: ">="}
_COMPARISONS = {sign: name for name, sign in _SIGNS.items()}
_NUMBERS = (LESS, AT_MOST, MORE, AT_LEAST, IS, IS_NOT)

#: Type of a variable -> comparisons in the order in which a menu offers them.
OFFERED: Mapping[str, tuple[str, ...]] = {
    "string": (ONE_OF, NONE_OF, BEGINS),
    "int": _NUMBERS,
    "double": _NUMBERS,
    "bool": (YES, NO),
    "list": (HOLDS,),
    "timestamp": (BEFORE, AFTER),
}
#: Comparisons that take any number of values, those that take none, and the rest take one.
OF_MANY = frozenset({ONE_OF, NONE_OF, BEGINS})
OF_NONE = frozenset({YES, NO})

_TEXT = r"\"[^\"\\\n]*\"|'[^'\\\n]*'"
_NUMBER = r"-?\d+(?:\.\d+)?"
_COMPARED = re.compile(rf"(\w+)\s*(==|!=|<=|>=|<|>)\s*({_TEXT}|{_NUMBER})")
_MOMENT = re.compile(rf"(\w+)\s*(<|>)\s*timestamp\(\s*({_TEXT})\s*\)")
_AMONG = re.compile(r"(\w+)\s+in\s+\[([^\[\]]*)\]")
_HOLDING = re.compile(rf"({_TEXT})\s+in\s+(\w+)")
_BEGINNING = re.compile(rf"(\w+)\.startsWith\(\s*({_TEXT})\s*\)")
_CONSTANT = re.compile(rf"(?:{_TEXT})")
#: No value may hold these: a menu has no need of them, and a text in CEL would have to escape them.
_FORBIDDEN = re.compile(r"[\"\\\x00-\x1f]")


class ConditionError(ValueError):
    """The rows make no condition; the message says why."""


@dataclass(frozen=True)
class Row:
    """One line of menus: *variable* *comparison* *values*."""

    variable: str
    comparison: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """Rows of which all have to hold, or (`any`) one."""

    rows: tuple[Row, ...]
    together: str = ALL


def written(condition: Condition, declared: Mapping[str, str]) -> str:
    """The CEL text of *condition* over the *declared* variables (name -> type).

    Raises ConditionError when a row names no variable, does not fit its type, or has no value.
    """
    if not condition.rows:
        raise ConditionError("A condition needs at least one row.")
    alone = len(condition.rows) == 1
    parts = [_written_row(row, declared, alone or condition.together == ANY) for row in condition.rows]
    return (" || " if condition.together == ANY else " && ").join(parts)


def _written_row(row: Row, declared: Mapping[str, str], bare: bool) -> str:
    kind = declared.get(row.variable, "")
    if row.comparison not in OFFERED.get(kind, ()):
        raise ConditionError(f"{row.variable!r} cannot be compared in this way.")
    if row.comparison in OF_NONE:
        return row.variable if row.comparison == YES else f"!{row.variable}"
    values = [_written_value(value, kind) for value in dict.fromkeys(row.values)]
    if not values or (len(values) > 1 and row.comparison not in OF_MANY):
        raise ConditionError(f"{row.variable!r} needs a value to be compared with.")
    return _compared(row, values, bare)


def _compared(row: Row, values: list[str], bare: bool) -> str:
    name, comparison = row.variable, row.comparison
    if comparison == BEGINS:
        ways = " || ".join(f"{name}.startsWith({value})" for value in values)
        return ways if bare or len(values) == 1 else f"({ways})"
    if comparison in (ONE_OF, NONE_OF) and len(values) > 1:
        among = f"{name} in [{', '.join(values)}]"
        return among if comparison == ONE_OF else f"!({among})"
    if comparison == HOLDS:
        return f"{values[0]} in {name}"
    if comparison in (BEFORE, AFTER):
        return f"{name} {'<' if comparison == BEFORE else '>'} timestamp({values[0]})"
    sign = _SIGNS[{ONE_OF: IS, NONE_OF: IS_NOT}.get(comparison, comparison)]
    return f"{name} {sign} {values[0]}"


def _written_value(value: str, kind: str) -> str:
    if kind in ("int", "double"):
        if not re.fullmatch(r"-?\d{1,15}" if kind == "int" else r"-?\d{1,15}(?:\.\d{1,6})?", value, re.ASCII):
            raise ConditionError(f"{value[:40]!r} is no number.")
        return value if kind == "int" or "." in value else f"{value}.0"
    if not value or _FORBIDDEN.search(value):
        raise ConditionError(f"{value[:40]!r} cannot be a value.")
    return f'"{value}"'


def understood(text: str, declared: Mapping[str, str]) -> Condition | None:
    """*text* as rows over the *declared* variables, or None when no rows can say the same."""
    ways = split(_bare(text), "||")
    rows = [_row(each, declared) for each in ways]
    if len(ways) > 1:
        return _of(_gathered(rows), ANY)
    return _of([_row(each, declared) for each in split(_bare(text), "&&")], ALL)


def _of(rows: Iterable[Row | None], together: str) -> Condition | None:
    known = list(rows)
    found = [row for row in known if row is not None]
    if len(found) < len(known):
        return None
    return Condition(tuple(found), together if len(found) > 1 else ALL)


def _row(text: str, declared: Mapping[str, str]) -> Row | None:
    text = _bare(text)
    ways = split(text, "||")
    if len(ways) > 1:  # several beginnings of one variable are one row
        gathered = list(_gathered([_row(way, declared) for way in ways]))
        row = gathered[0] if len(gathered) == 1 else None
        return row if row is not None and row.comparison == BEGINS else None
    for reader in (_yes_or_no, _plainly, _among, _of_text):
        row = reader(text)
        if row is not None:
            return row if _fits(row, declared) else None
    return None


def _fits(row: Row, declared: Mapping[str, str]) -> bool:
    try:
        _written_row(row, declared, bare=True)
    except ConditionError:
        return False
    return True


def _yes_or_no(text: str) -> Row | None:
    if re.fullmatch(r"!?\s*[A-Za-z_]\w*", text):
        return Row(text.lstrip("! "), NO if text.startswith("!") else YES)
    return None


def _plainly(text: str) -> Row | None:
    found = _COMPARED.fullmatch(text)
    if found is None:
        moment = _MOMENT.fullmatch(text)
        return moment and Row(moment[1], BEFORE if moment[2] == "<" else AFTER, (moment[3][1:-1],))
    quoted = found[3][0] in "\"'"
    comparison = _COMPARISONS[found[2]]
    if quoted:
        comparison = {IS: ONE_OF, IS_NOT: NONE_OF}.get(comparison, comparison)
    return Row(found[1], comparison, (found[3][1:-1] if quoted else found[3],))


def _among(text: str) -> Row | None:
    negated = text.startswith("!")
    found = _AMONG.fullmatch(_bare(text[1:]) if negated else text)
    if found is None:
        return None
    values = split(found[2], ",")
    if not all(_CONSTANT.fullmatch(value) for value in values):
        return None
    return Row(found[1], NONE_OF if negated else ONE_OF, tuple(value[1:-1] for value in values))


def _of_text(text: str) -> Row | None:
    begins, holds = _BEGINNING.fullmatch(text), _HOLDING.fullmatch(text)
    if begins is not None:
        return Row(begins[1], BEGINS, (begins[2][1:-1],))
    return holds and Row(holds[2], HOLDS, (holds[1][1:-1],))


def _gathered(rows: Iterable[Row | None]) -> Iterator[Row | None]:
    """Rows of which one has to hold, those about the same values of one variable made one."""
    table: dict[tuple[str, str] | int, Row | None] = {}
    for number, row in enumerate(rows):
        if row is None or row.comparison not in (ONE_OF, BEGINS):
            table[number] = row
            continue
        before = table.get((row.variable, row.comparison))
        values = (before.values if before else ()) + row.values
        table[row.variable, row.comparison] = Row(row.variable, row.comparison, tuple(dict.fromkeys(values)))
    return iter(table.values())


def _bare(text: str) -> str:
    """*text* without brackets around the whole."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")") and _is_one_bracket(text):
        text = text[1:-1].strip()
    return text


def _is_one_bracket(text: str) -> bool:
    depth, quote = 0, ""
    for at, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        else:
            depth += (character == "(") - (character == ")")
            if not depth:
                return at == len(text) - 1
    return False

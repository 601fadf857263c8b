"""A cell's value as the text a person would have typed."""

import datetime
import re
from decimal import Decimal
from typing import Any

_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0b-\x1f\x7f]")
_CSV_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)


def texts_of(values: list[Any]) -> list[str]:
    """Every cell of a row as text."""
    if all(type(value) is str for value in values) and _is_clean("|".join(values)):
        return values
    return [text_of(value) for value in values]


def _is_clean(joined: str) -> bool:
    """Whether no cell of a row, joined by `|`, needs the care of `clean`."""
    if not joined.isprintable() or joined[:1] == " " or joined[-1:] == " ":
        return False
    return " |" not in joined and "| " not in joined and '="' not in joined


def text_of(value: Any) -> str:
    """The cell as text: no `.0` after whole numbers, ISO dates, ends trimmed, nothing invisible."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)


def clean(text: str) -> str:
    """*text* without invisible characters, `="..."` wrapping and blanks at both ends."""
    text = text.strip()
    if not text.isprintable():
        text = _INVISIBLE.sub("", text).strip()
    wrapped = _CSV_FORMULA_TEXT.fullmatch(text) if text.startswith("=") else None
    return wrapped[1].strip() if wrapped else text


def _number(value: float) -> str:
    """Digits as Excel shows them: its numbers keep 15 digits, the rest are zeros."""
    if value.is_integer() and abs(value) < 1e21:
        return f"{Decimal(repr(value)):.0f}"
    return repr(value)

"""Numbers with a check character: resident ID (GB 11643), organisation codes (GB 32100, GB 11714).

Every function takes text as stored: ASCII, upper case, no spaces. It never raises on other text.
"""

import datetime
import operator
import re
from functools import lru_cache

_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_ZERO = ord("0") * sum(_ID_WEIGHTS)
_ID_CHECKS = "10X98765432"
_GENDERS = ("2", "1")  # even, odd

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {character: value for value, character in enumerate(_USCC_ALPHABET)}
_USCC = re.compile(rf"[{_USCC_ALPHABET}]{{2}}[0-9]{{6}}[{_USCC_ALPHABET}]{{10}}")
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

_ORG_CODE = re.compile(r"[0-9A-Z]{8}-?[0-9X]")
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORG_CHECKS = "0123456789X0"


def id_check_digit(first17: str) -> str:
    """The 18th character of a resident ID number from its first 17 digits (GB 11643)."""
    total = sum(map(operator.mul, _ID_WEIGHTS, first17.encode()))  # of ASCII codes, which start at 48
    return _ID_CHECKS[(total - _ID_ZERO) % 11]


def id_birth_date(text: str) -> datetime.date | None:
    """The date in positions 7-14 of a resident ID number; None when there is no such day."""
    return _day(text[6:14])


@lru_cache(maxsize=8192)
def _day(text: str) -> datetime.date | None:
    """The day YYYYMMDD; those of graduates recur."""
    try:
        return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def id_gender(text: str) -> str:
    """`1` (male) or `2` (female), the codes of GB/T 2261.1; empty when the text is no ID number."""
    return _GENDERS[int(text[16]) % 2] if _ID_NUMBER.fullmatch(text) else ""


def valid_id_number(text: str) -> bool:
    """Whether *text* is a resident ID number: shape, a real birth date not in the future, check digit."""
    return id_facts(text) is not None


def id_facts(text: str) -> tuple[str, datetime.date] | None:
    """Gender and birth date as a valid resident ID number tells them; None for any other text."""
    if not _ID_NUMBER.fullmatch(text):
        return None
    born = id_birth_date(text)
    if born is None or not 1900 <= born.year or born > datetime.date.today():
        return None
    return (_GENDERS[int(text[16]) % 2], born) if text[17] == id_check_digit(text[:17]) else None


def uscc_check_char(first17: str) -> str:
    """The 18th character of a unified social credit code from its first 17 (GB 32100)."""
    values = [_USCC_VALUES[character] for character in first17]
    total = sum(weight * value for weight, value in zip(_USCC_WEIGHTS, values, strict=True))
    return _USCC_ALPHABET[-total % 31]


def valid_uscc(text: str) -> bool:
    """Whether *text* is a unified social credit code: alphabet without I O S V Z, check character."""
    return bool(_USCC.fullmatch(text)) and text[17] == uscc_check_char(text[:17])


def org_check_char(first8: str) -> str:
    """The ninth character of an organisation code from its first eight (GB 11714)."""
    total = sum(weight * int(char, 36) for weight, char in zip(_ORG_WEIGHTS, first8, strict=True))
    return _ORG_CHECKS[11 - total % 11]


def valid_org_code(text: str) -> bool:
    """Whether *text* is an organisation code, with or without the dash before its check character."""
    return bool(_ORG_CODE.fullmatch(text)) and text[-1] == org_check_char(text[:8])

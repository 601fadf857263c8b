"""From what arrived (a browser, a draft, a spreadsheet) to a clean value, type by type (forms 0).

A cleaner returns a JSON-safe value, None when nothing was given, or raises Invalid.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext as _

from common import stdnums
from forms import codes
from forms.schema import problems
from forms.schema.fields import Field
from forms.schema.problems import invalid

# Controls, invisible marks and half characters that no field means to hold; tab and line feed stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_FULL_WIDTH = {
    code: code - 0xFEE0
    for first, last in ("０９", "ＡＺ", "ａｚ")
    for code in range(ord(first), ord(last) + 1)
}
_MIDDLE_DOTS = dict.fromkeys(map(ord, "•‧∙・．●"), "·")

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[· .'’-])*")
_DAY = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))")
_TIME = re.compile(r"([0-9]{1,2})[:点]([0-9]{2})分?")
_WHOLE = re.compile(r"-?[0-9]{1,12}")
_AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")
_MONEY_SIGNS = re.compile("[,，¥￥元]")
_MOBILE_PREFIX = re.compile(r"(?:\+|00)?86(?=1[3-9][0-9]{9}$)")
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(?:-[0-9]{1,6})?|\+[0-9]{6,15}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_POSTCODE = re.compile(r"[0-9]{6}")

_YEARS = range(1900, 2200)
_LARGEST_INT = 10**12
_LARGEST_MONEY = 1_000_000
_LONGEST_MAIL = 254

_check_mail = EmailValidator()
_check_url = URLValidator(schemes=["http", "https"])

_BOOLEANS: Mapping[Any, bool] = {
    True: True,
    False: False,
    **dict.fromkeys(("true", "on", "yes", "1", "是"), True),
    **dict.fromkeys(("false", "off", "no", "0", "否"), False),
}


def clean(field: Field, raw: Any, cohort: int | None = None) -> Any:
    """The clean value of *raw* for *field*; None when nothing was given. Raises Invalid."""
    if raw is None or raw == "":
        return None
    return _CLEANERS[field.type](field, raw, cohort)


def _plain(raw: Any) -> str:
    """Text without invisible characters, full-width digits and letters made plain."""
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < _LARGEST_INT:
        return str(raw)
    if isinstance(raw, float):
        return repr(raw)
    if not isinstance(raw, str):
        raise invalid(problems.TEXT, _("This is not text. Please write it again."))
    return _UNSEEN.sub("", raw).translate(_FULL_WIDTH).strip()


def _compact(raw: Any) -> str:
    """Text of a number or address: every compatibility form made plain, no blanks."""
    return "".join(unicodedata.normalize("NFKC", _plain(raw)).split())


def _bounded(text: str, longest: int) -> str | None:
    if len(text) > longest:
        raise invalid(
            problems.TEXT,
            _("This is %(length)s characters long, at most %(longest)s fit. Please shorten it."),
            length=len(text),
            longest=longest,
        )
    return text or None


def _clean_text(field: Field, raw: Any, cohort: int | None) -> str | None:
    return _bounded(" ".join(_plain(raw).split()), field.max_length)


def _clean_long(field: Field, raw: Any, cohort: int | None) -> str | None:
    return _bounded(_plain(raw), field.max_length)


def _clean_name(field: Field, raw: Any, cohort: int | None) -> str | None:
    name = " ".join(_plain(raw).translate(_MIDDLE_DOTS).split())
    if name and (len(name) < 2 or not _NAME.fullmatch(name)):
        raise invalid(problems.NAME, _("Please write the full name, without titles or numbers."))
    return _bounded(name, field.max_length)


def _clean_code(field: Field, raw: Any, cohort: int | None) -> str:
    if not isinstance(raw, str) or not codes.choosable(field.argument, raw, cohort):
        raise invalid(problems.CODE, _("This choice is not in the list any more. Please choose again."))
    return raw


def _clean_region(field: Field, raw: Any, cohort: int | None) -> str:
    if not isinstance(raw, str) or not codes.region_path(raw):
        raise invalid(problems.REGION, _("This region is unknown. Please choose again."))
    if not codes.region_is_deep(raw, field.level):
        raise invalid(problems.REGION, _("Please choose down to the last level."))
    return raw


def _clean_date(field: Field, raw: Any, cohort: int | None) -> str | None:
    if isinstance(raw, datetime.date):
        return raw.isoformat()[:10]
    text = _compact(raw)
    match = _DAY.fullmatch(text)
    if not text:
        return None
    try:
        year, month, day = (int(part) for part in match.groups() if part) if match else (0, 0, 0)
        if year not in _YEARS:
            raise ValueError(year)
        return datetime.date(year, month, day).isoformat()
    except ValueError as error:
        raise invalid(problems.DATE, _("This is no date. Write it like 2027-07-01.")) from error


def _clean_time(field: Field, raw: Any, cohort: int | None) -> str | None:
    text = _compact(raw)
    match = _TIME.fullmatch(text)
    if not text:
        return None
    try:
        hour, minute = (int(part) for part in match.groups()) if match else (24, 0)
        return datetime.time(hour, minute).isoformat("minutes")
    except ValueError as error:
        raise invalid(problems.TIME, _("This is no time of day. Write it like 14:30.")) from error


def _clean_int(field: Field, raw: Any, cohort: int | None) -> int | None:
    text = _compact(raw)
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise invalid(problems.INTEGER, _("Please write a whole number, digits only."))
    number = int(text)
    _check_range(problems.INTEGER, field, number, -_LARGEST_INT, _LARGEST_INT)
    return number


def _clean_money(field: Field, raw: Any, cohort: int | None) -> str | None:
    text = _MONEY_SIGNS.sub("", _compact(raw))
    if not text:
        return None
    if not _AMOUNT.fullmatch(text):
        raise invalid(problems.MONEY, _("Please write the amount in yuan, like 6500 or 6500.50."))
    amount = Decimal(text)
    if amount <= 0:
        raise invalid(problems.MONEY, _("The amount has to be above zero."))
    _check_range(problems.MONEY, field, amount, 0, _LARGEST_MONEY - 1)
    return f"{amount:.2f}"


def _check_range(code: str, field: Field, number: Decimal | int, least: int, most: int) -> None:
    least = field.minimum if field.minimum is not None else least
    most = field.maximum if field.maximum is not None else most
    if not least <= number <= most:
        raise invalid(
            code, _("This has to lie between %(least)s and %(most)s."), least=f"{least:,}", most=f"{most:,}"
        )


def _clean_bool(field: Field, raw: Any, cohort: int | None) -> bool:
    value = _BOOLEANS.get(raw) if isinstance(raw, str | bool) else None
    if value is None:
        raise invalid(problems.CHOICE, _("Please choose yes or no."))
    return value


def _clean_phone(field: Field, raw: Any, cohort: int | None) -> str | None:
    text = _compact(raw)
    digits = _MOBILE_PREFIX.sub("", text.replace("-", ""))
    number = digits if digits[:1] == "1" else text
    if number and not _PHONE.fullmatch(number):
        raise invalid(
            problems.PHONE,
            _("Please write a mobile number of 11 digits, or a landline with its area code (0571-88888888)."),
        )
    return number or None


def _clean_email(field: Field, raw: Any, cohort: int | None) -> str | None:
    text = _compact(raw).lower()
    try:
        if text:
            _check_mail(text)
    except ValidationError as error:
        raise invalid(problems.MAIL, _("Please write a mail address like name@example.com.")) from error
    return _bounded(text, _LONGEST_MAIL)


def _clean_url(field: Field, raw: Any, cohort: int | None) -> str | None:
    text = _compact(raw)
    if text and "://" not in text:
        text = f"https://{text}"
    try:
        if text:
            _check_url(text)
    except (ValidationError, ValueError) as error:
        raise invalid(problems.URL, _("Please paste the full address, like https://example.com.")) from error
    return _bounded(text, field.max_length)


def _clean_uscc(field: Field, raw: Any, cohort: int | None) -> str | None:
    text = _compact(raw).upper().replace("-", "")
    if text and len(text) != 18:
        raise invalid(
            problems.USCC,
            _("A unified social credit code has 18 characters, this has %(length)s."),
            length=len(text),
        )
    if text and not stdnums.valid_uscc(text):
        raise invalid(
            problems.USCC,
            _(
                "This credit code cannot be right: its check character differs. Please compare it with the "
                "licence."
            ),
        )
    return text or None


def _clean_postcode(field: Field, raw: Any, cohort: int | None) -> str | None:
    text = _compact(raw)
    if text and not _POSTCODE.fullmatch(text):
        raise invalid(problems.POSTCODE, _("A postal code has six digits."))
    return text or None


def _clean_files(field: Field, raw: Any, cohort: int | None) -> list[dict[str, str]] | None:
    """File references as `queries.file_values` makes them."""
    if not isinstance(raw, list) or not all(_is_file(file) for file in raw):
        raise invalid(problems.FILES, _("These files were not uploaded here. Please add them again."))
    if len(raw) > field.most_files:
        raise invalid(problems.FILES, _("At most %(most)s files fit here."), most=field.most_files)
    if raw and len(raw) < (field.minimum or 0):
        raise invalid(
            problems.FILES, _("At least %(least)s files are needed here."), least=field.minimum or 0
        )
    return [{name: str(file.get(name, "")) for name in FILE_KEYS} for file in raw] or None


def _is_file(value: Any) -> bool:
    return isinstance(value, dict) and bool(_UUID.fullmatch(str(value.get("id"))))


FILE_KEYS = ("id", "name", "kind", "sha256")

_CLEANERS: Mapping[str, Callable[[Field, Any, int | None], Any]] = {
    "text": _clean_text,
    "long": _clean_long,
    "name": _clean_name,
    "code": _clean_code,
    "region": _clean_region,
    "date": _clean_date,
    "time": _clean_time,
    "int": _clean_int,
    "money": _clean_money,
    "bool": _clean_bool,
    "phone": _clean_phone,
    "email": _clean_email,
    "url": _clean_url,
    "uscc": _clean_uscc,
    "postcode": _clean_postcode,
    "files": _clean_files,
}

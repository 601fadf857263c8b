"""From the text of one cell to the value of one field (domain: forms 0)."""

import datetime
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from forms import codes
from students.importing.choices import CodeList, RegionList
from students.importing.columns import Column

Parser = Callable[[str], Any]


class CellError(Exception):
    """A cell that cannot be used: a code of `problems.MESSAGES` and its placeholders."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


MOBILE = re.compile(r"1[3-9]\d{9}|\+\d{6,15}")
LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?")
NAME = re.compile(r"[A-Za-zÀ-ɏ\u3400-\u9fff\U00020000-\U000323af〇·.' -]{2,50}")
PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,50}")
STUDENT_NO = re.compile(r"[0-9A-Za-z]{6,20}")
EXAM_NO = re.compile(r"\d{14,15}")
USUAL_EMAIL = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*@[a-z0-9]+(?:[.-][a-z0-9]+)*\.[a-z]{2,10}")
POSTCODE = re.compile(r"\d{6}")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?[日月]?(?: \d\d:\d\d(?::\d\d)?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_EXCEL_EPOCH = datetime.date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)
_YES = frozenset({"是", "1", "y", "yes", "true", "已转入", "转入"})
_NO = frozenset({"否", "0", "n", "no", "false", "未转入", "不转入", "无"})
_CHINESE_DIGITS = str.maketrans("一二两三四五六七八九", "1223456789")


def parser_for(column: Column) -> Parser:
    """The function that reads cells of *column*; it raises CellError."""
    if column.kind == "code":
        return _code_parser(CodeList(column.table))
    if column.kind == "region":
        return _region_parser(RegionList())
    if column.field in _BY_FIELD:
        return _BY_FIELD[column.field]
    if column.kind in _BY_KIND:
        return _BY_KIND[column.kind]
    return _limited(column.max_length)


def _code_parser(choices: CodeList) -> Parser:
    def parse(text: str) -> str:
        if code := choices.find(text):
            return code
        if near := choices.near(text):
            raise CellError("unknown_code_near", near=near)
        raise CellError("unknown_code")

    return parse


def _region_parser(regions: RegionList) -> Parser:
    def parse(text: str) -> str:
        code = regions.find(text)
        if code is None:
            raise CellError("unknown_region")
        if not code:
            raise CellError("ambiguous_region")
        if not codes.region_is_deep(code, 3):
            raise CellError("region_not_deep")
        return code

    return parse


def _limited(length: int) -> Parser:
    def parse(text: str) -> str:
        if len(text) > length:
            raise CellError("too_long", limit=length)
        return text

    return parse


def _pattern(pattern: re.Pattern[str], code: str) -> Parser:
    def parse(text: str) -> str:
        compact = half_width(text).replace(" ", "")
        if not pattern.fullmatch(compact):
            raise CellError(code)
        return compact

    return parse


def half_width(text: str) -> str:
    """Full-width digits and letters as plain ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _exam_no(text: str) -> str:
    compact = half_width(text).replace(" ", "")
    if not EXAM_NO.fullmatch(compact):
        raise CellError("bad_exam_no", length=len(compact))
    return compact


def _id_no(text: str) -> str:
    """Letters in upper case; whether the number is valid depends on the kind of document."""
    compact = half_width(text).replace(" ", "").upper()
    if len(compact) > 18:
        raise CellError("too_long", limit=18)
    return compact


def _name(text: str) -> str:
    """One kind of middle dot, one kind of blank (V-NAME)."""
    if PLAIN_NAME.fullmatch(text):
        return text
    name = re.sub(r"[•．・‧∙]", "·", " ".join(text.split()))
    if re.search("[\u4e00-\u9fff]", name):
        name = name.replace(" ", "")
    if not NAME.fullmatch(name):
        raise CellError("bad_name")
    return name


def date_of(text: str) -> datetime.date:
    """A day written in one of the usual ways, or as Excel's number; a month means its first day."""
    text = half_width(text)
    if text.isdigit() and len(text) == 5 and int(text) in _EXCEL_DAYS:
        return _EXCEL_EPOCH + datetime.timedelta(days=int(text))
    found = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    if not found:
        raise CellError("bad_date")
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError as error:
        raise CellError("bad_date") from error


def _year(text: str) -> int:
    digits = half_width(text).rstrip("年版")
    if not re.fullmatch(r"(19|20|21)\d\d", digits):
        raise CellError("bad_year")
    return int(digits)


def _schooling_length(text: str) -> Decimal:
    digits = half_width(text).rstrip("年制").translate(_CHINESE_DIGITS)
    try:
        years = Decimal(digits)
    except InvalidOperation as error:
        raise CellError("bad_length") from error
    if not (years.is_finite() and 1 <= years <= Decimal("9.5") and years * 2 == int(years * 2)):
        raise CellError("bad_length")
    return years.quantize(Decimal("0.1"))


def _yes_no(text: str) -> bool:
    word = half_width(text).casefold()
    if word not in _YES | _NO:
        raise CellError("bad_yes_no")
    return word in _YES


def _any_phone(text: str) -> str:
    number = _compact_phone(text)
    if not (MOBILE.fullmatch(number) or LANDLINE.fullmatch(number)):
        raise CellError("bad_phone")
    return number


def _mobile(text: str) -> str:
    number = _compact_phone(text.replace("-", ""))
    if not MOBILE.fullmatch(number):
        raise CellError("bad_mobile")
    return number


def _compact_phone(text: str) -> str:
    """Without blanks and brackets; +86 in front of a mobile number is dropped."""
    if text.isdigit() and text.isascii() and text[0] == "1":
        return text
    number = re.sub(r"[\s()]", "", half_width(text))
    return re.sub(r"^(\+?86-?)(?=1[3-9]\d{9}$)", "", number)


def _email(text: str) -> str:
    address = half_width(text).lower()
    if USUAL_EMAIL.fullmatch(address):  # Django's own check takes as long as the rest of the row
        return address
    try:
        validate_email(address)
    except ValidationError as error:
        raise CellError("bad_email") from error
    return address


_BY_FIELD: dict[str, Parser] = {
    "student_no": _pattern(STUDENT_NO, "bad_student_no"),
    "exam_no": _exam_no,
    "id_no": _id_no,
    "mobile": _mobile,
}
_BY_KIND: dict[str, Parser] = {
    "name": _name,
    "date": date_of,
    "year": _year,
    "length": _schooling_length,
    "yes_no": _yes_no,
    "phone": _any_phone,
    "email": _email,
    "postcode": _pattern(POSTCODE, "bad_postcode"),
}

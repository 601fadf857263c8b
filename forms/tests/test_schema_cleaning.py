"""One value of each type: what is accepted, what it becomes, which code a fault has."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.schema.cleaning import clean
from forms.schema.fields import VARIABLE_TYPES, read_field
from forms.schema.problems import Invalid

pytestmark = pytest.mark.django_db


def make(kind, **settings):
    return read_field({"key": "f", "type": kind, "label": "F", "label_zh": "字段"} | settings, {}, {})


FILE = "00000000-0000-4000-8000-000000000001"

ACCEPTED = [
    ("text(20)", "  杭州　某某\t公司 ", "杭州 某某 公司"),
    ("text(20)", "ＡＢ１２（浙江）", "AB12（浙江）"),
    ("text(20)", "a\u200bb\x00c\ud800", "abc"),
    ("text(20)", 12, "12"),
    ("text(20)", " \u200b ", None),
    ("long(20)", " 一行\r\n二行 ", "一行\n二行"),
    ("name", "买买提•吐尔逊", "买买提·吐尔逊"),
    ("name", "Anna-Maria O'Neil", "Anna-Maria O'Neil"),
    ("code(gender)", "1", "1"),
    ("region(3)", "330106", "330106"),
    ("region(3)", "441900", "441900"),
    ("region(2)", "330100", "330100"),
    ("date", "2027-7-1", "2027-07-01"),
    ("date", "２０２７年７月１日", "2027-07-01"),
    ("date", "20270701", "2027-07-01"),
    ("date", "2027/07/01", "2027-07-01"),
    ("date", datetime.date(2027, 7, 1), "2027-07-01"),
    ("date", datetime.datetime(2027, 7, 1, 9, 0), "2027-07-01"),
    ("int", "１２", 12),
    ("int", -3, -3),
    ("money", "¥6,500.5 元", "6500.50"),
    ("money", 6500, "6500.00"),
    ("money", 6500.25, "6500.25"),
    ("bool", "on", True),
    ("bool", "no", False),
    ("bool", True, True),
    ("phone", "138 0013 8000", "13800138000"),
    ("phone", "+86 138-0013-8000", "13800138000"),
    ("phone", "8613800138000", "13800138000"),
    ("phone", "0571-88888888", "0571-88888888"),
    ("phone", "０５７１－８８８８８８８８－１２", "0571-88888888-12"),
    ("phone", "+4915112345678", "+4915112345678"),
    ("email", " HR@Example.COM ", "hr@example.com"),
    ("url", "example.com/shop?id=1", "https://example.com/shop?id=1"),
    ("uscc", " 9111 0000 6000 3734 1l ", "91110000600037341L"),
    ("postcode", "３１００００", "310000"),
    (
        "files",
        [{"id": FILE, "name": "n", "kind": "k", "sha256": "s", "x": 1}],
        [{"id": FILE, "name": "n", "kind": "k", "sha256": "s"}],
    ),
    ("files", [], None),
    ("time", "9:05", "09:05"),
    ("time", "１４：３０", "14:30"),
    ("time", "14点30分", "14:30"),
]


@pytest.mark.parametrize(("kind", "raw", "expected"), ACCEPTED)
def test_value_is_accepted_and_normalised(kind, raw, expected):
    assert clean(make(kind), raw, 2027) == expected


REFUSED = [
    ("text(5)", "六个字的文本", "V-TEXT"),
    ("text(5)", ["x"], "V-TEXT"),
    ("long(5)", "123456", "V-TEXT"),
    ("name", "李", "V-NAME"),
    ("name", "王经理13800138000", "V-NAME"),
    ("code(gender)", "7", "V-CODE"),
    ("code(gender)", 1, "V-CODE"),
    ("code(political_status)", "1", "V-CODE"),
    ("code(destination_category)", "80", "V-CODE"),
    ("code(destination_category)", "82", "V-CODE"),
    ("region(3)", "330100", "V-REGION"),
    ("region(3)", "999999", "V-REGION"),
    ("region(2)", "330106", "V-REGION"),
    ("date", "2027-02-30", "V-DATE"),
    ("date", "next week", "V-DATE"),
    ("date", "1027-01-01", "V-DATE"),
    ("time", "24:00", "V-TIME"),
    ("time", "noon", "V-TIME"),
    ("int", "3.5", "V-INT"),
    ("int", True, "V-TEXT"),
    ("money", "0", "V-MONEY"),
    ("money", "1000000", "V-MONEY"),
    ("money", "面议", "V-MONEY"),
    ("money", "-5", "V-MONEY"),
    ("money", float("nan"), "V-MONEY"),
    ("bool", "maybe", "V-BOOL"),
    ("bool", 3, "V-BOOL"),
    ("phone", "12800138000", "V-PHONE"),
    ("phone", "1380013800", "V-PHONE"),
    ("phone", "88888888", "V-PHONE"),
    ("email", "hr@", "V-MAIL"),
    ("url", "javascript://alert(1)", "V-URL"),
    ("url", "ftp://example.com", "V-URL"),
    ("uscc", "91110000600037341", "V-USCC"),
    ("uscc", "911100006000373410", "V-USCC"),
    ("postcode", "31000", "V-POST"),
    ("files", "f1", "V-FILE"),
    ("files", [{"name": "x"}], "V-FILE"),
    ("files", [{"id": "../../etc"}], "V-FILE"),
    ("files", [{"id": FILE}] * 10, "V-FILE"),
]


@pytest.mark.parametrize(("kind", "raw", "code"), REFUSED)
def test_value_is_refused_with_its_code(kind, raw, code):
    with pytest.raises(Invalid) as refusal:
        clean(make(kind), raw, 2027)
    assert refusal.value.error.code == code
    assert "%" not in str(refusal.value.error)


def test_bounds_of_the_description_hold():
    assert clean(make("int", min=1, max=9), "9") == 9
    for outside in ("0", "10"):
        with pytest.raises(Invalid):
            clean(make("int", min=1, max=9), outside)
    with pytest.raises(Invalid):
        clean(make("files", min=2), [{"id": FILE}])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ARGUMENTS = {"code": "(gender)"}


@pytest.mark.parametrize("kind", sorted(VARIABLE_TYPES))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=ANYTHING)
def test_cleaner_either_cleans_or_refuses_and_cleaning_twice_is_cleaning_once(kind, raw):
    field = make(kind + ARGUMENTS.get(kind, ""))
    try:
        value = clean(field, raw, 2027)
    except Invalid:
        return
    assert clean(field, value, 2027) == value

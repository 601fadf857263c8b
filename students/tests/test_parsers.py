import datetime
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from students.importing.columns import BY_FIELD, COLUMNS
from students.importing.parsers import CellError, parser_for

pytestmark = pytest.mark.django_db


def read(field: str, text: str) -> object:
    return parser_for(BY_FIELD[field])(text)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("student_no", "２０２３００１", "2023001"),
        ("exam_no", "23330106150001", "23330106150001"),
        ("id_no", "11010519491231002x", "11010519491231002X"),
        ("name", "阿卜杜•热合曼", "阿卜杜·热合曼"),
        ("name", "王 晓雨", "王晓雨"),
        ("name", "Anna  Lee", "Anna Lee"),
        ("name", "𠮷田㛃", "𠮷田㛃"),
        ("gender", "男", "1"),
        ("ethnic_group", "1", "01"),
        ("ethnic_group", "汉", "01"),
        ("ethnic_group", "崩龙族", "46"),
        ("political_status", "3", "03"),
        ("political_status", "团员", "03"),
        ("education_level", "本科", "31"),
        ("education_level", "1", "01"),
        ("normal_student_category", "12.1", "12.1"),
        ("origin_region", "330106", "330106"),
        ("origin_region", "浙江省 杭州市 西湖区", "330106"),
        ("origin_region", "浙江省-杭州市-西湖区", "330106"),
        ("origin_region", "北京市东城区", "110101"),
        ("origin_region", "441900", "441900"),  # Dongguan has no counties
        ("enrolled_on", "2023-09-01", datetime.date(2023, 9, 1)),
        ("enrolled_on", "2023/9/1", datetime.date(2023, 9, 1)),
        ("enrolled_on", "2023年9月1日", datetime.date(2023, 9, 1)),
        ("enrolled_on", "20230901", datetime.date(2023, 9, 1)),
        ("enrolled_on", "202309", datetime.date(2023, 9, 1)),
        ("enrolled_on", "2023-09-01 00:00:00", datetime.date(2023, 9, 1)),
        ("enrolled_on", "45170", datetime.date(2023, 9, 1)),  # Excel's number for the day
        ("catalogue_year", "2023年", 2023),
        ("schooling_length", "4", Decimal("4.0")),
        ("schooling_length", "2.5年", Decimal("2.5")),
        ("schooling_length", "四年", Decimal("4.0")),
        ("archive_moved_in", "是", True),
        ("archive_moved_in", "0", False),
        ("mobile", "+86 138-0000-0000", "13800000000"),
        ("mobile", "+4915112345678", "+4915112345678"),
        ("home_phone", "0571-88888888", "0571-88888888"),
        ("email", "Wang@Example.EDU.cn", "wang@example.edu.cn"),
        ("home_postcode", "310012", "310012"),
    ],
)
def test_usual_ways_of_writing_are_understood(field, text, value):
    assert read(field, text) == value


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("student_no", "12345", "bad_student_no"),
        ("student_no", "王晓雨", "bad_student_no"),
        ("exam_no", "233301061500", "bad_exam_no"),
        ("name", "王", "bad_name"),
        ("name", "20230001", "bad_name"),
        ("gender", "雄", "unknown_code"),
        ("political_status", "共青团", "unknown_code_near"),
        ("political_status", "99", "unknown_code"),
        ("origin_region", "330100", "region_not_deep"),
        ("origin_region", "浙江省", "region_not_deep"),
        ("origin_region", "999999", "unknown_region"),
        ("origin_region", "西湖区", "ambiguous_region"),
        ("enrolled_on", "2023-02-30", "bad_date"),
        ("enrolled_on", "昨天", "bad_date"),
        ("catalogue_year", "23", "bad_year"),
        ("schooling_length", "4.2", "bad_length"),
        ("schooling_length", "12", "bad_length"),
        ("schooling_length", "NaN", "bad_length"),
        ("archive_moved_in", "也许", "bad_yes_no"),
        ("mobile", "12800000000", "bad_mobile"),
        ("home_phone", "88888888", "bad_phone"),
        ("email", "wang@", "bad_email"),
        ("home_postcode", "31001", "bad_postcode"),
        ("specialization", "长" * 61, "too_long"),
    ],
)
def test_unusable_cells_are_refused_with_a_code(field, text, code):
    with pytest.raises(CellError) as caught:
        read(field, text)
    assert caught.value.code == code


def test_examples_of_the_template_are_good():
    for column in COLUMNS:
        if column.example and column.field not in ("college", "major", "student_class"):
            read(column.field, column.example)


@settings(deadline=None)
@given(text=st.text(min_size=1, max_size=30))
def test_no_text_breaks_a_parser(text):
    for column in COLUMNS:
        with suppress(CellError):
            parser_for(column)(text)

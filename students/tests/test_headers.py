import pytest

from common.spreadsheet.reading import Row
from students.importing import headers
from students.importing.columns import COLUMNS, MUST_BE_FILLED
from students.models import ImportMode


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("学号", "student_no"),
        ("学 号*", "student_no"),
        ("＊学号（必填）", "student_no"),
        ("XH", "student_no"),
        ("student_no", "student_no"),
        ("ksh", "exam_no"),
        ("xm", "name"),
        ("sfzh", "id_no"),
        ("xbdm", "gender"),
        ("mzdm", "ethnic_group"),
        ("zzmmdm", "political_status"),
        ("xldm", "education_level"),
        ("syszddm", "origin_region"),
        ("pyfsdm", "training_mode"),
        ("dxhwpdw", "target_unit"),
        ("rxsj", "enrolled_on"),
        ("bysj", "graduate_on"),
        ("sfslbdm", "normal_student_category"),
        ("knslbdm", "hardship_category"),
        ("定向/委培单位", "target_unit"),
    ],
)
def test_headers_are_known_by_label_name_and_alias(header, field):
    assert headers.match([header]) == {0: field}


def test_every_label_is_known_in_both_languages():
    assert [headers.match([column.zh])[0] for column in COLUMNS] == [column.field for column in COLUMNS]
    assert [headers.match([str(column.label)])[0] for column in COLUMNS] == [
        column.field for column in COLUMNS
    ]


def test_code_column_is_preferred_to_the_name_column_beside_it():
    assert headers.match(["生源地名称", "学号", "生源地代码"]) == {1: "student_no", 2: "origin_region"}


def test_unknown_columns_are_listed():
    cells = ["学号", "备注", "", "宿舍"]
    assert headers.ignored(cells, headers.match(cells)) == ["备注", "宿舍"]


def test_repeated_and_missing_columns_are_found():
    problems = headers.problems_of({0: "student_no", 1: "student_no", 2: "name"}, ImportMode.UPSERT)
    assert problems.repeated == ("student_no",)
    assert problems.missing == tuple(name for name in MUST_BE_FILLED if name not in ("student_no", "name"))
    assert not headers.problems_of({0: "student_no"}, ImportMode.UPDATE)
    assert headers.problems_of({0: "name"}, ImportMode.UPDATE).missing == ("student_no",)


def test_header_may_stand_below_a_title():
    rows = [Row(1, ["启程大学2027届毕业生"]), Row(3, ["学号", "姓名", "性别"]), Row(4, ["1", "王", "女"])]
    assert headers.find_header(rows) == rows[1]
    assert headers.find_header(rows[:1]) is None


def test_signature_ignores_decoration_but_not_order():
    assert headers.signature(["学号*", "姓 名"]) == headers.signature(["学号", "姓名"])
    assert headers.signature(["学号", "姓名"]) != headers.signature(["姓名", "学号"])

"""Look-ups in code tables."""

import pytest

from forms import actions, codes
from forms.models import Code

pytestmark = pytest.mark.django_db


def names(rows):
    return [row.name for row in rows]


def test_leading_zeros_and_dots_survive_loading():
    assert codes.code_name("political_status", "01") == "中共党员"
    assert codes.code_name("destination_category", "75.3") == "电子商务创业"


def test_label_follows_the_language():
    row = codes.find_code("destination_category", "10")
    assert (row.label("zh-hans"), row.label("en")) == ("签就业协议形式就业", "Employment agreement")


def test_label_without_english_name_stays_chinese():
    assert codes.find_code("region", "330000").label("en") == "浙江省"


def test_name_of_an_unknown_code_is_the_code():
    assert codes.code_name("gender", "7") == "7"
    assert codes.code_name("no_such_table", "7") == "7"
    assert codes.code_name("region", "999999") == "999999"


def test_children_of_a_heading_are_what_can_be_chosen():
    assert names(codes.children("destination_category", "80")) == ["研究生", "第二学士学位", "专科升普通本科"]
    assert not codes.choosable("destination_category", "80")
    assert codes.choosable("destination_category", "801")


def test_row_switched_off_in_the_file_cannot_be_chosen_but_keeps_its_name():
    assert not codes.choosable("destination_category", "82")
    assert codes.code_name("destination_category", "82") == "升学（规培）"
    assert not codes.choosable("employer_nature", "15")


@pytest.mark.parametrize(
    ("code", "level", "deep"),
    [
        ("330106", 3, True),
        ("330100", 3, False),
        ("330000", 3, False),
        ("441900", 3, True),
        ("110000", 2, True),
        ("110000", 3, False),
        ("330106", 2, False),
        ("330100", 2, True),
        ("330000", 1, True),
        ("000000", 3, False),
    ],
)
def test_region_depth(code, level, deep):
    assert codes.region_is_deep(code, level) is deep


def test_region_name_is_the_whole_path():
    assert codes.region_name("330106") == "浙江省杭州市西湖区"
    assert codes.region_name("110101") == "北京市东城区"


def test_region_search_takes_words_and_codes_nearest_first():
    assert codes.search_region("杭州 西湖")[0].code == "330106"
    assert codes.search_region("杭州")[0].code == "330100"
    assert [row.code for row in codes.search_region("330106")] == ["330106"]
    assert codes.search_region("   ") == []
    assert codes.search_region("没有这个地方") == []
    assert len(codes.search_region("市")) == 20


@pytest.mark.usefixtures("changing_codes")
def test_old_cohort_keeps_the_old_label():
    Code.objects.filter(table="destination_category", code="85").update(valid_from=2021)
    old = Code(table_id="destination_category", code="85", name="出国、出境", valid_to=2020)
    actions.save_code(old)
    codes.invalidate()
    assert codes.code_name("destination_category", "85", 2019) == "出国、出境"
    assert codes.code_name("destination_category", "85", 2027) == "境外留学（出国、出境）"
    assert codes.code_name("destination_category", "85") == "境外留学（出国、出境）"
    assert codes.choosable("destination_category", "85", 1999)


@pytest.mark.usefixtures("changing_codes")
def test_edit_in_this_process_shows_at_once(django_capture_on_commit_callbacks):
    assert codes.code_name("gender", "5") == "5"
    with django_capture_on_commit_callbacks(execute=True):
        row = actions.save_code(Code(table_id="gender", code="5", name="其他"))
    assert row.is_local
    assert codes.code_name("gender", "5") == "其他"


@pytest.mark.usefixtures("changing_codes")
def test_edit_by_another_process_shows_when_the_minute_is_over(monkeypatch):
    assert codes.code_name("gender", "5") == "5"
    actions.save_code(Code(table_id="gender", code="5", name="其他"))
    assert codes.code_name("gender", "5") == "5"
    monkeypatch.setattr(codes, "RECHECK_SECONDS", 0)
    assert codes.code_name("gender", "5") == "其他"


@pytest.mark.usefixtures("changing_codes")
def test_look_ups_query_only_once(django_assert_num_queries):
    codes.invalidate()
    with django_assert_num_queries(2):
        codes.codes("gender")
    with django_assert_num_queries(0):
        codes.codes("region")
        codes.code_name("country", "USA")

"""Check characters of Chinese numbers, against published numbers and an independent library."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from common import stdnums

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "11010520000229123X"])
def test_id_check_digit_agrees_with_the_standard(number):
    expected = ric.calc_check_digit(number)
    assert stdnums.id_check_digit(number[:17]) == expected


def test_id_number_of_the_standard_is_valid():
    assert stdnums.valid_id_number("11010519491231002X")
    assert stdnums.id_birth_date("11010519491231002X") == datetime.date(1949, 12, 31)
    assert stdnums.id_gender("11010519491231002X") == "2"
    assert stdnums.id_gender("110105194912310011") == "1"


def test_facts_are_told_only_by_a_valid_number():
    assert stdnums.id_facts("11010519491231002X") == ("2", datetime.date(1949, 12, 31))
    assert stdnums.id_facts("440524188001010014") is None  # born before 1900
    assert stdnums.id_facts("110105194912310021") is None
    assert stdnums.id_facts("１１０１０５19491231002X") is None


def number_born(day: str) -> str:
    first17 = f"110105{day}002"
    return first17 + stdnums.id_check_digit(first17)


@pytest.mark.parametrize("day", ["20030230", "20031301", "20030100", "18991231", "29990101"])
def test_id_number_with_an_impossible_birth_date_is_invalid(day):
    assert stdnums.valid_id_number(number_born("20030228"))
    assert not stdnums.valid_id_number(number_born(day))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "110105194912310021",
        "11010519491231002x",
        "110105491231002",
        "1101051949123100 X",
        "１１010519491231002X",
        "11010519491231002X\n",
    ],
)
def test_id_number_of_another_shape_is_invalid(text):
    assert not stdnums.valid_id_number(text)


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True))
def test_number_checks_never_raise(text):
    checks = (stdnums.valid_id_number, stdnums.valid_uscc, stdnums.valid_org_code)
    assert {type(check(text)) for check in checks} == {bool}
    stdnums.id_birth_date(text)
    stdnums.id_gender(text)


@pytest.mark.parametrize("number", ["91110000600037341L", "91350100M000100Y43"])
def test_uscc_of_a_real_body_is_valid(number):
    assert stdnums.valid_uscc(number)
    assert not stdnums.valid_uscc(number[:-1] + ("0" if number[-1] != "0" else "1"))


@pytest.mark.parametrize("text", ["", "9111000060003734I", "91110000600037341l", "9111000060003734-1L"])
def test_uscc_of_another_shape_is_invalid(text):
    assert not stdnums.valid_uscc(text)


@given(st.text(alphabet=USCC_ALPHABET, min_size=9, max_size=9), st.integers(0, 999_999))
def test_uscc_check_character_agrees_with_an_independent_library(organisation, region):
    first17 = f"91{region:06d}{organisation}"
    assert stdnums.uscc_check_char(first17) == uscc.calc_check_digit(first17)
    assert stdnums.valid_uscc(first17 + stdnums.uscc_check_char(first17))


def test_org_code_inside_a_uscc_is_valid():
    assert stdnums.valid_org_code("60003734-1")
    assert stdnums.valid_org_code("M000100Y4")
    assert not stdnums.valid_org_code("60003734-2")
    assert not stdnums.valid_org_code("6000373-41")

"""Made-up graduates: as the school's office would list them."""

import datetime
import re
from collections import Counter

import pytest

from common.stdnums import id_birth_date, id_gender, valid_id_number
from students.season.classes import class_sizes, draw_classes
from students.season.people import Graduate, _unused, draw_graduates
from students.season.tables import seeded, table

COHORT = 2027


@pytest.fixture(scope="module")
def graduates() -> list[Graduate]:
    return draw_graduates(2000, COHORT, seed=7)


def holds_identity_card(graduate: Graduate) -> bool:
    return graduate["id_document_type"] == "01"


def codes(name: str) -> set[str]:
    return {row["code"] for row in table(f"codes/{name}")}


def test_same_seed_gives_the_same_people() -> None:
    assert draw_graduates(120, COHORT, seed=7) == draw_graduates(120, COHORT, seed=7)


def test_another_seed_or_cohort_gives_other_people() -> None:
    first = draw_graduates(60, COHORT, seed=7)
    assert first != draw_graduates(60, COHORT, seed=8)
    assert first != draw_graduates(60, COHORT + 1, seed=7)


def test_id_numbers_are_valid_and_agree_with_birth_date_gender_and_county(graduates: list[Graduate]) -> None:
    for graduate in filter(holds_identity_card, graduates):
        number = graduate["id_no"]
        assert valid_id_number(number)
        born = id_birth_date(number)
        assert born is not None
        assert born.isoformat() == graduate["birth_date"]
        assert id_gender(number) == graduate["gender"]
        assert number[:6] == graduate["origin_region"]


def test_a_few_come_from_beyond_the_mainland_with_a_travel_permit(graduates: list[Graduate]) -> None:
    others = [graduate for graduate in graduates if not holds_identity_card(graduate)]
    assert 0 < len(others) < 30
    numbers = {"810000": r"H\d{8}", "820000": r"M\d{8}", "710000": r"\d{8}"}
    for graduate in others:
        assert re.fullmatch(numbers[graduate["origin_region"]], graduate["id_no"])


def test_ages_fit_the_level(graduates: list[Graduate]) -> None:
    for graduate in graduates:
        enrolled = datetime.date.fromisoformat(graduate["enrolled_on"])
        age = (enrolled - datetime.date.fromisoformat(graduate["birth_date"])).days / 365.25
        youngest = {"31": 17, "33": 17, "61": 17, "63": 17, "11": 21, "13": 21, "01": 24, "03": 24}
        assert youngest[graduate["education_level"]] <= age < 40


@pytest.mark.parametrize("field", ["student_no", "id_no", "mobile"])
def test_nobody_shares_a_number(graduates: list[Graduate], field: str) -> None:
    assert len({graduate[field] for graduate in graduates}) == len(graduates)


def test_a_number_that_is_taken_is_drawn_again() -> None:
    taken = {"1"}
    assert _unused(taken, iter("112").__next__) == "2"
    assert taken == {"1", "2"}


def test_student_numbers_of_the_first_colleges_begin_with_a_zero(graduates: list[Graduate]) -> None:
    assert all(re.fullmatch(r"\d{10}", graduate["student_no"]) for graduate in graduates)
    first_college = [g["student_no"] for g in graduates if g["college"] == "计算机学院"]
    assert first_college
    assert all(number.startswith("01") for number in first_college)


def test_exam_numbers_have_the_length_of_the_level(graduates: list[Graduate]) -> None:
    for graduate in graduates:
        digits = 15 if graduate["education_level"] in ("01", "03", "11", "13") else 14
        assert re.fullmatch(rf"\d{{{digits}}}|", graduate["exam_no"])
    assert any(not graduate["exam_no"] for graduate in graduates)


@pytest.mark.parametrize(
    ("field", "table_name"),
    [
        ("ethnic_group", "ethnic_group"),
        ("political_status", "political_status"),
        ("education_level", "education_level"),
        ("study_form", "study_form"),
        ("training_mode", "training_mode"),
        ("academic_status", "academic_status"),
        ("normal_student_category", "normal_student_category"),
        ("hardship_category", "hardship_category"),
        ("urban_rural", "urban_rural"),
        ("id_document_type", "id_document_type"),
    ],
)
def test_codes_come_from_their_table(graduates: list[Graduate], field: str, table_name: str) -> None:
    assert {graduate[field] for graduate in graduates} <= codes(table_name)


def test_origin_regions_are_counties_or_beyond_the_mainland(graduates: list[Graduate]) -> None:
    beyond = {"710000", "810000", "820000"}
    assert {graduate["origin_region"] for graduate in graduates} <= codes("region_county") | beyond


def test_bound_students_name_the_unit_they_are_bound_to() -> None:
    graduates = draw_graduates(5000, COHORT, seed=1)
    modes = {graduate["training_mode"] for graduate in graduates}
    assert {"1", "2", "3"} <= modes
    for graduate in graduates:
        bound = graduate["training_mode"] in ("2", "3", "4")
        assert bool(graduate["target_unit"]) == bool(graduate["target_unit_region"]) == bound


def test_publicly_funded_teachers_are_targeted(graduates: list[Graduate]) -> None:
    funded = [g for g in graduates if g["normal_student_category"].startswith("12")]
    assert funded
    assert all(graduate["training_mode"] == "2" for graduate in funded)


def test_graduation_is_in_the_cohort_except_for_the_deferred(graduates: list[Graduate]) -> None:
    for graduate in graduates:
        year = COHORT + (graduate["academic_status"] == "4")
        assert graduate["graduate_on"].startswith(str(year))


def test_some_names_carry_a_middle_dot_and_all_are_names(graduates: list[Graduate]) -> None:
    assert any("·" in graduate["name"] for graduate in graduates)
    assert all(2 <= len(graduate["name"]) <= 50 for graduate in graduates)
    parts = [graduate["name"].split("·") for graduate in graduates]
    assert all(len(set(name)) == len(name) for name in parts)


def test_most_students_are_undergraduates_and_all_levels_occur() -> None:
    levels = Counter(graduate["education_level"][0] for graduate in draw_graduates(5000, COHORT, seed=1))
    assert levels["3"] > 0.6 * 5000
    assert set(levels) == {"0", "1", "3", "6"}


def test_colleges_are_of_uneven_size() -> None:
    sizes = Counter(graduate["college"] for graduate in draw_graduates(10_000, COHORT, seed=1)).most_common()
    assert sizes[0][0] == "计算机学院"
    assert sizes[0][1] > 5 * sizes[-1][1]


@pytest.mark.parametrize("count", [1, 24, 46, 60, 100, 999, 10_000])
def test_class_sizes_add_up_whatever_the_count(count: int) -> None:
    assert sum(class_sizes(count, seeded(count))) == count


@pytest.mark.parametrize("count", [50, 60, 100, 999, 10_000])
def test_classes_hold_25_to_45(count: int) -> None:
    assert all(25 <= size <= 45 for size in class_sizes(count, seeded(count)))


def test_a_class_belongs_to_one_major_and_is_named_once_in_it() -> None:
    classes = draw_classes(10_000, COHORT, seeded(3))
    assert len({(item.programme.college, item.name) for item in classes}) == len(classes)

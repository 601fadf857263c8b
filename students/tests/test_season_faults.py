"""Planted faults: about 3 % of the rows, every one written down."""

from collections import Counter

import pytest

from common.stdnums import id_gender, valid_id_number
from students.season.faults import KINDS, Fault, Row, plant_faults
from students.season.people import Graduate, draw_graduates


@pytest.fixture(scope="module")
def graduates() -> list[Graduate]:
    return draw_graduates(2000, 2027, seed=7)


@pytest.fixture(scope="module")
def spoilt(graduates: list[Graduate]) -> tuple[list[Row], list[Fault]]:
    return plant_faults(graduates, seed=7)


def rows_of(spoilt: tuple[list[Row], list[Fault]], kind: str) -> list[tuple[Fault, Row]]:
    rows, faults = spoilt
    return [(fault, rows[fault.row - 2]) for fault in faults if fault.kind == kind]


def test_every_kind_occurs_and_3_percent_are_spoilt(spoilt: tuple[list[Row], list[Fault]]) -> None:
    faults = spoilt[1]
    assert {fault.kind for fault in faults} == set(KINDS)
    assert len(faults) == 60


def test_rows_without_a_listed_fault_are_as_drawn(
    graduates: list[Graduate], spoilt: tuple[list[Row], list[Fault]]
) -> None:
    rows, faults = spoilt
    listed = {fault.row for fault in faults}
    kept = {row["student_no"]: row for number, row in enumerate(rows, start=2) if number not in listed}
    clean = {graduate["student_no"]: graduate for graduate in graduates}
    assert len(kept) >= len(graduates) - len(faults)
    assert all(clean[str(number)] == row for number, row in kept.items())


def test_listed_fields_are_the_changed_ones(
    graduates: list[Graduate], spoilt: tuple[list[Row], list[Fault]]
) -> None:
    clean = {graduate["student_no"]: graduate for graduate in graduates}
    rows, faults = spoilt
    for fault in faults:
        before, after = clean[fault.student_no], rows[fault.row - 2]
        assert {field for field in before if before[field] != after[field]} == set(fault.fields)


def test_a_doubled_row_is_listed_at_its_second_place(spoilt: tuple[list[Row], list[Fault]]) -> None:
    rows = spoilt[0]
    assert len(rows) > 2000
    for fault, row in rows_of(spoilt, "doubled_row"):
        assert row == rows[fault.row - 3]


def test_lost_zeros_are_numbers(spoilt: tuple[list[Row], list[Fault]]) -> None:
    for fault, row in rows_of(spoilt, "lost_zeros"):
        assert all(isinstance(row[field], int) for field in fault.fields)


def test_a_broken_check_digit_makes_the_id_number_invalid(spoilt: tuple[list[Row], list[Fault]]) -> None:
    assert not any(valid_id_number(str(row["id_no"])) for _, row in rows_of(spoilt, "bad_check_digit"))


def test_a_changed_gender_disagrees_with_the_id_number(spoilt: tuple[list[Row], list[Fault]]) -> None:
    assert all(id_gender(str(row["id_no"])) != row["gender"] for _, row in rows_of(spoilt, "gender_mismatch"))


def test_the_first_row_of_every_class_stays_clean(
    graduates: list[Graduate], spoilt: tuple[list[Row], list[Fault]]
) -> None:
    first = {graduate["student_class"]: graduate["student_no"] for graduate in reversed(graduates)}
    assert not {fault.student_no for fault in spoilt[1]} & set(first.values())


def test_same_seed_plants_the_same_faults(graduates: list[Graduate]) -> None:
    assert plant_faults(graduates, 3) == plant_faults(graduates, 3)
    assert plant_faults(graduates, 3) != plant_faults(graduates, 4)


def test_few_rows_bear_few_faults() -> None:
    assert plant_faults(draw_graduates(1, 2027, 7), 7)[1] == []
    assert len(plant_faults(draw_graduates(60, 2027, 7), 7)[1]) == 2


def test_kinds_occur_by_weight(graduates: list[Graduate]) -> None:
    many = [fault.kind for seed in range(12) for fault in plant_faults(graduates, seed)[1]]
    assert Counter(many).most_common(1)[0][0] == "lost_zeros"

"""The made-up file and the importer agree: what is wrong on purpose is found, the rest is loaded."""

from pathlib import Path

import pytest

from students.actions import run_import
from students.models import ImportBatch, ImportRow, Student
from students.season.faults import Fault, Row, plant_faults
from students.season.people import Graduate, draw_graduates
from students.season.workbook import write_graduates

pytestmark = pytest.mark.django_db

GRADUATES = 400


@pytest.fixture(scope="module")
def graduates() -> list[Graduate]:
    return draw_graduates(GRADUATES, 2027, seed=7)


def load(rows: list[Row], path: Path) -> ImportBatch:
    write_graduates(path, rows)
    return run_import(path, cohort=2027, mode="upsert", commit=True)


def remarked_rows(batch: ImportBatch) -> set[int]:
    return {row.number for row in ImportRow.objects.filter(batch=batch) if row.problems}


def test_a_clean_file_is_loaded_without_a_remark(graduates: list[Graduate], tmp_path: Path) -> None:
    batch = load([dict(graduate) for graduate in graduates], tmp_path / "clean.xlsx")
    assert (batch.created, batch.wrong, batch.warned) == (GRADUATES, 0, 0)


def test_every_planted_fault_is_reported_and_nothing_else(graduates: list[Graduate], tmp_path: Path) -> None:
    rows, faults = plant_faults(graduates, seed=7)
    batch = load(rows, tmp_path / "dirty.xlsx")
    assert remarked_rows(batch) == {fault.row for fault in faults if not fault.tolerated}
    assert batch.created + batch.wrong == len(rows)


def test_tolerated_faults_are_mended(graduates: list[Graduate], tmp_path: Path) -> None:
    rows, faults = plant_faults(graduates, seed=7)
    load(rows, tmp_path / "dirty.xlsx")
    clean = {graduate["student_no"]: graduate for graduate in graduates}
    mended = [fault for fault in faults if fault.tolerated]
    assert {fault.kind for fault in mended} == {"lost_zeros", "full_width_digits", "trailing_spaces"}
    for fault in mended:
        assert stored(fault) == {field: clean[fault.student_no][field] for field in fault.fields}


def stored(fault: Fault) -> dict[str, str]:
    """The spoilt fields as they were loaded."""
    student = Student.objects.select_related("unit").get(student_no=fault.student_no)
    return {
        field: student.unit.name if field == "student_class" else str(getattr(student, field))
        for field in fault.fields
    }

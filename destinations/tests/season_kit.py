"""A cohort to play with, loaded from a made-up spreadsheet as a school would."""

from pathlib import Path

from processes.actions import load_definitions
from students.actions import run_import
from students.season.people import draw_graduates
from students.season.workbook import write_graduates

COHORT = 2027


def load_cohort(folder: Path, count: int = 60) -> None:
    """Import *count* made-up graduates, and publish the chain they will go through."""
    load_definitions()
    path = folder / "graduates.xlsx"
    write_graduates(path, [dict(graduate) for graduate in draw_graduates(count, COHORT, seed=7)])
    run_import(path, cohort=COHORT, mode="upsert", commit=True)

"""A spreadsheet of 50,000 students imported, beside the reader's own time for the same file."""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common.spreadsheet.reading import follow_table
from forms.loading import ensure_code_tables
from processes.tests.kit import ScratchFlow
from students.actions import run_import
from students.models import ImportMode, Student
from tests.bench.table import Row, timed

FEW, MANY = 10_000, 50_000


def measure(_flow: ScratchFlow) -> list[Row]:
    """The few first, so that what the process needs for them can be compared with what the many need."""
    ensure_code_tables()
    with tempfile.TemporaryDirectory() as folder:
        few, many = season(Path(folder), FEW, 2026), season(Path(folder), MANY, 2027)
        with transaction.atomic():
            import_season(few, 2026)
            transaction.set_rollback(True)  # some of the many bear the same numbers
        memory_for_few = _peak_mb()
        took = timed(lambda: import_season(many, 2027))
        memory_for_many = _peak_mb()
        reading = timed(lambda: _read(many))
    assert Student.objects.count() == MANY
    work = f"import of {MANY:,} students"
    return [
        Row(work, took, "the reader alone", reading, "at most 3", "s"),
        Row(f"{work}, peak memory", memory_for_many, f"of {FEW:,}", memory_for_few, "about 1", "MB"),
    ]


def season(folder: Path, graduates: int, cohort: int) -> Path:
    """A workbook of that many graduates in *folder*."""
    path = folder / f"{cohort}.xlsx"
    words = [
        "make_season",
        f"--graduates={graduates}",
        f"--cohort={cohort}",
        f"--seed={cohort}",
        f"--out={path}",
    ]
    # in a process of its own, whose memory is not counted
    subprocess.run(
        [sys.executable, settings.BASE_DIR / "manage.py", *words], check=True, stdout=subprocess.DEVNULL
    )
    return path


def import_season(path: Path, cohort: int) -> None:
    """Read, check and write all of it, as the command does."""
    batch = run_import(path, cohort=cohort, mode=ImportMode.UPSERT, commit=True)
    assert batch.wrong == 0, batch.wrong


def _read(path: Path) -> None:
    with follow_table(path) as table:
        for _row in table:
            pass


def _peak_mb() -> float:
    """The most memory this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)

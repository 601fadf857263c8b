"""`manage.py make_season`."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from python_calamine import CalamineWorkbook

from students.season.workbook import LABELS


def make(path: Path, **options: Any) -> Path:
    call_command("make_season", graduates=60, cohort=2027, seed=7, out=path, **options)
    return path


def cells(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = make(tmp_path / "a.xlsx", dirty=True), make(tmp_path / "b.xlsx", dirty=True)
    assert first.read_bytes() == second.read_bytes()


def test_the_file_does_not_say_when_it_was_made(tmp_path: Path) -> None:
    with zipfile.ZipFile(make(tmp_path / "a.xlsx")) as archive:
        assert archive.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2


def test_heads_are_chinese_and_every_clean_cell_is_text(tmp_path: Path) -> None:
    head, *rows = cells(make(tmp_path / "a.xlsx"))
    assert head == list(LABELS.values())
    assert len(rows) == 60
    assert all(isinstance(cell, str) for row in rows for cell in row)


def test_lost_zeros_reach_the_file_as_numbers(tmp_path: Path) -> None:
    head, *rows = cells(make(tmp_path / "a.xlsx", dirty=True))
    place = head.index(LABELS["ethnic_group"])
    assert sum(isinstance(row[place], float) for row in rows) == 1


def test_faults_are_counted_and_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path / "a.xlsx", dirty=True, faults=tmp_path / "faults.json")
    listed = json.loads((tmp_path / "faults.json").read_text(encoding="utf-8"))
    assert [fault["kind"] for fault in listed].count("lost_zeros") == 1
    shown = capsys.readouterr().out.split("\n")
    assert shown[0] == f"{tmp_path / 'a.xlsx'}: 61 rows, 2 colleges, 2 classes"
    assert "  lost_zeros                   1  should be mended" in shown


def test_a_file_that_cannot_be_written_is_an_error_with_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="could not be written"):
        make(tmp_path / "missing" / "a.xlsx")


@pytest.mark.parametrize("count", ["0", "-1", "many", "100001"])
def test_an_impossible_count_is_refused(count: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not a whole number"):
        call_command(
            "make_season", f"--graduates={count}", "--cohort=2027", "--seed=7", f"--out={tmp_path}/a"
        )

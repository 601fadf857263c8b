"""The command: what it prints, what it leaves, how it ends."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from students.models import ImportBatch, Student
from students.tests.kit import graduate, graduates, write_csv

pytestmark = pytest.mark.django_db


def run(path: Path, *options: str) -> tuple[int, str]:
    out, code = io.StringIO(), 0
    try:
        call_command("import_students", str(path), "--cohort", "2027", *options, stdout=out)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, out.getvalue()


@pytest.fixture
def no_broker(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    settings.CELERY_TASK_ALWAYS_EAGER = False


def test_clean_file_ends_with_0_without_a_worker(tmp_path, no_broker):
    code, text = run(write_csv(tmp_path / "f.csv", graduates(3)))
    assert (code, text) == (0, "读取了 3 行：新增 3，更新 0，没有变化 0，有错 0。\n")
    assert Student.objects.count() == 3


def test_wrong_rows_are_listed_and_the_good_ones_loaded(tmp_path):
    path = write_csv(
        tmp_path / "f.csv", [graduate(1), graduate(2, id_no="330106200503150021"), graduate(3, gender="1")]
    )
    code, text = run(path)
    assert code == 1
    assert text.splitlines() == [
        "第 3 行，身份证号：“330******0021”未通过校验（末位校验码或出生日期）。请与证件核对。",
        "第 4 行，性别：提示：与身份证号不一致。已按所填载入，请与证件核对。",
        "读取了 3 行：新增 2，更新 0，没有变化 0，有错 1。",
    ]
    assert sorted(Student.objects.values_list("student_no", flat=True)) == ["2023000001", "2023000003"]


def test_dry_run_leaves_nothing(tmp_path):
    path = write_csv(tmp_path / "f.csv", [graduate(1), graduate(2, id_no="1")])
    errors = tmp_path / "errors.xlsx"
    code, text = run(path, "--dry-run", "--errors", str(errors))
    assert (code, text.splitlines()[-1]) == (
        1,
        "检查了 2 行，未载入任何数据：可新增 1，可更新 0，没有变化 0，有错 1。",
    )
    assert not Student.objects.exists()
    assert not ImportBatch.objects.exists()
    assert openpyxl.load_workbook(errors).active["A2"].value == "3"


def test_mode_is_obeyed(tmp_path):
    path = write_csv(tmp_path / "f.csv", [graduate(1)])
    assert run(path, "--mode", "update")[0] == 1
    assert run(path, "--mode", "insert")[0] == 0
    assert run(path, "--mode", "insert")[0] == 1
    assert run(path)[0] == 0


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a,b\n1,2\n"]
)
def test_broken_file_is_one_clear_line(tmp_path, content):
    path = tmp_path / "f.xlsx"
    path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        run(path)
    assert "\n" not in str(caught.value)
    assert caught.value.returncode == 1


def test_missing_file_and_impossible_year_are_refused(tmp_path):
    with pytest.raises(CommandError, match=r"no\.csv"):
        run(tmp_path / "no.csv")
    with pytest.raises(CommandError, match="27"):
        call_command("import_students", "f.csv", "--cohort", "27")


def test_error_list_that_cannot_be_written_is_said_in_words(tmp_path):
    path = write_csv(tmp_path / "f.csv", [graduate(1, id_no="1")])
    with pytest.raises(CommandError, match=r"errors\.xlsx"):
        run(path, "--dry-run", "--errors", str(tmp_path / "nowhere" / "errors.xlsx"))
    assert not ImportBatch.objects.exists()

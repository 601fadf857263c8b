"""Loading the code tables from files."""

import shutil

import pytest
from django.core.management import call_command

from forms import actions, codes
from forms.loading import FOLDER, OTHER_FILES, load_code_tables
from forms.models import Code, CodeTable

pytestmark = pytest.mark.usefixtures("changing_codes")


def rows_in(path):
    return len(path.read_text(encoding="utf-8").splitlines()) - 1


def test_every_file_is_loaded_whole():
    expected = {path.stem: rows_in(path) for path in FOLDER.glob("*.tsv") if path.stem not in OTHER_FILES}
    loaded = {table.key: table.codes.count() for table in CodeTable.objects.all()}
    assert loaded == expected
    assert (loaded["region"], loaded["region_county"]) == (399, 2849)


def test_loading_again_changes_nothing():
    counts = load_code_tables()
    assert (counts.added, counts.changed, counts.retired) == (0, 0, 0)


def test_command_reports_counts(capsys):
    call_command("load_codes")
    assert capsys.readouterr().out.rstrip().endswith("rows: 0 added, 0 changed, 0 retired.")


@pytest.fixture
def folder(tmp_path):
    for name in ("gender.tsv", "names_en.tsv", "_index.json"):
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path


def test_corrected_file_row_is_taken_over(folder):
    path = folder / "gender.tsv"
    path.write_text(path.read_text(encoding="utf-8").replace("未说明的性别", "未说明"), encoding="utf-8")
    assert load_code_tables(folder).changed == 1
    assert codes.code_name("gender", "9") == "未说明"


def test_row_that_left_the_file_is_switched_off_not_deleted(folder):
    path = folder / "gender.tsv"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("2\t")]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert load_code_tables(folder).retired == 1
    assert codes.code_name("gender", "2") == "女"
    assert not codes.choosable("gender", "2")


def test_local_rows_and_switches_of_the_school_survive(folder):
    actions.save_code(Code(table_id="gender", code="5", name="其他"))
    row = Code.objects.get(table="gender", code="1")
    row.is_active = False
    actions.save_code(row)
    path = folder / "gender.tsv"
    path.write_text(path.read_text(encoding="utf-8").replace("\t男\t", "\t男性\t"), encoding="utf-8")
    assert load_code_tables(folder)[2:] == (0, 1, 0)
    assert not Code.objects.get(table="gender", code="1").is_active
    assert codes.code_name("gender", "1") == "男性"
    assert codes.choosable("gender", "5")


TABLES_OF_THE_FILING = [
    "destination_category",
    "destination_proof",
    "proof_kind",
    "reject_reason",
    "gender",
    "country",
    "major_match",
    "archive_disposition",
    "hukou_disposition",
    "report_deadline_kind",
    "employer_nature",
    "employer_industry",
    "job_category",
    "degree_gb6864",
    "startup_kind",
    "startup_role",
    "freelance_kind",
    "unplaced_reason",
]


@pytest.mark.parametrize("table", TABLES_OF_THE_FILING)
def test_every_row_of_the_filing_has_an_english_name(table):
    rows = codes.codes(table)
    assert rows
    assert [str(row) for row in rows if not row.name_en] == []

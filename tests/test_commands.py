"""Every command works on an empty database after `migrate`, without worker or broker."""

import re
import shutil
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.db import connection

from tests.copies import ROOT, manage

ROOMS = {path.parent.name for path in ROOT.glob("*/apps.py")}
OWN = {name for name, app in get_commands().items() if app in ROOMS}
DEFINITION = "destinations/flows/filing/definition.bpmn"
SEASON = ["--cohort", "2027", "--seed", "7"]

# name -> arguments, exit status, what it prints ({out} is a file in a folder of the test's own)
CASES = {
    "import_students": (["import_students", "{out}", "--cohort", "2027"], 1, "{out}"),
    "lint_definition": (["lint_definition", DEFINITION], 0, ""),
    "load_calendar": (["load_calendar", "--years", "2026", "2099"], 0, "2099 is not known"),
    "load_codes": (["load_codes"], 0, "code tables"),
    "load_definitions": (["load_definitions"], 0, "v1"),
    "load_demo": (["load_demo"], 0, "Password of all demo accounts"),
    "make_season": (["make_season", "--graduates", "5", *SEASON, "--out", "{out}"], 0, "5"),
    "backup": (["backup", "--to", "{out}"], 0, "{out}/qicheng-"),
    "import_old_passwords": (["import_old_passwords", "{out}"], 1, "{out}"),
    "restore": (["restore", "{out}"], 1, "not empty"),
    "restore_test": (["restore_test"], 1, "Make one first"),
    "row_counts": (["row_counts"], 0, '"accounts_user": 0'),
    "play_season": (["play_season", *SEASON], 1, "2027"),
    "rotate_keys": (["rotate_keys"], 0, "key 2, aes-256-gcm"),
    "seal_access_log": (["seal_access_log"], 0, "sealed 1 lines"),
    "seat_officer": (["seat_officer", "T0", "auditor"], 1, "T0"),
    "seal_audit": (["seal_audit"], 0, ""),
    "sweep": (["sweep"], 0, "0 jobs"),
    "sweep_retention": (["sweep_retention", "--now", "2099-01-01", "--dry-run"], 0, "records due"),
    "translations": (["translations", "--check"], 0, "complete"),
    "verify_access_log": (["verify_access_log"], 0, "checked 1 lines"),
    "verify_audit": (["verify_audit"], 0, "0 cases"),
}


def test_every_command_is_told_of_here_and_in_the_reference():
    text = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)[^|]*\|", text.partition("## manage.py")[2], re.MULTILINE)
    assert set(documented) == OWN
    assert set(CASES) == OWN


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a copy after `migrate` and nothing else."""
    if connection.vendor != "sqlite":
        pytest.skip("the lane on SQLite tells this")
    folder = tmp_path_factory.mktemp("migrated")
    done = manage(folder, "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CASES))
def test_command_works_on_an_empty_database(name: str, migrated: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(migrated, tmp_path / "var")
    arguments, status, says = CASES[name]
    out = str(tmp_path / "season.xlsx")
    done = manage(folder, *(argument.format(out=out) for argument in arguments))
    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
    assert says.format(out=out) in done.stdout + done.stderr


@pytest.mark.slow
def test_season_runs_on_a_database_that_was_only_migrated(migrated: Path, tmp_path: Path) -> None:
    folder, out = shutil.copytree(migrated, tmp_path / "var"), str(tmp_path / "season.xlsx")
    for *command, says in (
        ("make_season", "--graduates", "30", *SEASON, "--out", out, "30 rows"),
        ("import_students", out, "--cohort", "2027", "读取了 30 行：新增 30"),
        ("play_season", *SEASON, "Outcome"),
        ("verify_audit", "intact"),
    ):
        done = manage(folder, *command)
        assert done.returncode == 0, done.stdout + done.stderr
        assert says in done.stdout

"""Graduates for the tests of students: rows of a spreadsheet, files of them, people of the school."""

import csv
import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

from accounts.actions import add_unit
from accounts.models import Unit, UnitKind, User
from accounts.queries import university
from accounts.roles import Role
from accounts.tests.rights_kit import hold
from common.stdnums import id_check_digit
from students.actions import run_import
from students.importing.columns import BY_FIELD, COLUMNS
from students.importing.problems import restored
from students.models import ImportBatch, ImportMode, Student

COHORT = 2027
PASSWORD = "correct-horse-7"
Row = dict[str, str]
_numbers = itertools.count(1)

USUAL: Row = {column.field: column.example for column in COLUMNS if column.example}


def id_no(number: int, *, female: bool = True, born: str = "20050315") -> str:
    """A valid identity number; another *number*, another person."""
    first = f"330106{born}{2 * (number % 500) + (0 if female else 1):03d}"
    return first + id_check_digit(first)


def graduate(number: int = 1, **changes: str) -> Row:
    """A good row for the *number*-th student; blank text leaves a cell blank."""
    own = {"student_no": f"2023{number:06d}", "id_no": id_no(number), "exam_no": f"2333{number:010d}"}
    return USUAL | own | {"email": f"s{number}@example.edu.cn"} | changes


def graduates(count: int) -> list[Row]:
    """Good rows."""
    return [graduate(number) for number in range(1, count + 1)]


def write_csv(
    path: Path, rows: Iterable[Row], fields: Sequence[str] | None = None, encoding: str = "utf-8"
) -> Path:
    """A CSV file with Chinese headers; *fields* chooses the columns."""
    rows = list(rows)
    fields = fields or [column.field for column in COLUMNS if any(column.field in row for row in rows)]
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow([BY_FIELD[field].zh for field in fields])
        writer.writerows([row.get(field, "") for field in fields] for row in rows)
    return path


def load(
    folder: Path,
    *rows: Row,
    fields: Sequence[str] | None = None,
    mode: str = ImportMode.UPSERT,
    commit: bool = True,
    by: User | None = None,
) -> ImportBatch:
    """Import *rows* the way the command does."""
    path = write_csv(folder / f"{next(_numbers)}.csv", rows, fields)
    return run_import(path, cohort=COHORT, mode=mode, commit=commit, by=by)


def codes_of(batch: ImportBatch) -> list[tuple[int, str, str]]:
    """(row, field, code) of every problem of an import."""
    return [
        (row.number, problem.field, problem.code)
        for row in batch.rows.exclude(problems=None)
        for problem in restored(row.problems)
    ]


def school() -> Unit:
    """The university."""
    return university() or add_unit(None, UnitKind.UNIVERSITY, "启程大学")


def staff(username: str, role: str = Role.DATA_OFFICER, unit: Unit | None = None) -> User:
    """Somebody with a role, by default for the whole university."""
    user = User.objects.create_user(username, f"老师{username}", PASSWORD)
    hold(user, role, unit or school())
    return user


def student(number: int = 1) -> Student:
    """The student that `graduate(number)` became."""
    return Student.objects.get(student_no=f"2023{number:06d}")

"""Staff from a spreadsheet: every row judged, good ones loaded together, taken back for a day."""

import datetime
import zipfile
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone, translation

from accounts.actions import add_unit
from accounts.models import Appointment, UnitKind, User
from accounts.personnel import importing
from accounts.personnel.models import StaffImport, StaffImportState
from accounts.personnel.template import staff_template
from accounts.rights.officers import seat
from accounts.roles import OFFICERS, Role
from common.errors import BadInput, Refused

pytestmark = pytest.mark.django_db
HEADER = "姓名,工号,手机,邮箱,角色,单位代码,起始日期,截止日期"


@pytest.fixture(autouse=True)
def _school():
    school = add_unit(None, UnitKind.UNIVERSITY, "启程大学")
    college = add_unit(school, UnitKind.COLLEGE, "计算机学院", code="01")
    major = add_unit(college, UnitKind.MAJOR, "软件工程")
    add_unit(major, UnitKind.CLASS, "软件2301班")
    with translation.override("en"):
        yield


@pytest.fixture
def keeper() -> User:
    return User.objects.create_user("T001", "刘老师", "x")


def check(keeper: User, tmp_path: Path, *lines: str, header: str = HEADER) -> StaffImport:
    path = tmp_path / "staff.csv"
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    return importing.check(path, file_name="staff.csv", by=keeper)


def test_good_rows_become_people_and_appointments(keeper, tmp_path):
    batch = check(
        keeper,
        tmp_path,
        "陈静,T1001,15400000001,chen@example.com,辅导员,软件2301班,2026-09-01,2030-07-31",
        "陈静,T1001,,,counselor,软件工程,2026/9/1,",
        "周文,T1002,,,,,,",
        "何丽,T1003,,,就业指导中心专员,,,",
        "林燕,T1004,,,学院就业专员,01,20260901,",
    )
    assert (batch.people, batch.appointments, batch.wrong, batch.problems) == (4, 4, 0, [])
    assert not User.objects.filter(username="T1001").exists()
    importing.load(batch, keeper)
    held = [
        (post.user.username, post.role, post.unit.name, post.starts_on.isoformat(), str(post.ends_on or ""))
        for post in Appointment.objects.order_by("user__username", "unit__path")
    ]
    today = timezone.localdate().isoformat()
    assert held == [
        ("T1001", "counselor", "软件工程", "2026-09-01", ""),
        ("T1001", "counselor", "软件2301班", "2026-09-01", "2030-07-31"),
        ("T1003", "university_officer", "启程大学", today, ""),
        ("T1004", "college_officer", "计算机学院", "2026-09-01", ""),
    ]
    assert User.objects.get(username="T1001").staff_record.email == "chen@example.com"
    assert not User.objects.get(username="T1002").has_usable_password()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("陈静,1 2,,,,,,", "“1 2” is no staff number"),
        ("陈,T1001,,,,,,", "is no name"),
        ("陈静,T001,,,,,,", "The number T001 is 刘老师's, not 陈静's."),
        ("陈静,T1001,123,,,,,", "no mobile phone number"),
        ("陈静,T1001,,chen,,,,", "no e-mail address"),
        ("陈静,T1001,,,校长,01,,", "“校长” is no role."),
        ("陈静,T1001,,,审计员,启程大学,,", "Officers are seated under “Officers”, by two people."),
        ("陈静,T1001,,,辅导员,外国语学院,,", "There is no unit “外国语学院”."),
        ("陈静,T1001,,,学院就业专员,软件2301班,,", "is held for a college"),
        ("陈静,T1001,,,辅导员,软件2301班,明天,", "A date cannot be read."),
        ("陈静,T1001,,,辅导员,软件2301班,2026-13-01,", "A date cannot be read."),
        ("陈静,T1001,,,辅导员,软件2301班,2026-09-01,2026-08-31", "The last day lies before the first one."),
    ],
)
def test_wrong_row_is_listed_with_words_and_not_loaded(keeper, tmp_path, line, problem):
    batch = check(keeper, tmp_path, line, "林燕,T1004,,,学院就业专员,01,,")
    assert [row["number"] for row in batch.problems] == [2]
    assert [text for text in batch.problems[0]["problems"] if problem in text]
    importing.load(batch, keeper)
    assert list(User.objects.filter(username__startswith="T1").values_list("username", flat=True)) == [
        "T1004"
    ]


def test_officer_gets_nothing_beside_the_seat(keeper, tmp_path):
    person = User.objects.create_user("T900", "秦岚")
    seat(person, Role.SECADMIN, None)
    batch = check(keeper, tmp_path, "秦岚,T900,,,学院就业专员,01,,")
    words = "秦岚 is the Security administrator, and officers do no business."
    assert [row["problems"] for row in batch.problems] == [[words]]


def test_template_offers_no_seat_of_an_officer(tmp_path):
    path = tmp_path / "template.xlsx"
    path.write_bytes(staff_template())
    with zipfile.ZipFile(path) as book:
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "counselor" in text
    assert [role for role in OFFICERS if f">{role}<" in text] == []


def test_file_loaded_again_changes_nothing(keeper, tmp_path):
    lines = ("陈静,T1001,,,辅导员,软件2301班,,", "周文,T1002,,,,,,")
    importing.load(check(keeper, tmp_path, *lines), keeper)
    batch = check(keeper, tmp_path, *lines)
    assert (batch.people, batch.appointments, batch.unchanged) == (0, 0, 2)
    with pytest.raises(Refused):
        importing.load(batch, keeper)


def test_same_row_twice_and_a_second_name_for_a_number_are_found(keeper, tmp_path):
    batch = check(
        keeper,
        tmp_path,
        "陈静,T1001,,,辅导员,软件2301班,,",
        "陈静,T1001,,,辅导员,软件2301班,,",
        "陈敬,T1001,,,辅导员,软件工程,,",
    )
    assert [row["number"] for row in batch.problems] == [3, 4]


def test_import_is_undone_for_a_day_and_leaves_whoever_has_signed_in(keeper, tmp_path):
    batch = check(keeper, tmp_path, "陈静,T1001,,,辅导员,软件2301班,,", "林燕,T1004,,,学院就业专员,01,,")
    batch = importing.load(batch, keeper)
    User.objects.filter(username="T1004").update(last_login=timezone.now())
    late = time_machine.travel(timezone.now() + datetime.timedelta(hours=25), tick=False)
    with late, pytest.raises(Refused):
        importing.undo(batch, keeper)
    importing.undo(batch, keeper)
    assert not Appointment.objects.exists()
    assert list(User.objects.filter(username__startswith="T1").values_list("username", flat=True)) == [
        "T1004"
    ]
    assert StaffImport.objects.get().state == StaffImportState.UNDONE


def test_row_that_has_become_impossible_stops_the_whole_load(keeper, tmp_path):
    batch = check(keeper, tmp_path, "林燕,T1004,,,学院就业专员,01,,", "陈静,T1001,,,辅导员,软件2301班,,")
    from accounts.models import Unit

    Unit.objects.filter(name="软件2301班").update(is_active=False)
    with pytest.raises(Refused):
        importing.load(batch, keeper)
    assert not User.objects.filter(username="T1004").exists()


def test_file_without_the_needed_columns_is_refused(keeper, tmp_path):
    with pytest.raises(BadInput):
        check(keeper, tmp_path, "陈静,T1001", header="谁,编号")
    assert not StaffImport.objects.exists()


def test_template_can_be_filled_in_and_read_back(keeper, tmp_path):
    from openpyxl import load_workbook

    path = tmp_path / "staff.xlsx"
    path.write_bytes(staff_template())
    book = load_workbook(path)
    for column, value in enumerate(["陈静", "T1001", "", "", "辅导员", "软件2301班", "2026-09-01", ""], 1):
        book.worksheets[0].cell(2, column, value)
    book.save(path)
    batch = importing.check(path, file_name="staff.xlsx", by=keeper)
    assert (batch.people, batch.appointments, batch.problems) == (1, 1, [])

"""Stories of a data officer with good files, dirty files, and files that come back."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings

from accounts.actions import add_unit
from accounts.models import Unit, UnitKind, User
from accounts.roles import Role
from common.crypto import decrypt_bytes
from common.errors import BadInput
from common.spreadsheet.writing import write_table
from students import actions
from students.actions import running
from students.importing.columns import BY_FIELD, COLUMNS
from students.importing.examine import id_index
from students.importing.problems import restored
from students.importing.report import write_report
from students.models import ImportBatch, ImportMode, ImportRow, Student, VerifyState
from students.tests.kit import (
    COHORT,
    codes_of,
    graduate,
    graduates,
    id_no,
    load,
    school,
    staff,
    student,
    write_csv,
)

pytestmark = pytest.mark.django_db


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    return batch.created, batch.updated, batch.unchanged, batch.wrong


def units() -> list[tuple[str, str, str]]:
    return [(unit.kind, unit.name, unit.path) for unit in Unit.objects.order_by("path")]


# --- the good file --------------------------------------------------------------------------------


def test_good_file_makes_students_accounts_and_the_organisation(tmp_path):
    batch = load(
        tmp_path,
        *graduates(3),
        graduate(4, student_class="软件2302"),
        graduate(5, major="网络工程", student_class="网络2301"),
    )
    assert counts(batch) == (5, 0, 0, 0)
    assert [(kind, name) for kind, name, _path in units()] == [
        ("university", settings.SCHOOL_NAME),
        ("college", "计算机学院"),
        ("major", "软件工程"),
        ("class", "软件2301"),
        ("class", "软件2302"),
        ("major", "网络工程"),
        ("class", "网络2301"),
    ]
    first = student(1)
    assert (first.name, first.name_pinyin, first.unit.name) == ("王晓雨", "wangxiaoyu wxy", "软件2301")
    assert (first.id_no, first.id_no_index) == (id_no(1), id_index(id_no(1)))
    assert (str(first.birth_date), first.gender, first.cohort) == ("2005-03-15", "2", COHORT)
    assert (first.user.username, first.user.name) == ("2023000001", "王晓雨")
    assert not first.user.has_usable_password()
    assert Unit.objects.find_problems() == ([], [], [], [], [])
    first.full_clean()


def test_nothing_sensitive_is_stored_in_clear(tmp_path):
    load(tmp_path, graduate(1), graduate(2, mobile="1390"))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id_no, mobile, home_address, home_phone, hardship_category FROM students_student"
        )
        stored = " ".join(map(str, cursor.fetchall()))
        cursor.execute("SELECT problems, cells FROM students_importrow")
        stored += " ".join(map(str, cursor.fetchall()))
    assert not any(text in stored for text in (id_no(1), "13800000000", "文一路", "1390", id_no(2)))


def test_same_file_twice_changes_nothing(tmp_path):
    load(tmp_path, *graduates(3))
    before = units(), list(Student.objects.order_by("pk").values())
    batch = load(tmp_path, *graduates(3))
    assert counts(batch) == (0, 0, 3, 0)
    assert (units(), list(Student.objects.order_by("pk").values())) == before
    assert not ImportRow.objects.filter(batch=batch).exists()


def test_number_cells_and_lost_zeros_are_mended(tmp_path):
    rows = [graduate(1, ethnic_group="1", political_status="3", id_document_type="1")]
    book = openpyxl.Workbook()
    fields = list(rows[0])
    book.active.append([BY_FIELD[field].zh for field in fields])
    book.active.append(
        [
            int(rows[0][f]) if f in ("ethnic_group", "political_status", "student_no") else rows[0][f]
            for f in fields
        ]
    )
    book.save(tmp_path / "numbers.xlsx")
    batch = actions.run_import(tmp_path / "numbers.xlsx", cohort=COHORT, mode="upsert", commit=True)
    assert (counts(batch), student(1).ethnic_group, student(1).political_status) == ((1, 0, 0, 0), "01", "03")


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig"])
def test_csv_of_another_system_is_loaded(tmp_path, encoding):
    path = write_csv(tmp_path / "f.csv", graduates(2), encoding=encoding)
    assert actions.run_import(path, cohort=COHORT, mode="upsert", commit=True).created == 2


def test_optional_columns_may_be_missing_and_the_rest_follows(tmp_path):
    fields = [column.field for column in COLUMNS if column.must_be_filled]
    load(tmp_path, graduate(1), fields=fields)
    found = student(1)
    assert (found.gender, found.id_document_type, found.academic_status, found.catalogue_year) == (
        "2",
        "01",
        "1",
        2023,
    )
    assert (found.email, found.backup_mobile) == ("", "")


# --- the dirty file -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"student_no": ""}, ("student_no", "missing")),
        ({"name": ""}, ("name", "missing")),
        ({"student_class": ""}, ("student_class", "missing")),
        ({"archive_moved_in": ""}, ("archive_moved_in", "missing")),
        ({"id_no": "330106200503150021"}, ("id_no", "bad_id_no")),
        ({"id_no": "330106200503150000"}, ("id_no", "digits_lost")),
        ({"id_no": id_no(1, born="20200101"), "birth_date": ""}, ("id_no", "bad_age")),
        ({"id_document_type": "05", "id_no": "E1"}, ("id_no", "bad_document_no")),
        ({"id_document_type": "04"}, ("id_no", "bad_id_no")),
        ({"training_mode": "2"}, ("target_unit", "target_unit_missing")),
        ({"enrolled_on": "2027-09-01"}, ("graduate_on", "graduates_before_enrolment")),
        ({"graduate_on": "2028-06-30"}, ("graduate_on", "not_in_cohort")),
        ({"exam_no": "233301061500012"}, ("exam_no", "bad_exam_no")),
        ({"education_level": "11"}, ("exam_no", "bad_exam_no")),
        ({"gender": "1"}, ("gender", "gender_differs")),
        ({"gender": ""}, ("gender", "gender_derived")),
        ({"birth_date": "2005-03-16"}, ("birth_date", "birth_date_differs")),
    ],
)
def test_wrong_row_is_reported_with_its_number_and_code(tmp_path, changes, problem):
    batch = load(tmp_path, graduate(1), graduate(2, **changes))
    assert codes_of(batch) == [(3, *problem)]
    loaded = problem[1] in ("gender_differs", "gender_derived", "birth_date_differs")
    assert counts(batch) == ((2, 0, 0, 0) if loaded else (1, 0, 0, 1))
    assert batch.warned == loaded


@pytest.mark.parametrize(
    "changes",
    [
        {"training_mode": "2", "target_unit": "杭州市教育局"},
        {"graduate_on": "2028-06-30", "academic_status": "4"},
        {"education_level": "11", "exam_no": "103350000000001"},
        {"id_document_type": "05", "id_no": "E12345678", "gender": "1", "birth_date": "2004-02-01"},
        {"id_document_type": "02", "id_no": "h12345678", "gender": "1", "birth_date": ""},
        {"exam_no": ""},
    ],
)
def test_unusual_but_right_rows_are_loaded(tmp_path, changes):
    batch = load(tmp_path, graduate(2, **changes))
    assert (codes_of(batch), counts(batch)) == ([], (1, 0, 0, 0))


def test_repetitions_are_found_in_the_file_and_in_the_cohort(tmp_path):
    load(tmp_path, graduate(9))
    batch = load(
        tmp_path,
        graduate(1),
        graduate(1, name="李明"),
        graduate(2, id_no=id_no(1)),
        graduate(3, id_no=id_no(9)),
    )
    assert codes_of(batch) == [
        (3, "student_no", "repeated_row"),
        (4, "id_no", "repeated_id"),
        (5, "id_no", "id_taken"),
    ]
    assert counts(batch) == (1, 0, 0, 3)


def test_numbers_of_staff_and_of_other_cohorts_are_refused(tmp_path):
    staff("2023000001")
    load(tmp_path, graduate(2))
    Student.objects.update(cohort=2026)
    batch = load(tmp_path, graduate(1), graduate(2), graduate(3))
    assert codes_of(batch) == [(2, "student_no", "number_taken"), (3, "student_no", "in_other_cohort")]
    assert counts(batch) == (1, 0, 0, 2)


def test_class_belongs_where_most_rows_put_it(tmp_path):
    batch = load(tmp_path, graduate(1, major="网络工程"), graduate(2), graduate(3))
    assert codes_of(batch) == [(2, "student_class", "class_elsewhere")]
    assert [name for _kind, name, _path in units()] == [
        settings.SCHOOL_NAME,
        "计算机学院",
        "软件工程",
        "软件2301",
    ]
    later = load(tmp_path, *[graduate(number, college="管理学院", major="会计学") for number in (4, 5, 6)])
    assert {code for _row, _field, code in codes_of(later)} == {"class_elsewhere"}


def test_plain_class_names_may_recur_under_every_major(tmp_path):
    batch = load(
        tmp_path, graduate(1, student_class="1班"), graduate(2, major="网络工程", student_class="1班")
    )
    assert counts(batch) == (2, 0, 0, 0)
    assert student(1).unit_id != student(2).unit_id


def test_units_are_found_by_name_short_name_and_code(tmp_path):
    college = add_unit(school(), UnitKind.COLLEGE, "计算机科学与技术学院", code="012")
    Unit.objects.filter(pk=college.pk).update(short_name="计院")
    load(
        tmp_path,
        graduate(1, college="计院"),
        graduate(2, college="012"),
        graduate(3, college="计算机科学与技术学院"),
    )
    assert Unit.objects.filter(kind=UnitKind.COLLEGE).count() == 1


def test_college_officer_loads_only_the_own_college(tmp_path):
    own = add_unit(school(), UnitKind.COLLEGE, "计算机学院")
    officer = staff("T1", Role.DATA_OFFICER, own)
    batch = load(tmp_path, graduate(1), graduate(2, college="管理学院", student_class="会计1"), by=officer)
    assert (codes_of(batch), counts(batch)) == ([(3, "college", "outside_scope")], (1, 0, 0, 1))
    load(tmp_path, graduate(2, college="管理学院", student_class="会计1"))
    again = load(
        tmp_path,
        graduate(2, name="李明", mobile="13900000000"),
        fields=["student_no", "mobile"],
        mode="update",
        by=officer,
    )
    assert codes_of(again) == [(2, "student_no", "number_taken_elsewhere")]


def test_college_officer_learns_nothing_about_other_colleges(tmp_path):
    own = add_unit(school(), UnitKind.COLLEGE, "管理学院")
    officer = staff("T1", Role.DATA_OFFICER, own)
    load(tmp_path, *graduates(3))
    Student.objects.filter(student_no="2023000002").update(cohort=2026)
    place = {"college": "管理学院", "major": "会计学", "student_class": "会计2301"}
    rows = [
        graduate(8, **place | {"id_no": id_no(1)}),
        graduate(2, **place),
        graduate(3, **place | {"gender": "1"}),
        graduate(9, **place | {"student_class": "软件2301"}),
    ]
    batch = load(tmp_path, *rows, by=officer)
    assert codes_of(batch) == [
        (2, "id_no", "id_taken_elsewhere"),
        (3, "student_no", "number_taken_elsewhere"),
        (4, "student_no", "number_taken_elsewhere"),
        (5, "student_class", "class_taken_elsewhere"),
    ]
    words = "".join(problem.message for row in batch.rows.all() for problem in restored(row.problems))
    assert not any(text in words for text in ("2023000001", "2026", "计算机学院", "软件工程"))


def test_dry_run_reports_the_same_and_changes_nothing(tmp_path):
    rows = [graduate(1), graduate(2, id_no="1"), graduate(3, student_class="软件2302")]
    dry = load(tmp_path, *rows, commit=False)
    assert (Student.objects.count(), User.objects.count(), Unit.objects.count()) == (0, 0, 0)
    assert dry.new_units == ["计算机学院 / 软件工程 / 软件2301", "计算机学院 / 软件工程 / 软件2302"]
    real = load(tmp_path, *rows)
    assert (
        (counts(dry), codes_of(dry))
        == (counts(real), codes_of(real))
        == ((2, 0, 0, 1), [(3, "id_no", "bad_id_no")])
    )


def test_report_holds_the_rows_as_they_came_and_can_be_uploaded_again(tmp_path):
    batch = load(tmp_path, graduate(1), graduate(2, id_no="0012", gender="1"), graduate(3))
    report = tmp_path / "report.xlsx"
    report.write_bytes(write_report(batch))
    header, only = openpyxl.load_workbook(io.BytesIO(report.read_bytes())).active.iter_rows(values_only=True)
    assert only[0] == "3"
    assert "******" in only[1]
    assert dict(zip(header, only, strict=True))["身份证号"] == "0012"
    again = actions.run_import(report, cohort=COHORT, mode="upsert", commit=False)
    assert (again.total, codes_of(again)) == (1, [(2, "id_no", "bad_id_no")])


# --- files that cannot be used --------------------------------------------------------------------


def test_missing_and_repeated_columns_are_refused(tmp_path):
    with pytest.raises(BadInput, match="姓名"):
        load(tmp_path, graduate(1), fields=["student_no", "id_no", "college"])
    path = tmp_path / "twice.xlsx"
    write_table(path, ["学号", "xh", "姓名"], [["2023000001", "2023000001", "王晓雨"]])
    with pytest.raises(BadInput, match="学号"):
        actions.run_import(path, cohort=COHORT, mode="update", commit=True)
    assert not ImportBatch.objects.exists()


def test_file_without_header_or_rows_is_refused(tmp_path):
    write_table(tmp_path / "a.xlsx", ["甲", "乙"], [["1", "2"]])
    with pytest.raises(BadInput):
        actions.run_import(tmp_path / "a.xlsx", cohort=COHORT, mode="upsert", commit=True)
    with pytest.raises(BadInput):
        load(tmp_path, fields=["student_no", "name"])


# --- modes and blank cells ------------------------------------------------------------------------


def test_insert_leaves_known_students_alone(tmp_path):
    load(tmp_path, graduate(1))
    batch = load(tmp_path, graduate(1, name="李明"), graduate(2), mode=ImportMode.INSERT)
    assert (counts(batch), codes_of(batch)) == ((1, 0, 0, 1), [(2, "student_no", "already_there")])
    assert student(1).name == "王晓雨"


def test_update_touches_only_listed_columns_of_known_students(tmp_path):
    load(tmp_path, graduate(1))
    rows = [graduate(1, mobile="13900000000", email="", name="李明"), graduate(2)]
    batch = load(tmp_path, *rows, fields=["student_no", "mobile", "email"], mode=ImportMode.UPDATE)
    assert (counts(batch), codes_of(batch)) == ((0, 1, 0, 1), [(3, "student_no", "not_there")])
    found = student(1)
    assert (found.mobile, found.name, found.email) == ("13900000000", "王晓雨", "s1@example.edu.cn")


def test_blank_cells_erase_only_where_the_column_is_ticked(tmp_path):
    load(tmp_path, graduate(1, qq="12345", target_unit="教育局"))
    officer = staff("T1")
    path = write_csv(tmp_path / "blank.csv", [graduate(1, email="", qq="", name="")])
    batch = actions.start_import(path, cohort=COHORT, mode="upsert", name="blank.csv", by=officer)
    actions.match_columns(batch, batch.columns, mode="upsert", erase=["qq", "name"], by=officer)
    assert batch.erase == ["qq"]  # a required field cannot be erased
    actions.run_commit(batch)
    found = student(1)
    assert (found.qq, found.email, found.name, found.target_unit) == (
        "",
        "s1@example.edu.cn",
        "王晓雨",
        "教育局",
    )


def test_update_is_checked_against_what_is_there(tmp_path):
    load(tmp_path, graduate(1, target_unit="教育局"), graduate(2))
    rows = [graduate(1, training_mode="2"), graduate(2, training_mode="2")]
    batch = load(tmp_path, *rows, fields=["student_no", "training_mode"], mode="update")
    assert (counts(batch), codes_of(batch)) == ((0, 1, 0, 1), [(3, "target_unit", "target_unit_missing")])


def test_student_moves_to_another_class_only_as_a_whole(tmp_path):
    load(tmp_path, *graduates(2))
    wrong = load(tmp_path, graduate(1), fields=["student_no", "student_class"], mode="update")
    assert codes_of(wrong) == [(2, "college", "unit_incomplete")]
    fields = ["student_no", "college", "major", "student_class"]
    batch = load(tmp_path, graduate(1, student_class="软件2302"), graduate(2), fields=fields, mode="update")
    assert (counts(batch), student(1).unit.name) == ((0, 1, 1, 0), "软件2302")


def test_new_name_reaches_account_and_pinyin(tmp_path):
    load(tmp_path, graduate(1))
    load(tmp_path, graduate(1, name="李明"))
    assert (student(1).user.name, student(1).name_pinyin) == ("李明", "liming lm")


@pytest.mark.parametrize(
    ("changes", "stays"),
    [({"mobile": "13900000000"}, True), ({"name": "李明"}, False), ({"student_class": "软件2302"}, False)],
)
def test_changed_core_field_reopens_the_confirmation(tmp_path, changes, stays):
    load(tmp_path, graduate(1))
    actions.confirm_record(student(1), student(1).user)
    load(tmp_path, graduate(1, **changes))
    found = student(1)
    assert found.is_confirmed is stays
    assert (found.verified_at is not None, found.verified_by is not None) == (stays, stays)


# --- columns that people matched ------------------------------------------------------------------


def test_matching_is_remembered_for_the_same_header_row(tmp_path):
    officer = staff("T1")
    write_table(tmp_path / "own.xlsx", ["学号", "称呼"], [["2023000001", "李明"]])

    def upload():
        return actions.start_import(
            tmp_path / "own.xlsx", cohort=COHORT, mode="update", name="own.xlsx", by=officer
        )

    first = upload()
    assert first.columns == {0: "student_no"}
    actions.match_columns(first, {0: "student_no", 1: "name", 7: "name"}, mode="update", by=officer)
    assert upload().columns == {0: "student_no", 1: "name"}


def test_uploaded_copy_disappears_once_it_is_loaded_or_forgotten(tmp_path):
    officer = staff("T1")
    path = write_csv(tmp_path / "f.csv", [graduate(1)])
    loaded = actions.start_import(path, cohort=COHORT, mode="upsert", name="f.csv", by=officer)
    copy = loaded.file.path
    kept = Path(copy).read_bytes()
    assert (id_no(1).encode() in kept, decrypt_bytes(kept)) == (False, path.read_bytes())
    actions.run_commit(loaded)
    assert (bool(loaded.file), Path(copy).exists()) == (False, False)
    forgotten = actions.start_import(path, cohort=COHORT, mode="upsert", name="f.csv", by=officer)
    copy = forgotten.file.path
    actions.discard_import(forgotten)
    assert not Path(copy).exists()
    assert list(ImportBatch.objects.all()) == [loaded]


@pytest.mark.parametrize(
    "chunk", [1, 2, 3, 100], ids=["smaller chunks", "the same", "larger ones", "one chunk"]
)
def test_loading_goes_on_where_it_was_stopped(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr("students.importing.examine.CHUNK", 2)
    officer = staff("T1")
    path = write_csv(tmp_path / "f.csv", [*graduates(5), graduate(6, id_no=id_no(1))])
    batch = actions.start_import(path, cohort=COHORT, mode=ImportMode.INSERT, name="f.csv", by=officer)
    monkeypatch.setattr("students.actions.running.count", _fails_at_second_chunk(monkeypatch))
    with pytest.raises(RuntimeError):
        actions.run_commit(batch)
    assert (Student.objects.count(), ImportBatch.objects.get().done) == (2, 2)
    monkeypatch.undo()
    monkeypatch.setattr("students.importing.examine.CHUNK", chunk)
    batch = actions.run_commit(ImportBatch.objects.get())
    assert (counts(batch), codes_of(batch)) == ((5, 0, 0, 1), [(7, "id_no", "repeated_id")])
    assert Student.objects.filter(verify_state=VerifyState.NOT_STARTED).count() == 5


def _fails_at_second_chunk(monkeypatch):
    from students.actions.loading import count

    def counting(batch, findings):
        if batch.done:
            raise RuntimeError("the worker dies")
        count(batch, findings)

    return counting


def test_number_of_statements_does_not_grow_with_the_rows(tmp_path, django_assert_max_num_queries):
    load(tmp_path, graduate(9))
    with django_assert_max_num_queries(24):
        load(tmp_path, *graduates(3))
    Student.objects.all().delete()
    User.objects.all().delete()
    with django_assert_max_num_queries(24):
        load(tmp_path, *graduates(300))


def test_confirmation_while_the_file_is_read_is_not_lost(tmp_path, monkeypatch):
    load(tmp_path, graduate(1))
    whole = running._load

    def confirmed_just_before(*args):
        actions.confirm_record(student(1), student(1).user)
        whole(*args)

    monkeypatch.setattr(running, "_load", confirmed_just_before)
    load(tmp_path, graduate(1, name="李明"))
    found = student(1)
    assert (found.name, found.is_confirmed) == ("李明", False)
    assert ImportRow.objects.get(outcome="updated").before["verify_state"] == "confirmed"

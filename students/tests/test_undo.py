"""Taking an import back: all of it, or all that nothing depends on."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import Unit, User
from destinations.models import Destination, student_key
from students import actions, queries, rules
from students.models import ImportBatch, ImportState, Student
from students.tests.kit import graduate, graduates, load, student

pytestmark = pytest.mark.django_db


def undo(batch: ImportBatch) -> ImportBatch:
    rules.can_undo(batch).require()
    return actions.run_undo(batch)


def reasons(batch: ImportBatch) -> list[tuple[int, str]]:
    return [(row.number, row.kept_because) for row in queries.kept_rows(batch)]


def snapshot() -> tuple[list, list, list]:
    return (
        list(Student.objects.order_by("student_no").values()),
        list(User.objects.order_by("username").values("pk", "username", "name")),
        list(Unit.objects.order_by("path").values("path", "name", "numchild")),
    )


def same_but_for_change_time(before: tuple, after: tuple) -> bool:
    for rows in (before[0], after[0]):
        for row in rows:
            row.pop("changed_at")
    return before == after


def test_new_students_accounts_and_empty_units_disappear(tmp_path):
    load(tmp_path, graduate(9, student_class="软件2302"))
    before = snapshot()
    batch = load(
        tmp_path, *graduates(3), graduate(4, college="管理学院", major="会计学", student_class="会计1")
    )
    undo(batch)
    assert snapshot() == before
    assert (batch.state, batch.kept, batch.undone_at is not None) == (ImportState.UNDONE, 0, True)
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_changed_values_come_back(tmp_path):
    load(tmp_path, graduate(1), graduate(2))
    actions.confirm_record(student(1), student(1).user)
    before = snapshot()
    rows = [
        graduate(1, name="李明", mobile="13900000000", student_class="软件2302", schooling_length="5"),
        graduate(2, enrolled_on="2022-09-01", archive_moved_in="否"),
    ]
    batch = load(tmp_path, *rows)
    assert (batch.updated, student(1).is_confirmed, student(1).name) == (2, False, "李明")
    undo(batch)
    confirmed_at = before[0][0].pop("verified_at")
    after = snapshot()
    assert abs(after[0][0].pop("verified_at") - confirmed_at) < datetime.timedelta(milliseconds=1)
    assert same_but_for_change_time(before, after)
    assert reasons(batch) == []


def test_rows_on_which_something_depends_stay_and_say_why(tmp_path):
    load(tmp_path, graduate(1))
    batch = load(tmp_path, graduate(1, name="李明"), *graduates(5)[1:])
    actions.confirm_record(student(2), student(2).user)
    User.objects.filter(username="2023000003").update(last_login=timezone.now())
    load(tmp_path, graduate(1, name="张三"), graduate(4, mobile="13900000000"))
    undo(batch)
    assert reasons(batch) == [(2, "changed"), (3, "confirmed"), (4, "signed_in"), (5, "changed")]
    assert batch.kept == 4
    assert sorted(Student.objects.values_list("student_no", "name")) == [
        ("2023000001", "张三"),
        ("2023000002", "王晓雨"),
        ("2023000003", "王晓雨"),
        ("2023000004", "王晓雨"),
    ]


@pytest.mark.parametrize("change", [{"name": "李明"}, {"mobile": "13900000000"}])
def test_what_the_student_confirmed_since_stays(tmp_path, change):
    load(tmp_path, *graduates(2))
    batch = load(tmp_path, graduate(1, **change), graduate(2, **change))
    actions.confirm_record(student(1), student(1).user)
    undo(batch)
    ((field, value),) = change.items()
    assert reasons(batch) == [(2, "confirmed")]
    assert (getattr(student(1), field), student(1).is_confirmed) == (value, True)
    assert getattr(student(2), field) != value


def test_old_confirmation_does_not_keep_a_change_of_other_fields(tmp_path):
    load(tmp_path, graduate(1))
    actions.confirm_record(student(1), student(1).user)
    batch = load(tmp_path, graduate(1, mobile="13900000000"))
    undo(batch)
    assert (reasons(batch), student(1).mobile) == ([], "13800000000")


def test_change_of_a_student_with_a_filing_stays(tmp_path):
    load(tmp_path, graduate(1))
    batch = load(tmp_path, graduate(1, name="李明"))
    Destination.objects.create(student=student(1), cohort=2027, open_key=student_key(student(1).pk, 2027))
    undo(batch)
    assert (reasons(batch), student(1).name) == ([(2, "used")], "李明")


def test_student_with_a_filing_stays(tmp_path):
    batch = load(tmp_path, *graduates(2))
    Destination.objects.create(student=student(2), cohort=2027, open_key=student_key(student(2).pk, 2027))
    undo(batch)
    assert reasons(batch) == [(3, "used")]


def test_only_loaded_imports_of_the_last_day_can_be_undone(tmp_path):
    dry = load(tmp_path, graduate(1), commit=False)
    assert not rules.can_undo(dry)
    batch = load(tmp_path, graduate(1))
    assert rules.can_undo(batch)
    batch.committed_at -= datetime.timedelta(hours=24, seconds=1)
    assert not rules.can_undo(batch)
    batch = load(tmp_path, graduate(2))
    undo(batch)
    assert not rules.can_undo(batch)


def test_undo_goes_on_after_a_stop(tmp_path, monkeypatch):
    monkeypatch.setattr("students.actions.undoing.CHUNK", 2)
    batch = load(tmp_path, *graduates(5))
    calls = []

    def dying(batch, *more):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the worker dies")

    monkeypatch.setattr("students.actions.undoing.progressed", dying)
    with pytest.raises(RuntimeError):
        actions.run_undo(batch)
    assert Student.objects.count() == 3
    actions.run_undo(ImportBatch.objects.get())
    assert (Student.objects.count(), ImportBatch.objects.get().state) == (0, ImportState.UNDONE)

"""An import does not write to who is kept without use, nor does undoing one."""

import pytest
from django.utils import timezone, translation

from students.actions import run_undo, set_aside
from students.following import by_unit, members
from students.models import Student
from students.tests import kit
from students.tests.test_import_students import run

pytestmark = pytest.mark.django_db
OTHER_PHONE = "13911112222"


@pytest.fixture
def aside(tmp_path) -> Student:
    assert run(kit.write_csv(tmp_path / "first.csv", kit.graduates(2)))[0] == 0
    found = Student.objects.get(student_no="2023000001")
    set_aside(found.user, None, timezone.now())
    return found


@pytest.mark.parametrize(
    "row",
    [kit.graduate(1, mobile=OTHER_PHONE), kit.graduate(3, id_no=kit.id_no(1))],
    ids=["number", "identity"],
)
def test_row_that_names_them_is_a_problem_that_says_whom_to_ask(tmp_path, aside, row):
    with translation.override("zh-hans"):
        code, text = run(kit.write_csv(tmp_path / "f.csv", [row, kit.graduate(2, mobile=OTHER_PHONE)]))
    assert code == 1
    assert "保留但不再使用" in text
    assert "就业中心" in text
    assert "有错 1" in text
    assert [each.mobile == OTHER_PHONE for each in Student.objects.order_by("student_no")] == [False, True]


def test_undoing_leaves_them_and_says_why(aside):
    row = aside.import_rows.get()
    run_undo(row.batch)
    row.refresh_from_db()
    assert (row.kept_because, list(Student.objects.all())) == ("set_aside", [aside])


def test_splitting_a_class_does_not_name_them_and_merging_takes_them_along(aside):
    assert [each.key for each in members(aside.unit)] == [
        str(Student.objects.get(student_no="2023000002").pk)
    ]
    assert by_unit(type(aside.unit).objects.filter(pk=aside.unit_id)) == {aside.unit_id: 2}

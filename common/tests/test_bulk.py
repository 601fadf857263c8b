"""Rows written many at a time, past Django's compiler."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Unit, UnitKind, User
from common import bulk
from common.bulk import insert_many
from common.ids import uuid7s
from destinations.tests.kit import make_class
from forms.models import Submission
from students.models import Student

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def student(number, **values):
    """What an import gives of a student."""
    given = {
        "unit_id": make_class().pk,
        "cohort": 2027,
        "student_no": f"2023{number:04}",
        "name": "王晓雨",
        "id_no": "33010620050315002X",
        "id_no_index": f"index-{number}",
        "gender": "2",
        "ethnic_group": "01",
        "political_status": "03",
        "major_code_national": "080902",
        "catalogue_year": 2023,
        "education_level": "31",
        "study_form": "1",
        "training_mode": "1",
        "schooling_length": Decimal("4"),
        "enrolled_on": datetime.date(2023, 9, 1),
        "graduate_on": datetime.date(2027, 6, 30),
        "academic_status": "1",
        "origin_region": "330106",
        "normal_student_category": "2",
        "hardship_category": "0",
        "archive_moved_in": True,
        "hukou_moved_in": False,
        "mobile": "13800000000",
    }
    return given | values


def test_row_that_leaves_something_out_gets_the_default():
    insert_many(User, [{"username": "a", "name": "甲"}, {"username": "b", "name": "乙", "is_active": False}])
    one, other = User.objects.order_by("username")
    assert (one.is_active, other.is_active) == (True, False)
    assert one.pk != other.pk
    assert one.must_change_password is False


def test_values_come_back_as_they_were_given():
    keys = uuid7s(2)
    insert_many(Student, [{**student(1), "id": keys[0]}, {**student(2), "id": keys[1], "exam_no": "12345"}])
    one, other = Student.objects.order_by("student_no")
    assert [one.pk, other.pk] == keys
    assert (one.exam_no, other.exam_no) == ("", "12345")
    assert (one.schooling_length, one.enrolled_on) == (Decimal("4.0"), datetime.date(2023, 9, 1))
    assert (one.archive_moved_in, one.hukou_moved_in, one.user_id) == (True, False, None)
    assert (one.id_no, one.mobile, one.hardship_reason) == ("33010620050315002X", "13800000000", "")


def test_encrypted_columns_hold_no_plain_text_and_nothing_twice():
    insert_many(Student, [student(1), student(2)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_no, mobile, hardship_reason FROM students_student")
        rows = cursor.fetchall()
    kept = [text for row in rows for text in row[:2]]
    assert all(":" in text and "3301" not in text and "1380" not in text for text in kept)
    assert len(set(kept)) == 4
    assert [row[2] for row in rows] == ["", ""]
    empty_json = bulk._insert_column(Submission._meta.get_field("values"), [{}, {}], set(), {})
    assert len(set(empty_json)) == 2


def test_words_of_the_interface_are_kept_as_words():
    insert_many(User, [{"username": "a", "name": gettext_lazy("Inbox")}, {"username": "b", "name": "乙"}])
    assert User.objects.get(username="a").name in ("Inbox", "待办")


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_many(User, [])


@pytest.mark.parametrize("count", [299, 701])
def test_more_rows_than_go_together_are_all_written(count):
    rows = [{"username": f"u{number:04}", "name": f"第{number}人"} for number in range(count)]
    insert_many(User, rows, {"joined_at": NOW})
    found = User.objects.order_by("username")
    assert list(found.values("username", "name")) == rows
    assert set(found.values_list("joined_at", "is_active", "last_login")) == {(NOW, True, None)}
    assert len(set(found.values_list("pk", flat=True))) == count


def test_rows_that_have_nothing_of_their_own_are_written():
    insert_many(Unit, [{}], {"path": "0009", "depth": 1, "kind": UnitKind.UNIVERSITY.value, "name": "启明"})
    assert Unit.objects.values_list("path", "name", "code", "is_active").get() == ("0009", "启明", "", True)

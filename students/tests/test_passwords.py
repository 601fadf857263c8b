"""First passwords: for those who never signed in, once, to be changed."""

import io
import re

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import appoint
from accounts.models import AccessLog, Unit, User
from accounts.roles import Role
from accounts.security.passwords import one_time_password
from students.tests.kit import graduate, graduates, load, staff, student

pytestmark = pytest.mark.django_db
URL = "/desk/students/passwords/"


@pytest.fixture(autouse=True)
def _hashers_of_the_product(settings):
    settings.PASSWORD_HASHERS = [
        *settings.PASSWORD_HASHERS,
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]


def ask(user: User, unit: str, cohort: int = 2027):
    client = Client()
    client.force_login(user)
    return client.post(URL, {"unit": Unit.objects.get(name=unit).pk, "cohort": cohort})


def rows_of(answer) -> list[tuple]:
    return list(
        openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(min_row=2, values_only=True)
    )


def test_list_opens_the_accounts_of_a_class(tmp_path):
    load(tmp_path, *graduates(2), graduate(3, student_class="软件2302"))
    officer = staff("T1")
    answer = ask(officer, "软件2301")
    rows = rows_of(answer)
    assert [row[:3] for row in rows] == [
        ("软件2301", "2023000001", "王晓雨"),
        ("软件2301", "2023000002", "王晓雨"),
    ]
    assert "no-store" in answer.headers["Cache-Control"]
    first = student(1).user
    assert (first.check_password(rows[0][3]), first.must_change_password) == (True, True)
    assert not student(3).user.has_usable_password()
    entry = AccessLog.objects.get()
    assert (entry.user, entry.action, entry.detail) == (officer, "passwords", "2")
    assert Client().login(username="2023000002", password=rows[1][3])


def test_who_has_signed_in_keeps_the_password(tmp_path):
    load(tmp_path, *graduates(2))
    User.objects.filter(username="2023000001").update(last_login=timezone.now())
    before = student(1).user.password
    assert [row[1] for row in rows_of(ask(staff("T1"), "软件2301"))] == ["2023000002"]
    assert student(1).user.password == before
    User.objects.update(last_login=timezone.now())
    assert ask(staff("T2"), "软件2301").status_code == 302


def test_only_importers_get_the_list_and_only_of_their_units(tmp_path):
    load(tmp_path, graduate(1), graduate(2, college="管理学院", major="会计学", student_class="会计1"))
    own = Unit.objects.get(name="管理学院")
    assert ask(staff("T1", Role.COUNSELOR), "软件2301").status_code == 404
    assert ask(student(1).user, "软件2301").status_code == 404
    assert ask(staff("T2", Role.DATA_OFFICER, own), "软件2301").status_code == 404
    assert len(rows_of(ask(staff("T3", Role.DATA_OFFICER, own), "管理学院"))) == 1
    assert not student(1).user.has_usable_password()


def test_other_roles_do_not_widen_where_passwords_are_made(tmp_path):
    load(tmp_path, graduate(1), graduate(2, college="管理学院", major="会计学", student_class="会计1"))
    officer = staff("T1", Role.DATA_OFFICER, Unit.objects.get(name="管理学院"))
    appoint(officer, Role.COLLEGE_OFFICER, Unit.objects.get(name="计算机学院"))
    assert ask(officer, "软件2301").status_code == 404
    assert not student(1).user.has_usable_password()
    assert [row[1] for row in rows_of(ask(officer, "管理学院"))] == ["2023000002"]


def test_passwords_are_readable_and_never_the_same():
    passwords = {one_time_password() for _number in range(200)}
    assert len(passwords) == 200
    assert all(
        re.fullmatch(r"([2-9a-hjkmnp-z]{4}-){2}[2-9a-hjkmnp-z]{4}", password) for password in passwords
    )

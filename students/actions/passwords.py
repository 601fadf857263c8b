"""First passwords for students who have never signed in."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction

from accounts.models import User
from accounts.security.passwords import first_password, one_time_password
from common.bulk import update_many
from students.models import Student


class FirstPassword(NamedTuple):
    """What a student needs to sign in for the first time."""

    class_name: str
    student_no: str
    name: str
    password: str


@transaction.atomic
def issue_passwords(students: Iterable[Student]) -> list[FirstPassword]:
    """Give each of *students* (users and units joined) a new one-time password to be changed at once.

    Earlier ones stop working. The passwords are stored hashed only, so this list is their only copy.
    """
    issued, accounts = [], []
    for student in students:
        password = one_time_password()
        issued.append(FirstPassword(str(student.unit), student.student_no, student.name, password))
        accounts.append((student.user_id, first_password(password)))
    update_many(User, accounts)
    return issued

"""First passwords for students who have never signed in."""

import secrets
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import transaction

from accounts.models import User
from common.bulk import update_many
from students.models import Student

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without signs that look alike."""
_GROUPS, _LETTERS = 3, 4
# 59 random bits need no slow hash; at the first sign-in Django hashes the new password the slow way.
_ITERATIONS = 1_000


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
        password = new_password()
        issued.append(FirstPassword(str(student.unit), student.student_no, student.name, password))
        accounts.append((student.user_id, {"password": _hashed(password), "must_change_password": True}))
    update_many(User, accounts)
    return issued


def new_password() -> str:
    """Twelve random letters and digits in groups, such as `k7mq-2xhp-9wzt`."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))


def _hashed(password: str) -> str:
    hasher = PBKDF2PasswordHasher()
    return hasher.encode(password, hasher.salt(), iterations=_ITERATIONS)

"""Keeping a student's data without using it, and using it again (flows 33, ADR 30)."""

import datetime

from accounts.access.actions import log_access
from accounts.access.models import Verb
from accounts.models import User
from students.models import Student


def set_aside(person: User, by: User | None, now: datetime.datetime) -> None:
    """From *now* on no list, search, count or export of the staff has the record of *person*.

    Who has no record, and whose record is set aside already, stay as they are. Call inside a transaction.
    """
    if Student.objects.filter(user=person, set_aside_at=None).update(set_aside_at=now):
        log_access(by, Verb.CHANGE, Student.objects.get(user=person), detail="set_aside_at")


def use_again(person: User, by: User, reason: str) -> None:
    """The record of *person* is in the lists again. Call inside a transaction."""
    if Student.objects.filter(user=person).exclude(set_aside_at=None).update(set_aside_at=None):
        log_access(by, Verb.CHANGE, Student.objects.get(user=person), detail="set_aside_at", words=reason)

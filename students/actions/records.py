"""What students and staff do with a record."""

import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from students import rules
from students.models import Student, VerifyState


@transaction.atomic
def confirm_record(student: Student, by: User, *, now: datetime.datetime | None = None) -> Student:
    """The student says that the own record is right (flows 13); filing a destination is open from then on.

    Raises Refused for anybody else and when it is confirmed already.
    """
    student = Student.objects.select_for_update().get(pk=student.pk)
    rules.can_confirm(by, student).require()
    student.verify_state = VerifyState.CONFIRMED
    student.verified_at, student.verified_by = now or timezone.now(), by
    student.save(update_fields=["verify_state", "verified_at", "verified_by"])
    return student

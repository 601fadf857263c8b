"""Reminding graduates of what they have not handed in."""

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from messaging.actions import notify
from messaging.models import Notice
from students.models import Student
from students.owing import Owed

AGAIN_AFTER = datetime.timedelta(days=1)
"""Nobody is reminded of the same more often, whoever reminds them."""


@transaction.atomic
def remind(owed: Owed, students: QuerySet[Student]) -> int:
    """Send each of *students* a notice that *owed* is still to be handed in; gives how many were reminded."""
    since = timezone.now() - AGAIN_AFTER
    told = Notice.objects.filter(recipient=OuterRef("user"), kind=owed.reminder.key, created_at__gt=since)
    people = list(
        User.objects.filter(student__in=students.exclude(Exists(told))).values_list("pk", flat=True)
    )
    notify(people, owed.reminder, reverse(owed.page))
    return len(people)

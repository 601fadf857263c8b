"""Telling the officers of a review: 30 days ahead, and when it is overdue, once each."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.queries import school_holders
from messaging.actions import notify
from privacy.assessments.models import Assessment, Reminder
from privacy.assessments.queries import due_by
from privacy.assessments.rules import WRITERS
from privacy.notices import REVIEW_OVERDUE, REVIEW_SOON

AHEAD = datetime.timedelta(days=30)
_KINDS = {Reminder.SOON: REVIEW_SOON, Reminder.OVERDUE: REVIEW_OVERDUE}


def remind(today: datetime.date | None = None) -> int:
    """Write what is due *today*; gives how many assessments were reminded of."""
    day = today or timezone.localdate()
    return sum(_remind(each, _stage(each, day)) for each in due_by(day + AHEAD).order_by("pk"))


def _stage(assessment: Assessment, day: datetime.date) -> Reminder:
    return Reminder.OVERDUE if assessment.is_overdue(day) else Reminder.SOON


@transaction.atomic
def _remind(assessment: Assessment, stage: Reminder) -> bool:
    """Two jobs at once: the one that changes the row writes the notices."""
    done = (stage, Reminder.OVERDUE)
    row = Assessment.objects.filter(pk=assessment.pk).exclude(reminded__in=done)
    if not row.update(reminded=stage):
        return False
    url = reverse("assessments:one", args=[assessment.pk])
    day = assessment.next_review.isoformat()
    notify(school_holders(WRITERS), _KINDS[stage], url, title=assessment.title, day=day)
    return True

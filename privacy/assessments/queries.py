"""Reading the register."""

import datetime

from django.db.models import Case, QuerySet, Value, When

from privacy.assessments.models import GIVING, Assessment, AssessmentState

_ORDER = (AssessmentState.DRAFT, AssessmentState.SIGNED, AssessmentState.REPLACED)


def register() -> QuerySet[Assessment]:
    """All assessments: drafts, then what holds by its next review, then what was replaced."""
    place = Case(*(When(state=state, then=Value(number)) for number, state in enumerate(_ORDER)))
    rows = Assessment.objects.select_related("written_by", "signed_by")
    return rows.annotate(place=place).order_by("place", "next_review", "id")


def due_by(day: datetime.date) -> QuerySet[Assessment]:
    """Those that hold and whose review is due on *day* or before."""
    return Assessment.objects.filter(state=AssessmentState.SIGNED, next_review__lte=day)


def overdue(today: datetime.date) -> QuerySet[Assessment]:
    """Those that hold although their review should have been before *today*."""
    return due_by(today - datetime.timedelta(days=1))


def giving(day: datetime.date) -> QuerySet[Assessment]:
    """Those that hold on *day*, their review not overdue, and are about data that others get."""
    rows = Assessment.objects.filter(state=AssessmentState.SIGNED, occasion__in=GIVING)
    return rows.filter(next_review__gte=day).order_by("title", "id")

"""Reusable reads about the calendar."""

import datetime

from django.db.models import Max, Min, QuerySet

from processes.calendar.models import CalendarChange, CalendarDay, ChangeKind

NEWEST_FIRST = ("-id",)


def days_between(first: datetime.date, last: datetime.date) -> QuerySet[CalendarDay]:
    """The days of the calendar from *first* to *last*, both included, in order."""
    return CalendarDay.objects.filter(date__range=(first, last)).order_by("date")


def loaded_years() -> range:
    """The years whose public holidays were loaded, first to last; empty when none were."""
    span = CalendarDay.objects.filter(is_local=False).aggregate(first=Min("date"), last=Max("date"))
    return range(span["first"].year, span["last"].year + 1) if span["first"] else range(0)


def last_load() -> CalendarChange | None:
    """The last time public holidays were loaded."""
    return CalendarChange.objects.filter(kind=ChangeKind.LOAD).defer("days").order_by("-id").first()


def changes_touching(first: datetime.date, last: datetime.date) -> QuerySet[CalendarChange]:
    """The lines of the log about days from *first* to *last*, by whom joined."""
    return CalendarChange.objects.filter(first_day__lte=last, last_day__gte=first).select_related("by")

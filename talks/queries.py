"""Reusable reads about talks, venues and closed days."""

import datetime
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.queries import has_right
from accounts.rights.catalogue import Right
from employers.models import Employer, EmployerState, EmployerUser, ListState, MembershipState
from employers.queries import membership_of
from talks.models import PUBLIC_STATES, UNDER_WAY, Blackout, Booking, Talk, TalkState, Venue

FLOW_KEY = "campus_talk"

#: States in which a talk counts for the limit of its employer and clashes with its other talks.
COUNTING = (*UNDER_WAY, TalkState.PUBLISHED, TalkState.HELD)
NEWEST_FIRST = ("-id",)
SOONEST_FIRST = ("starts_at", "id")


# --- who ---------------------------------------------------------------------------------------------


def acts_for_library_employer(user: User) -> EmployerUser | None:
    """The membership with which *user* may ask for talks: active, at an employer in the library."""
    own = membership_of(user)
    if own is None or own.state != MembershipState.ACTIVE:
        return None
    employer = own.employer
    welcome = employer.state == EmployerState.APPROVED and employer.list_state != ListState.BLACK
    return own if welcome else None


def arranges(user: User) -> bool:
    """Whether *user* keeps venues and may call talks off."""
    return has_right(user, Right.ARRANGE_TALKS)


# --- talks -------------------------------------------------------------------------------------------


def talks_of(employer: Employer) -> QuerySet[Talk]:
    """The talks of an employer, the newest first."""
    return Talk.objects.filter(employer=employer).select_related("employer", "venue").order_by("-id")


def talks_in_scope(user: User) -> QuerySet[Talk]:
    """The talks a member of staff may see: all that were handed in, or none."""
    if not has_right(user, Right.SEE_TALKS):
        return Talk.objects.none()
    return Talk.objects.exclude(submitted_at=None).select_related("employer", "venue")


def public_talks(now: datetime.datetime) -> QuerySet[Talk]:
    """What everybody may see: published and not over, those called off among them."""
    rows = Talk.objects.filter(state__in=(TalkState.PUBLISHED, TalkState.CALLED_OFF), ends_at__gt=now)
    return rows.select_related("employer", "venue")


def public_talk() -> QuerySet[Talk]:
    """Every talk that was ever public."""
    return Talk.objects.filter(state__in=PUBLIC_STATES).select_related("employer", "venue")


def earlier_talks(talk: Talk, days: Iterable[datetime.date]) -> list[Talk]:
    """Other talks of the same employer that count and are planned in the months of *days*."""
    planned = Q(pk__in=())
    for first in {day.replace(day=1) for day in days}:
        following = (first + datetime.timedelta(days=31)).replace(day=1)
        begins = Q(starts_at__gte=_midnight(first), starts_at__lt=_midnight(following))
        planned |= begins & ~Q(booking=Booking.NONE)
        planned |= Q(booking=Booking.NONE, wanted_on__gte=first, wanted_on__lt=following)
    rows = Talk.objects.filter(planned, employer_id=talk.employer_id, state__in=COUNTING)
    return list(rows.exclude(pk=talk.pk).order_by("id"))


def marks_of(employer: Employer, since: datetime.date) -> int:
    """How often an employer called a published talk off late since a day."""
    return Talk.objects.filter(employer=employer, is_marked=True, starts_at__gte=_midnight(since)).count()


def _midnight(day: datetime.date) -> datetime.datetime:
    """The local beginning of a day; MariaDB knows no time zones, so days are compared as moments."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


# --- venues and days ---------------------------------------------------------------------------------


def live(now: datetime.datetime) -> Q:
    """The condition under which a talk keeps others out of its venue."""
    return Q(booking=Booking.CONFIRMED) | Q(booking=Booking.HELD, held_until__gt=now)


def booked_between(
    first: datetime.datetime,
    last: datetime.datetime,
    now: datetime.datetime,
    venues: Iterable[UUID] | None = None,
) -> list[Talk]:
    """The talks that keep a venue some time between two moments, by time."""
    rows = Talk.objects.filter(live(now), starts_at__lt=last, ends_at__gt=first)
    if venues is not None:
        rows = rows.filter(venue__in=list(venues))
    return list(rows.select_related("employer").order_by("starts_at", "id"))


def blackouts_between(first: datetime.date, last: datetime.date) -> list[Blackout]:
    """The closed days that touch a span, for single venues too."""
    rows = Blackout.objects.filter(first_day__lte=last, last_day__gte=first)
    return list(rows.select_related("venue").order_by("first_day", "id"))


def venues_in_use() -> QuerySet[Venue]:
    """The venues that are given out, the smallest first."""
    return Venue.objects.filter(is_active=True).order_by("capacity", "name", "id")

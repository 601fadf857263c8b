"""Reusable reads about requests: the own ones."""

from django.db.models import QuerySet

from accounts.models import User
from privacy.models import SET_ASIDE, DataRequest, RequestState

#: The step of the officer.
ANSWER = "answer"
NEWEST_FIRST = ("-asked_at", "-id")
SHOWN = 10


def requests_of(user: User) -> QuerySet[DataRequest]:
    """What *user* asked for."""
    return DataRequest.objects.filter(person=user).order_by(*NEWEST_FIRST)


def setting_aside(user: User) -> QuerySet[DataRequest]:
    """The answered requests because of which the record of *user* is kept without use."""
    return DataRequest.objects.filter(person=user, state=RequestState.RESTRICTED, about__in=SET_ASIDE)

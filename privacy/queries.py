"""Reusable reads about requests: the own ones."""

from django.db.models import QuerySet

from accounts.models import User
from privacy.models import DataRequest

FLOW_KEY = "data_request"
#: The step of the officer.
ANSWER = "answer"
NEWEST_FIRST = ("-asked_at", "-id")
SHOWN = 10


def requests_of(user: User) -> QuerySet[DataRequest]:
    """What *user* asked for."""
    return DataRequest.objects.filter(person=user).order_by(*NEWEST_FIRST)

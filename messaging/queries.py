"""Reads of a person's notices."""

from django.db.models import QuerySet

from accounts.models import User
from messaging.models import Notice

NEWEST_FIRST = ("-created_at", "-id")


def notices_of(user: User, *, unread_only: bool = False) -> QuerySet[Notice]:
    """The notices of *user*, newest first."""
    rows = Notice.objects.filter(recipient=user).order_by(*NEWEST_FIRST)
    return rows.filter(read_at=None) if unread_only else rows

"""Every write of notices."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from messaging.kinds import NoticeKind
from messaging.models import Notice


def notice(recipient: User | UUID, kind: NoticeKind, url: str = "", **params: Any) -> Notice:
    """An unsaved notice to a person or a person's key; a flow's handler passes it to `context.create`.

    *params* fill the places in the kind's words and must be JSON (text, numbers). *url* is where a click
    leads: a path of our own site, such as `reverse()` gives. Raises ValueError for another site's address.
    """
    if url and (not url.startswith("/") or url.startswith("//")):
        raise ValueError(f"A notice leads to a page of this site, not to {url!r}.")
    key = recipient.pk if isinstance(recipient, User) else recipient
    return Notice(recipient_id=key, kind=kind.key, params=params, url=url)


def notify(people: Iterable[UUID], kind: NoticeKind, url: str = "", **params: Any) -> None:
    """Write the same notice to each of *people* (keys of users), once."""
    Notice.objects.bulk_create([notice(person, kind, url, **params) for person in dict.fromkeys(people)])


def mark_read(notice: Notice) -> None:
    """Record that the notice was opened; the first time counts."""
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])


def mark_all_read(user: User) -> int:
    """Mark everything unread of *user* as read and say how many that were."""
    return Notice.objects.filter(recipient=user, read_at=None).update(read_at=timezone.now())

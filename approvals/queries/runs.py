"""Reads of batches and copies."""

from django.db.models import QuerySet

from accounts.models import User
from approvals.models import BatchItem, BatchRun, CarbonCopy
from common.paging import page_of_keys

MOST_RUNS = 50
#: Refused ones first, then in the order of the list.
ITEM_ORDER = ("ok", "place", "id")
NEWEST_FIRST = ("-created_at", "-id")


def batches_of(user: User) -> QuerySet[BatchRun]:
    """The batches a person ran, newest first; taking one back is one too."""
    return BatchRun.objects.filter(owner=user).order_by("-created_at", "-id")


def batch_items(run: BatchRun, *, after: str = "") -> tuple[list[BatchItem], str]:
    """A page of what became of the tasks, and where the next one starts. Raises BadCursor."""
    page = page_of_keys(BatchItem.objects.filter(run=run, ok__isnull=False), ITEM_ORDER, after=after)
    rows = BatchItem.objects.filter(pk__in=page.keys).select_related("case").order_by(*ITEM_ORDER)
    return list(rows), page.next


def copies_of(user: User) -> QuerySet[CarbonCopy]:
    """The copies a person got, newest first, with their cases and senders."""
    rows = CarbonCopy.objects.filter(recipient=user).select_related("case", "sender")
    return rows.order_by(*NEWEST_FIRST)


def unread_copies(user: User) -> int:
    """How many copies a person has not opened."""
    return CarbonCopy.objects.filter(recipient=user, read_at=None).count()

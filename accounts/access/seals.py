"""Giving lines their place in the chain, in batches: writers never wait for each other, only sealers do."""

import datetime

from django.db import transaction
from django.utils import timezone

from accounts.access.models import FIELDS, AccessLog, AccessSeal
from common.bulk import update_many
from common.chain import line_hash, text_of
from common.signing import sign

_LINES_A_SEAL = 20_000


def chained(number: int, previous: str, mac: str, values: tuple[object, ...]) -> str:
    """The hash of line *number*: over the hash before it, its keyed hash and its columns (FIELDS)."""
    return line_hash([number, previous, mac, *values])


def sealed_text(number: int, last: int, head: str, at: datetime.datetime) -> bytes:
    """What a seal's signature is made over."""
    return f"access {number} {last} {head} {text_of(at)}".encode()


def seal_all() -> int:
    """Seal until nothing is left; returns the number of lines."""
    lines = 0
    while seal := seal_lines():
        lines += seal.last - seal.first + 1
    return lines


@transaction.atomic
def seal_lines() -> AccessSeal | None:
    """Chain and sign the lines written since the last seal, 20,000 at most; None when there are none.

    A line that is committed late stands behind those that were faster; two sealers at once end with one
    seal, because numbers are unique.
    """
    before = AccessSeal.objects.select_for_update().order_by("-number").first()
    waiting = AccessLog.objects.filter(number=None).order_by("at", "id")
    rows = list(waiting.values_list("mac", *FIELDS)[:_LINES_A_SEAL])
    if not rows:
        return None
    first = before.last + 1 if before else 1
    head, changes = before.head if before else "", []
    for number, (mac, *values) in enumerate(rows, start=first):
        head = chained(number, head, mac, tuple(values))
        changes.append((values[0], {"number": number, "hash": head}))
    update_many(AccessLog, changes)
    number, last, at = (before.number + 1 if before else 1), first + len(rows) - 1, timezone.now()
    return AccessSeal.objects.create(
        number=number,
        at=at,
        first=first,
        last=last,
        head=head,
        signature=sign(sealed_text(number, last, head, at)),
    )

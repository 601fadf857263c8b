"""Signed roots over all chain heads: who can write to the database still cannot rewrite the past.

A seal covers the heads that moved since the seal before it and the root of that seal, and is signed.
"""

import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from common.chain import text_of
from common.signing import is_ours, sign
from processes.audit.chain import root_hash
from processes.models import Case, Seal, SealedHead


def signed_text(root: str, at: datetime.datetime) -> bytes:
    """What a seal's signature is made over."""
    return f"{root} {text_of(at)}".encode()


def signature_holds(root: str, at: datetime.datetime, signature: str) -> bool:
    """Whether *signature* is ours for *root* and *at*."""
    return is_ours(signed_text(root, at), signature)


@transaction.atomic
def make_seal() -> Seal | None:
    """Seal every head that moved since the last seal; None when none did."""
    last = Seal.objects.select_for_update().order_by("-number").first()
    moved = list(_moved_heads())
    if not moved:
        return None
    prev_root, at = last.root if last else "", timezone.now()
    root = root_hash(prev_root, [(pk.hex, count, head) for pk, count, head in moved])
    signature = sign(signed_text(root, at))
    seal = Seal.objects.create(
        number=last.number + 1 if last else 1, at=at, root=root, prev_root=prev_root, signature=signature
    )
    SealedHead.objects.bulk_create(
        [SealedHead(seal=seal, case_id=pk, seq=count, hash=head) for pk, count, head in moved],
        batch_size=1000,
    )
    return seal


def _moved_heads() -> "list[tuple[UUID, int, str]]":
    newest = SealedHead.objects.filter(case=OuterRef("pk")).order_by("-seal__number").values("seq")[:1]
    return list(
        Case.objects.annotate(sealed=Subquery(newest))
        .filter(Q(sealed=None) | Q(sealed__lt=F("event_count")), event_count__gt=0)
        .values_list("pk", "event_count", "head_hash")
    )

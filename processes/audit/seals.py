"""Signed roots over all chain heads: who can write to the database still cannot rewrite the past.

A seal covers the heads that moved since the seal before it and the root of that seal. It is signed with
an Ed25519 key derived from `AUDIT_KEY`, which the database does not hold; the public key goes out with
every export.
"""

import base64
import datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from common.crypto import derive_key
from processes.audit.chain import root_hash, text_of
from processes.models import Case, Seal, SealedHead


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive_key("audit-seal", settings.AUDIT_KEY))


def public_key() -> str:
    """The raw Ed25519 public key, base64."""
    raw = _private_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def signed_text(root: str, at: datetime.datetime) -> bytes:
    """What a seal's signature is made over."""
    return f"{root} {text_of(at)}".encode()


def signature_holds(root: str, at: datetime.datetime, signature: str) -> bool:
    """Whether *signature* is ours for *root* and *at*."""
    try:
        _private_key().public_key().verify(base64.b64decode(signature), signed_text(root, at))
    except (InvalidSignature, ValueError):
        return False
    return True


@transaction.atomic
def make_seal() -> Seal | None:
    """Seal every head that moved since the last seal; None when none did."""
    last = Seal.objects.select_for_update().order_by("-number").first()
    moved = list(_moved_heads())
    if not moved:
        return None
    prev_root, at = last.root if last else "", timezone.now()
    root = root_hash(prev_root, [(pk.hex, count, head) for pk, count, head in moved])
    signature = base64.b64encode(_private_key().sign(signed_text(root, at))).decode()
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

"""Writing the trail of people and units: one hash chain each, like that of a case."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Unit, User
from accounts.organisation.models import Dossier, DossierEvent
from common.chain import canonical_json, line_hash
from common.ids import uuid7

#: What is hashed of a line, in this order. Part of the contract with every verifier.
FIELDS = ("id", "dossier_id", "seq", "at", "kind", "actor_id", "ip", "data", "prev_hash")


def subject_key(subject: User | Unit) -> str:
    """Under which key the trail of *subject* is kept."""
    return f"user:{subject.pk.hex}" if isinstance(subject, User) else f"unit:{subject.pk}"


@transaction.atomic
def record(subject: User | Unit, kind: str, by: User | None, *, ip: str = "", **data: Any) -> None:
    """Add a line to the trail of *subject*, in the transaction of what it records."""
    Dossier.objects.get_or_create(subject=subject_key(subject))
    head = Dossier.objects.select_for_update().get(subject=subject_key(subject))
    values: dict[str, Any] = {
        "id": uuid7(),
        "dossier_id": head.pk,
        "seq": head.event_count + 1,
        "at": timezone.now(),
        "kind": kind,
        "actor_id": by.pk if by else None,
        "ip": ip,
        "data": canonical_json({name: value for name, value in data.items() if value not in ("", None)}),
        "prev_hash": head.head_hash,
    }
    values["hash"] = line_hash(values[name] for name in FIELDS)
    DossierEvent.objects.bulk_create([DossierEvent(**values)])
    Dossier.objects.filter(pk=head.pk).update(event_count=values["seq"], head_hash=values["hash"])


def events_of(subject: User | Unit) -> list[DossierEvent]:
    """The trail of *subject*, newest first, the latest hundred."""
    rows = DossierEvent.objects.filter(dossier__subject=subject_key(subject))
    return list(rows.order_by("-seq")[:100])

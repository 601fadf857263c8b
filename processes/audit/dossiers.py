"""Checking the trails of people and units, one hash chain each (`accounts.organisation.trail`)."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from accounts.organisation.models import Dossier, DossierEvent
from accounts.organisation.trail import FIELDS
from processes.audit.rows import Trail, orphan_line, stored_lines
from processes.audit.verify import Fault, what_is_wrong

TRAIL = Trail(DossierEvent, Dossier, "dossier_id", FIELDS, frozenset({"id", "dossier_id", "actor_id"}))


def dossier_faults() -> Iterator[Fault]:
    """What is wrong with the trails of people and units, the first of each."""
    orphan = orphan_line(TRAIL)
    if orphan:
        yield Fault("The person or unit of this event does not exist.", event=orphan)
    for pk in Dossier.objects.order_by("subject").values_list("pk", flat=True):
        fault = _fault_of(pk) and _fault_locked(pk)
        if fault:
            yield fault


def _fault_locked(pk: UUID) -> Fault | None:
    """Work may have gone on while it was read: look again with everybody kept out."""
    with transaction.atomic():
        Dossier.objects.select_for_update().get(pk=pk)
        return _fault_of(pk)


def _fault_of(pk: UUID) -> Fault | None:
    dossier = Dossier.objects.get(pk=pk)
    previous, lines = "", list(stored_lines([dossier.pk], TRAIL))
    for position, line in enumerate(lines, start=1):
        message = what_is_wrong(line, position, previous, FIELDS)
        if message:
            return Fault(f"{dossier.subject}: {message}", event=line.stored_id)
        previous = line.values["hash"]
    if (dossier.event_count, dossier.head_hash) != (len(lines), previous):
        message = f"{dossier.subject}: the trail should have {dossier.event_count} lines and another end."
        return Fault(message, event=lines[-1].stored_id if lines else "")
    return None

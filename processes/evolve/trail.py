"""Writing and checking the trail of definitions: one hash chain each, like that of a case."""

import datetime
import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from common.chain import canonical_json, line_hash
from common.ids import uuid7
from processes.audit.rows import Trail, orphan_line, stored_lines
from processes.audit.verify import Fault, what_is_wrong
from processes.engine.actor import SYSTEM, Agent
from processes.evolve.models import DesignEvent
from processes.models import Definition, DefinitionVersion

#: What is hashed of a line, in this order. Part of the contract with every verifier.
FIELDS = (
    "id",
    "definition_id",
    "seq",
    "at",
    "kind",
    "actor_id",
    "channel",
    "ip",
    "data",
    "prev_hash",
)
TRAIL = Trail(
    DesignEvent, Definition, "definition_id", FIELDS, frozenset({"id", "definition_id", "actor_id"})
)
PUBLISHED = "published"


def digest_of(text: str) -> str:
    """What the trail knows of a text: its SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def lock(definition_id: UUID) -> Definition:
    """The definition, nobody else's until this transaction ends."""
    return Definition.objects.select_for_update().get(pk=definition_id)


@transaction.atomic
def record(
    definition: Definition, kind: str, by: Agent = SYSTEM, *, at: datetime.datetime | None = None, **data: Any
) -> None:
    """Add a line to the trail of *definition*, in the transaction of what it records."""
    head = lock(definition.pk)
    values: dict[str, Any] = {
        "id": uuid7(),
        "definition_id": head.pk,
        "seq": head.event_count + 1,
        "at": at or timezone.now(),
        "kind": kind,
        "actor_id": by.user_id,
        "channel": by.channel,
        "ip": by.ip,
        "data": canonical_json(data),
        "prev_hash": head.head_hash,
    }
    values["hash"] = line_hash(values[name] for name in FIELDS)
    DesignEvent.objects.bulk_create([DesignEvent(**values)])
    Definition.objects.filter(pk=head.pk).update(event_count=values["seq"], head_hash=values["hash"])


def faults() -> Iterator[Fault]:
    """What is wrong with the trails of definitions, the first of each, and with published texts."""
    orphan = orphan_line(TRAIL)
    if orphan:
        yield Fault("The definition of this event does not exist.", event=orphan)
    for pk in Definition.objects.order_by("key").values_list("pk", flat=True):
        fault = _fault_of(pk) and _fault_locked(pk)
        if fault:
            yield fault


def _fault_locked(pk: UUID) -> Fault | None:
    """Work may have gone on while it was read: look again with everybody kept out."""
    with transaction.atomic():
        lock(pk)
        return _fault_of(pk)


def _fault_of(pk: UUID) -> Fault | None:
    definition = Definition.objects.get(pk=pk)
    previous, lines = "", list(stored_lines([pk], TRAIL))
    for position, line in enumerate(lines, start=1):
        message = what_is_wrong(line, position, previous, FIELDS)
        if message:
            return Fault(message, event=line.stored_id, definition=definition.key)
        previous = line.values["hash"]
    if (definition.event_count, definition.head_hash) != (len(lines), previous):
        message = f"The definition says its trail has {definition.event_count} lines and another end."
        return Fault(message, event=lines[-1].stored_id if lines else "", definition=definition.key)
    return _changed_version(definition)


def _changed_version(definition: Definition) -> Fault | None:
    """A version that the trail does not know, or whose text is not the one that was published."""
    known = {
        event.content["version"]: (event.content["digest"], event.pk.hex)
        for event in DesignEvent.objects.filter(definition=definition, kind=PUBLISHED)
    }
    for version in DefinitionVersion.objects.filter(definition=definition).order_by("number").iterator():
        digest, event = known.pop(version.number, ("", ""))
        if digest_of(version.bpmn) != digest:
            message = f"The text of version {version.number} is not the one that was published."
            return Fault(message, event=event, definition=definition.key)
    if known:
        number, (_digest, event) = min(known.items())
        return Fault(f"Version {number} was published and is gone.", event=event, definition=definition.key)
    return None

"""Finding any edited, removed or inserted line of the access log."""

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from accounts.access.actions import mac_of
from accounts.access.models import FIELDS, AccessArchive, AccessLog, AccessSeal
from accounts.access.seals import chained, sealed_text
from common.signing import is_ours

LATEST_SEALING = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Report:
    """How much was checked, the end of the chain ("12:hash", empty before the first seal), what is wrong."""

    lines: int
    seals: int
    head: str
    fault: str = ""


def verify_log(known_head: str = "", *, now: datetime.datetime | None = None) -> Report:
    """Check every line, the chain, every seal and every archive; the first fault is named.

    *known_head* is an end of the chain as an earlier report gave it: who removed the newest lines together
    with their seals is found by that alone.
    """
    seals = list(AccessSeal.objects.order_by("number").select_related("archive"))
    faults = _faults(seals, known_head, now or timezone.now())
    head = f"{seals[-1].number}:{seals[-1].head}" if seals else ""
    return Report(AccessLog.objects.count(), len(seals), head, next(faults, ""))


def _faults(seals: list[AccessSeal], known_head: str, now: datetime.datetime) -> Iterator[str]:
    yield from _bad_seals(seals)
    if known_head and known_head not in {f"{seal.number}:{seal.head}" for seal in seals}:
        yield f"The end {known_head} is no longer part of the chain: lines and their seals were removed."
    yield from _bad_archives(seals)
    yield from _bad_chain(seals)
    yield from _bad_unsealed(seals, now)


def _bad_seals(seals: list[AccessSeal]) -> Iterator[str]:
    next_line = 1
    for position, seal in enumerate(seals, start=1):
        if seal.number != position or seal.first != next_line:
            yield f"Seal {position} is missing, or does not follow the one before."
        if not is_ours(sealed_text(seal.number, seal.last, seal.head, seal.at), seal.signature):
            yield f"The signature of seal {seal.number} is not ours (AUDIT_KEY), or the seal was changed."
        next_line = seal.last + 1


def _bad_archives(seals: list[AccessSeal]) -> Iterator[str]:
    archives = {seal.archive_id: seal.archive for seal in seals if seal.archive}
    for archive in archives.values():
        if archive.discarded_at is None and not _file_holds(archive):
            yield f"The archive {archive.file.name} is missing or was changed."


def _file_holds(archive: AccessArchive) -> bool:
    try:
        with archive.file.open("rb") as file:
            return hashlib.sha256(file.read()).hexdigest() == archive.sha256
    except OSError:
        return False


def _bad_chain(seals: list[AccessSeal]) -> Iterator[str]:
    """The lines that have a number, from the first that is not archived to the end of the last seal."""
    number, head = 0, ""
    ends = {seal.last: seal.head for seal in seals}
    for seal in seals:
        if seal.archive_id:
            number, head = seal.last, seal.head
    wanted = AccessLog.objects.exclude(number=None).order_by("number")
    for stored_number, stored_hash, mac, *values in wanted.values_list(
        "number", "hash", "mac", *FIELDS
    ).iterator(chunk_size=2000):
        number += 1
        if stored_number != number:
            yield f"Line {number} is missing (found {stored_number})."
        if mac != mac_of(values):
            yield f"Line {stored_number} was changed."
        head = chained(number, head, mac, tuple(values))
        if stored_hash != head:
            yield f"Line {stored_number} does not follow the one before: that was changed or replaced."
        if ends.get(number, head) != head:
            yield f"Line {number} is not what was sealed."
    if number != (seals[-1].last if seals else 0):
        yield f"The chain ends with line {number}, the last seal says {seals[-1].last if seals else 0}."


def _bad_unsealed(seals: list[AccessSeal], now: datetime.datetime) -> Iterator[str]:
    waiting = AccessLog.objects.filter(number=None).order_by("at", "id")
    oldest = None
    for mac, *values in waiting.values_list("mac", *FIELDS).iterator(chunk_size=2000):
        oldest = oldest or values[1]
        if mac != mac_of(values):
            yield f"A line of {values[1]:%Y-%m-%d %H:%M:%S} that is not sealed yet was changed or inserted."
    if oldest and now - oldest > LATEST_SEALING:
        yield f"Nothing was sealed since {oldest:%Y-%m-%d %H:%M}: is the scheduler running?"

"""Finding any edited, removed, reordered or inserted line of the trail."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction

from common.chain import line_hash
from processes.audit.chain import FIELDS, root_hash
from processes.audit.rows import Line, orphan_line, stored_lines
from processes.audit.seals import signature_holds
from processes.models import Case, Event, Seal, SealedHead


@dataclass(frozen=True)
class Fault:
    """The first thing found wrong: what, in which case, at which event (its id, or empty)."""

    message: str
    case: str = ""
    event: str = ""
    definition: str = ""
    is_gap: bool = False
    """Lines are missing: what was done to them shows better where they are now, if they are anywhere."""
    is_undecided: bool = False
    """It cannot be told whether anything was changed, for want of the right key."""

    def __str__(self) -> str:
        where = [
            f"event {self.event}" if self.event else "",
            f"case {self.case}" if self.case else "",
            f"definition {self.definition}" if self.definition else "",
        ]
        found = ", ".join(part for part in where if part)
        return f"{found}: {self.message}" if found else self.message


@dataclass(frozen=True)
class Report:
    """How much was checked, and the first fault, if any."""

    cases: int
    events: int
    seals: int
    fault: Fault | None = None


#: Checks that others add: values kept elsewhere that events commit to, trails of other things.
more_checks: list[Callable[[], Iterator[Fault]]] = []

_CASES_AT_ONCE = 500


def verify_trail() -> Report:
    """Check every chain from its first line to its head, every seal, and what rooms above add.

    Work may go on meanwhile: a chain that looks wrong is read again, locked, before it is reported.
    """
    cases = events = 0
    gap: Fault | None = None
    for heads in case_heads():
        by_case: dict[UUID, list[Line]] = {pk: [] for pk in heads}
        for line in stored_lines(list(heads)):
            by_case[line.values["case_id"]].append(line)
        for pk, head in heads.items():
            cases, events = cases + 1, events + len(by_case[pk])
            fault = _check_chain(by_case[pk], head) and _check_again(pk)
            if fault and not fault.is_gap:
                return Report(cases, events, 0, fault)
            gap = gap or fault
    gaps = [gap] if gap else []
    found = chain(_orphans(), gaps, _bad_seals(), *(check() for check in more_checks))
    return Report(cases, events, Seal.objects.count(), next(found, None))


def case_heads() -> Iterator[dict[UUID, dict[str, Any]]]:
    """All cases with their heads, some hundred at a time."""
    last = UUID(int=0)
    wanted = Case.objects.order_by("pk").values("pk", "number", "event_count", "head_hash")
    while page := list(wanted.filter(pk__gt=last)[:_CASES_AT_ONCE]):
        yield {row["pk"]: dict(row) for row in page}
        last = page[-1]["pk"]


def _check_again(case_id: UUID) -> Fault | None:
    with transaction.atomic():
        wanted = Case.objects.select_for_update().values("pk", "number", "event_count", "head_hash")
        head = dict(wanted.get(pk=case_id))
        return _check_chain(list(stored_lines([case_id])), head)


def _orphans() -> Iterator[Fault]:
    event = orphan_line()
    if event:
        yield Fault("The case of this event does not exist.", event=event)


def _check_chain(lines: list[Line], head: dict[str, Any]) -> Fault | None:
    number, previous = head["number"], ""
    if not lines:
        return Fault("The case has no trail at all: its events were removed.", number, is_gap=True)
    is_gap = len(lines) < head["event_count"]
    for position, line in enumerate(lines, start=1):
        message = what_is_wrong(line, position, previous)
        if message:
            return Fault(message, number, line.stored_id, is_gap=is_gap)
        previous = line.values["hash"]
    if (head["event_count"], head["head_hash"]) != (len(lines), previous):
        message = f"The case says its trail has {head['event_count']} lines and another end than this one."
        return Fault(message, number, lines[-1].stored_id, is_gap=is_gap)
    return None


def what_is_wrong(line: Line, position: int, previous: str, fields: tuple[str, ...] = FIELDS) -> str:
    """What shows that the line at *position* of a chain is not as it was written, or nothing."""
    if not line.is_canonical:
        return "A stored value is not written the way the system writes it: it was changed."
    if line.values["seq"] != position:
        return f"Line {position} is missing or out of order (found {line.values['seq']})."
    if line.values["prev_hash"] != previous:
        return "The link to the line before does not hold: that line was changed, removed or replaced."
    if line_hash(line.values[name] for name in fields) != line.values["hash"]:
        return "The content does not match its hash: this line was changed."
    return ""


def _bad_seals() -> Iterator[Fault]:
    prev_root = ""
    for position, seal in enumerate(Seal.objects.order_by("number"), start=1):
        heads = list(SealedHead.objects.filter(seal=seal).values_list("case_id", "seq", "hash"))
        root = root_hash(prev_root, [(case_id.hex, seq, hash_) for case_id, seq, hash_ in heads])
        if seal.number != position or seal.prev_root != prev_root or seal.root != root:
            yield Fault(f"Seal {seal.number} does not match its heads or the seal before it.")
        if not signature_holds(seal.root, seal.at, seal.signature):
            yield Fault(f"The signature of seal {seal.number} is not ours (AUDIT_KEY).")
        yield from _lost_heads(seal, heads)
        prev_root = seal.root


def _lost_heads(seal: Seal, heads: list[tuple[UUID, int, str]]) -> Iterator[Fault]:
    """Sealed lines that are no longer where they were when the seal was made."""
    present = set(
        Event.objects.filter(case__in=SealedHead.objects.filter(seal=seal).values("case")).values_list(
            "case_id", "seq", "hash"
        )
    )
    for head in heads:
        if head not in present:
            yield Fault(
                f"Line {head[1]} was sealed in seal {seal.number} and is gone or changed.", head[0].hex
            )

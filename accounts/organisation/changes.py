"""Every write about the tree: plan a change, call it off, carry it out, undo it (flows X7)."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Unit, UnitKind, User
from accounts.organisation import moving, queries, rules, trail
from accounts.organisation.models import ChangeState, UnitChange
from common.errors import Refused, UserError
from common.retry import retrying


@dataclass(frozen=True)
class Wish:
    """What somebody wants to become of a unit."""

    kind: str
    effective_on: datetime.date
    reason: str
    unit: Unit | None = None
    target: Unit | None = None
    values: Mapping[str, Any] | None = None


def proposed(wish: Wish, by: User | None) -> UnitChange:
    """An unsaved change, as rules and the preview look at it."""
    return UnitChange(
        kind=wish.kind,
        unit=wish.unit,
        target=wish.target,
        values=dict(wish.values or {}),
        effective_on=wish.effective_on,
        reason=wish.reason,
        planned_by=by,
    )


@retrying
@transaction.atomic
def plan(wish: Wish, by: User, *, ip: str = "") -> UnitChange:
    """Do it at once when its day is today, else put it down for that day.

    Raises Refused with the first thing that stands in the way.
    """
    _lock_tree()
    rules.can_take_effect_on(wish.effective_on).require()
    change = proposed(_fresh(wish), by)
    _require_no_obstacle(change)
    change.save()
    if change.effective_on <= timezone.localdate():
        _carry_out(change, by, ip)
    else:
        for unit in filter(None, (change.unit, change.target)):
            trail.record(unit, "planned", by, ip=ip, change=change.pk.hex, what=change.kind, **_said(change))
    return change


@retrying
@transaction.atomic
def call_off(change: UnitChange, by: User, *, ip: str = "") -> None:
    """Forget a change that waits for its day. Raises Refused by rule."""
    change = UnitChange.objects.select_for_update().get(pk=change.pk)
    rules.can_call_off(change).require()
    _end(change, ChangeState.CANCELLED, by)
    for unit in filter(None, (change.unit, change.target)):
        trail.record(unit, "called_off", by, ip=ip, change=change.pk.hex, what=change.kind)


@retrying
@transaction.atomic
def undo(change: UnitChange, by: User, *, ip: str = "") -> None:
    """Bring everything back that *change* carried along. Raises Refused by rule."""
    _lock_tree()
    change = UnitChange.objects.select_for_update().get(pk=change.pk)
    rules.can_undo(change).require()
    moving.take_back(change, by, ip)
    _end(change, ChangeState.UNDONE, by)
    for unit in Unit.objects.filter(pk__in=queries.touched_by(change)).order_by("pk"):
        trail.record(unit, "undone", by, ip=ip, change=change.pk.hex, what=change.kind)


def carry_out_due() -> int:
    """Do what is due, each change in a transaction of its own; how many were done.

    What cannot be done any more stays with the reason, for whoever planned it to look at.
    """
    due = UnitChange.objects.filter(
        state=ChangeState.SCHEDULED, effective_on__lte=timezone.localdate()
    ).order_by("effective_on", "id")
    return sum(_carry_out_one(pk) for pk in list(due.values_list("pk", flat=True)))


@retrying
def _carry_out_one(pk: UUID) -> bool:
    try:
        with transaction.atomic():
            _lock_tree()
            change = UnitChange.objects.select_for_update().get(pk=pk)
            if not change.is_scheduled:
                return False
            _require_no_obstacle(change)
            _carry_out(change, change.planned_by, "")
    except UserError as error:
        rows = UnitChange.objects.filter(pk=pk, state=ChangeState.SCHEDULED)
        rows.update(state=ChangeState.FAILED, problem=str(error)[:500])
        return False
    return True


def _carry_out(change: UnitChange, by: User | None, ip: str) -> None:
    moving.carry_out(change, by, ip)
    change.state, change.done_at = ChangeState.DONE, timezone.now()
    change.save()
    for unit in Unit.objects.filter(pk__in=queries.touched_by(change)).order_by("pk"):
        trail.record(unit, change.kind, by, ip=ip, change=change.pk.hex, **_said(change))


def _said(change: UnitChange) -> dict[str, Any]:
    said = {"name": change.values.get("name", ""), "reason": change.reason}
    return said | {
        "unit": change.unit_id,
        "target": change.target_id,
        "on": change.effective_on.isoformat(),
    }


def _end(change: UnitChange, state: ChangeState, by: User) -> None:
    change.state, change.ended_at, change.ended_by = state, timezone.now(), by
    change.save(update_fields=["state", "ended_at", "ended_by"])


def _require_no_obstacle(change: UnitChange) -> None:
    found = rules.obstacles(change)
    if found:
        raise Refused(" ".join(found[:5]))


def _fresh(wish: Wish) -> Wish:
    """The wish with units as they are now: somebody may have moved them since the page was shown."""
    rows = Unit.objects.in_bulk([unit.pk for unit in (wish.unit, wish.target) if unit is not None])
    return Wish(
        wish.kind,
        wish.effective_on,
        wish.reason,
        rows.get(wish.unit.pk) if wish.unit else None,
        rows.get(wish.target.pk) if wish.target else None,
        wish.values,
    )


def _lock_tree() -> None:
    """Let nobody else write the tree until this transaction ends, imports of graduates included."""
    list(Unit.objects.select_for_update().filter(kind=UnitKind.UNIVERSITY))

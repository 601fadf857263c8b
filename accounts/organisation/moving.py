"""Carrying a change out, and taking it back: the tree, appointments, and whoever follows.

Call inside a transaction that has the tree locked. What is done is written down in `change.outcome`, keys
alone, so that all of it can be taken back.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.models import Unit, User
from accounts.organisation import posts, queries
from accounts.organisation.followers import Shift, Transfer, carriers, followers
from accounts.organisation.models import ChangeKind, UnitChange
from accounts.organisation.rules import kind_below

Outcome = dict[str, Any]


def carry_out(change: UnitChange, by: User | None, ip: str) -> None:
    """Do *change* and let everything follow. Its rules were asked before."""
    shift = Shift(by, ip, change.reason, change.pk.hex)
    change.outcome = outcome = _nothing_yet()
    _DOING[ChangeKind(change.kind)](change, outcome, shift)
    outcome["settled"] = _settle(shift)


def take_back(change: UnitChange, by: User | None, ip: str) -> None:
    """Undo *change*: units, members and appointments go where they came from, and followers follow."""
    said, shift = change.outcome, Shift(by, ip, change.reason, change.pk.hex)
    Unit.objects.filter(pk__in=said.get("closed", [])).update(is_active=True)
    Unit.objects.filter(pk__in=said.get("reopened", [])).update(is_active=False)
    for key, parent in reversed(said.get("moved", [])):
        unit = Unit.objects.get(pk=key)
        _move(unit, Unit.objects.get(pk=parent))
        shift.roots.append(unit)
    _carry_back(said.get("carried", []), shift)
    for source, target in said.get("transfers", []):
        pair = Unit.objects.in_bulk([source, target])
        shift.transfers.append(Transfer(pair[target], pair[source], whole=False))
    posts.take_back(said.get("posts", {}))
    for key, values in said.get("renamed", []):
        Unit.objects.filter(pk=key).update(**values)
    Unit.objects.filter(pk__in=said.get("added", [])).update(is_active=False)
    _settle(shift)


def _nothing_yet() -> Outcome:
    names = ("moved", "closed", "reopened", "added", "renamed", "carried", "transfers")
    return {name: [] for name in names}


def _settle(shift: Shift) -> dict[str, int]:
    """Let followers put in order what depends on where units lie; by their key how much they changed."""
    if not (shift.roots or shift.transfers):
        return {}
    shift.roots = [Unit.objects.get(pk=unit.pk) for unit in shift.roots]
    return {each.key: number for each in followers() if (number := each.settle(shift))}


def _carry_back(carried: Sequence[Sequence[Any]], shift: Shift) -> None:
    by_key = {each.key: each for each in carriers()}
    for name, source, target, keys in carried:
        pair = Unit.objects.in_bulk([source, target])
        if name in by_key and keys:
            by_key[name].carry(pair[target], pair[source], keys)


def _move(unit: Unit, parent: Unit) -> None:
    """Put *unit* last under *parent*, and read its new place."""
    Unit.objects.move(unit, Unit.objects.get(pk=parent.pk), "last-child")
    unit.refresh_from_db()


def _add(change: UnitChange, outcome: Outcome, _shift: Shift) -> None:
    assert change.target is not None  # noqa: S101 - asked by rule
    change.unit = _new_unit(change.target, kind_below(change.target.kind), change)
    outcome["added"].append(change.unit.pk)


def _new_unit(parent: Unit, kind: str, change: UnitChange) -> Unit:
    names = {name: change.values.get(name, "") for name in ("name", "short_name", "code")}
    return Unit.objects.add_child(Unit.objects.get(pk=parent.pk), instance=Unit(kind=kind, **names))


def _rename(change: UnitChange, outcome: Outcome, _shift: Shift) -> None:
    unit = _unit_of(change)
    before = {name: getattr(unit, name) for name in ("name", "short_name", "code")}
    outcome["renamed"].append([unit.pk, before])
    Unit.objects.filter(pk=unit.pk).update(**{name: change.values.get(name, "") for name in before})


def _relocate(change: UnitChange, outcome: Outcome, shift: Shift) -> None:
    assert change.target is not None  # noqa: S101 - asked by rule
    _take_along(_unit_of(change), change.target, outcome, shift)


def _take_along(unit: Unit, parent: Unit, outcome: Outcome, shift: Shift) -> None:
    before = queries.parent_of(unit)
    outcome["moved"].append([unit.pk, before.pk if before else 0])
    _move(unit, parent)
    shift.roots.append(unit)


def _merge(change: UnitChange, outcome: Outcome, shift: Shift) -> None:
    assert change.target is not None  # noqa: S101 - asked by rule
    outcome["posts"] = posts.nothing_yet()
    _merge_units(_unit_of(change), change.target, outcome, shift)


def _merge_units(unit: Unit, into: Unit, outcome: Outcome, shift: Shift) -> None:
    """All that *unit* has goes into the other; majors of one name become one."""
    same = {child.pk: twin for child, twin in queries.twins(unit, into)}
    for key in list(Unit.objects.get_children(unit).values_list("pk", flat=True)):
        child = Unit.objects.get(pk=key)
        if key in same:
            _merge_units(child, Unit.objects.get(pk=same[key].pk), outcome, shift)
        else:
            _take_along(child, into, outcome, shift)
    unit = Unit.objects.get(pk=unit.pk)
    _carry(unit, into, None, outcome)
    posts.hand_over(unit, into, timezone.localdate(), outcome["posts"])
    _close_unit(unit, outcome)
    outcome["transfers"].append([unit.pk, into.pk])
    shift.transfers.append(Transfer(unit, into))


def _carry(unit: Unit, into: Unit, members: dict[str, list[str]] | None, outcome: Outcome) -> None:
    """Take the rows of followers along: all of them, or those chosen."""
    for follower in carriers():
        keys = None if members is None else members.get(follower.key, [])
        went = follower.carry(unit, into, keys)
        outcome["carried"].append([follower.key, unit.pk, into.pk, went])


def _close_unit(unit: Unit, outcome: Outcome) -> None:
    Unit.objects.filter(pk=unit.pk).update(is_active=False)
    outcome["closed"].append(unit.pk)


def _split(change: UnitChange, outcome: Outcome, shift: Shift) -> None:
    """A new unit beside the old one, with the chosen parts; whoever is appointed there is so for both."""
    unit = _unit_of(change)
    parent = queries.parent_of(unit)
    assert parent is not None  # noqa: S101 - asked by rule
    new = _new_unit(parent, unit.kind, change)
    outcome["added"].append(new.pk)
    for key in change.values.get("units", []):
        _take_along(Unit.objects.get(pk=key), new, outcome, shift)
    _carry(unit, new, change.values.get("members", {}), outcome)
    outcome["posts"] = posts.nothing_yet()
    if change.values.get("copy_posts"):
        posts.copy(unit, new, timezone.localdate(), outcome["posts"])
    outcome["transfers"].append([unit.pk, new.pk])
    shift.transfers.append(Transfer(unit, new, whole=False))
    change.target = new


def _close(change: UnitChange, outcome: Outcome, _shift: Shift) -> None:
    unit = _unit_of(change)
    outcome["posts"] = posts.nothing_yet()
    posts.end_all(unit, timezone.localdate() - datetime.timedelta(days=1), outcome["posts"])
    _close_unit(unit, outcome)


def _reopen(change: UnitChange, outcome: Outcome, _shift: Shift) -> None:
    unit = _unit_of(change)
    Unit.objects.filter(pk=unit.pk).update(is_active=True)
    outcome["reopened"].append(unit.pk)


def _unit_of(change: UnitChange) -> Unit:
    assert change.unit is not None  # noqa: S101 - asked by rule
    return Unit.objects.get(pk=change.unit.pk)


_DOING = {
    ChangeKind.ADD: _add,
    ChangeKind.RENAME: _rename,
    ChangeKind.MOVE: _relocate,
    ChangeKind.MERGE: _merge,
    ChangeKind.SPLIT: _split,
    ChangeKind.CLOSE: _close,
    ChangeKind.REOPEN: _reopen,
}

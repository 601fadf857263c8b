"""Reads of the tree: its rows with what they hold, what a change touches, what waits and what was done."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import Appointment, Unit, UnitKind
from accounts.organisation.followers import Follower, followers
from accounts.organisation.models import ChangeKind, ChangeState, UnitChange


@dataclass
class Branch:
    """A unit with what it and everything under it holds."""

    unit: Unit
    people: int = 0
    counts: list[int] = field(default_factory=list)
    children: int = 0
    hidden: bool = False
    planned: bool = False


@dataclass(frozen=True)
class Tree:
    """The rows of the tree from the root down, and what its columns of numbers count."""

    rows: list[Branch]
    counted: list[Follower]
    found: int


def parent_of(unit: Unit | None) -> Unit | None:
    """The unit above; None for the root."""
    if unit is None or len(unit.path) <= Unit.steplen:
        return None
    return Unit.objects.filter(path=unit.path[: -Unit.steplen]).first()


def tree(text: str = "", *, closed: bool = False) -> Tree:
    """The whole tree; only what matches *text* and the way there, when there is one.

    *closed* units are left out unless asked for. Four queries, and one for each kind of number.
    """
    units = Unit.objects.all() if closed else Unit.objects.filter(is_active=True)
    rows = {unit.path: Branch(unit) for unit in units.order_by("path")}
    counted = followers()
    _add_up(rows, _people_by_unit(), _count_people)
    for place, follower in enumerate(counted):
        for row in rows.values():
            row.counts.append(0)

        def add(row: Branch, number: int, place: int = place) -> None:
            row.counts[place] += number

        _add_up(rows, follower.tally(Unit.objects.all()), add)
    planned = set(scheduled().values_list("unit_id", flat=True))
    for row in rows.values():
        row.planned = row.unit.pk in planned
        parent = rows.get(row.unit.path[: -Unit.steplen])
        if parent is not None:
            parent.children += 1
    shown, found = _matching(rows, text.strip())
    return Tree(shown, counted, found)


def _add_up(rows: dict[str, Branch], numbers: dict[int, int], add: Callable[[Branch, int], None]) -> None:
    """Give the number of every unit to its row and to all rows above it."""
    paths = dict(Unit.objects.filter(pk__in=list(numbers)).values_list("pk", "path")) if numbers else {}
    for key, number in numbers.items():
        path = paths.get(key, "")
        for end in range(Unit.steplen, len(path) + 1, Unit.steplen):
            row = rows.get(path[:end])
            if row is not None:
                add(row, number)


def _count_people(row: Branch, number: int) -> None:
    row.people += number


def _matching(rows: dict[str, Branch], text: str) -> tuple[list[Branch], int]:
    """All rows, classes folded away; with a text those that match, and what leads there."""
    if not text:
        for row in rows.values():
            row.hidden = row.unit.depth > 2
        return list(rows.values()), len(rows)
    lowered = text.casefold()
    wanted: set[str] = set()
    found = 0
    for path, row in rows.items():
        names = (row.unit.name, row.unit.short_name, row.unit.code)
        if any(lowered in name.casefold() for name in names):
            found += 1
            wanted |= {path[:end] for end in range(Unit.steplen, len(path) + 1, Unit.steplen)}
    return [row for path, row in rows.items() if path in wanted], found


def _people_by_unit() -> dict[int, int]:
    today = timezone.localdate()
    held = Appointment.objects.filter(starts_on__lte=today).filter(Q(ends_on=None) | Q(ends_on__gte=today))
    counts = held.filter(user__is_active=True).values("unit").annotate(number=Count("user", distinct=True))
    return {row["unit"]: row["number"] for row in counts.order_by()}


def scheduled() -> QuerySet[UnitChange]:
    """Changes that wait for their day, the next one first."""
    rows = UnitChange.objects.filter(state=ChangeState.SCHEDULED)
    return rows.select_related("unit", "target", "planned_by").order_by("effective_on", "id")


def changes_of(unit: Unit) -> list[UnitChange]:
    """What was, is or will be done to a unit, the newest first."""
    rows = UnitChange.objects.filter(Q(unit=unit) | Q(target=unit))
    return list(rows.select_related("unit", "target", "planned_by").order_by("-effective_on", "-id")[:50])


def recent_changes() -> list[UnitChange]:
    """What was done or called off of late, the newest first."""
    rows = UnitChange.objects.exclude(state=ChangeState.SCHEDULED)
    return list(rows.select_related("unit", "target", "planned_by").order_by("-id")[:20])


def posts_at(unit: Unit) -> list[Appointment]:
    """Who is or will be appointed to the unit itself."""
    today = timezone.localdate()
    rows = unit.appointments.filter(Q(ends_on=None) | Q(ends_on__gte=today))
    return list(rows.select_related("user").order_by("role", "starts_on", "user__name"))


def twins(unit: Unit, into: Unit) -> Iterator[tuple[Unit, Unit]]:
    """Children of two units that have the same name, in pairs; only those in use."""
    named = {child.name: child for child in Unit.objects.get_children(into).filter(is_active=True)}
    for child in Unit.objects.get_children(unit).filter(is_active=True):
        if child.name in named:
            yield child, named[child.name]


def way_to(unit: Unit) -> list[Unit]:
    """The units from the root down to *unit*."""
    return [*Unit.objects.get_ancestors(unit), unit]


def touched_by(change: UnitChange) -> set[int]:
    """The keys of every unit that a change named or changed."""
    said = change.outcome
    keys: set[int] = {key for key in (change.unit_id, change.target_id) if key}
    keys |= set(said.get("added", [])) | set(said.get("closed", []))
    for key, parent in said.get("moved", []):
        keys |= {key, parent}
    return keys


def possible_parents(unit: Unit) -> list[Unit]:
    """Where *unit* could be moved: units in use one level above, with their college in front."""
    return _of_kind({UnitKind.CLASS: UnitKind.MAJOR, UnitKind.MAJOR: UnitKind.COLLEGE}.get(unit.kind, ""))


def possible_partners(unit: Unit) -> list[Unit]:
    """With which *unit* could be merged: others of its level that are in use."""
    return [each for each in _of_kind(unit.kind) if each.pk != unit.pk]


def _of_kind(kind: str) -> list[Unit]:
    return list(Unit.objects.filter(kind=kind, is_active=True).order_by("path"))


def labels_of(units: Iterable[Unit]) -> list[tuple[int, str]]:
    """Choices of units, each with the units above it: 计算机学院 / 软件工程."""
    units = list(units)
    paths = {path for unit in units for path in _above(unit)}
    names = dict(Unit.objects.filter(path__in=paths).values_list("path", "name")) if paths else {}
    found = []
    for unit in units:
        above = [names[path] for path in _above(unit) if path in names]
        found.append((unit.pk, " / ".join([*above, unit.name])))
    return found


def _above(unit: Unit) -> list[str]:
    """The paths of the units above *unit*, from its college down."""
    return [unit.path[:end] for end in range(2 * Unit.steplen, len(unit.path), Unit.steplen)]


def successors() -> dict[int, int]:
    """Key of a unit that was merged -> key of the one that it went into."""
    done = UnitChange.objects.filter(kind=ChangeKind.MERGE, state=ChangeState.DONE).order_by("done_at", "id")
    pairs: dict[int, int] = {}
    for outcome in done.values_list("outcome", flat=True):
        pairs |= dict(outcome["transfers"])
    return {source: _last(pairs, target) for source, target in pairs.items()}


def _last(pairs: dict[int, int], key: int) -> int:
    """Where a chain of merges ends; units that were merged back and forth go round once."""
    seen: set[int] = set()
    while key in pairs and key not in seen:
        seen.add(key)
        key = pairs[key]
    return key

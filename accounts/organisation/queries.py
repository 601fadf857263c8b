"""Reads of the tree: its rows with what they hold, what a change touches, what waits and what was done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import Appointment, Unit, UnitKind
from accounts.organisation.followers import Follower, followers
from accounts.organisation.models import ChangeKind, ChangeState, UnitChange
from accounts.queries import appointments_held

#: How deep the tree is shown before anything is unfolded.
OPEN_DEPTH = 2


@dataclass
class Branch:
    """A unit with what it and everything under it holds: people appointed, then what followers count."""

    unit: Unit
    counts: list[int] = field(default_factory=list)
    children: int = 0
    hidden: bool = False
    planned: bool = False
    is_open: bool = False


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


def tree(text: str = "", planned: Iterable[UnitChange] = (), *, closed: bool = False) -> Tree:
    """The whole tree; only what matches *text* and the way there, when there is one.

    *closed* units are left out unless asked for; units of *planned* changes are marked. Two queries, and one
    for each kind of number.
    """
    units = list(Unit.objects.order_by("path"))
    paths = {unit.pk: unit.path for unit in units}
    rows = {unit.path: Branch(unit) for unit in units if closed or unit.is_active}
    counted = followers()
    numbers = [_people_by_unit(), *(each.tally(Unit.objects.all()) for each in counted)]
    for row in rows.values():
        row.counts = [0] * len(numbers)
        parent = rows.get(row.unit.path[: -Unit.steplen])
        if parent is not None:
            parent.children += 1
    for place, found in enumerate(numbers):
        _add_up(rows, paths, found, place)
    waiting = {key for change in planned for key in (change.unit_id, change.target_id)}
    for row in rows.values():
        row.planned = row.unit.pk in waiting
    return _matching(rows, counted, text.strip().casefold())


def _add_up(rows: dict[str, Branch], paths: dict[int, str], numbers: dict[int, int], place: int) -> None:
    """Give the number of every unit to its row and to all rows above it."""
    for key, number in numbers.items():
        for path in _down_to(paths.get(key, "")):
            if path in rows:
                rows[path].counts[place] += number


def _down_to(path: str) -> list[str]:
    """The paths from the root down to *path*."""
    return [path[:end] for end in range(Unit.steplen, len(path) + 1, Unit.steplen)]


def _matching(rows: dict[str, Branch], counted: list[Follower], text: str) -> Tree:
    """All rows, majors and classes folded away; with a text those that match, and what leads there."""
    if not text:
        for row in rows.values():
            row.hidden = row.unit.depth > OPEN_DEPTH
        return Tree(list(rows.values()), counted, len(rows))
    found = [
        row
        for row in rows.values()
        if any(text in name.casefold() for name in (row.unit.name, row.unit.short_name, row.unit.code))
    ]
    wanted = {path for row in found for path in _down_to(row.unit.path)}
    for row in rows.values():
        row.is_open = True
    return Tree([row for path, row in rows.items() if path in wanted], counted, len(found))


def _people_by_unit() -> dict[int, int]:
    counts = (
        appointments_held()
        .filter(user__is_active=True)
        .values("unit")
        .annotate(number=Count("user", distinct=True))
    )
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


def family(unit: Unit) -> tuple[list[Unit], list[Unit]]:
    """The units from the root down to *unit*, and those directly in it."""
    near = Q(path__in=_down_to(unit.path)) | Q(path__startswith=unit.path, depth=unit.depth + 1)
    rows = list(Unit.objects.filter(near).order_by("path"))
    return [row for row in rows if row.depth <= unit.depth], [row for row in rows if row.depth > unit.depth]


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
    above = {str(UnitKind.CLASS): UnitKind.MAJOR, str(UnitKind.MAJOR): UnitKind.COLLEGE}
    return _of_kind(above.get(unit.kind, ""))


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

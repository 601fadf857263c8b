"""What a change would bring about, before it happens."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import Appointment, Unit
from accounts.organisation import queries, rules
from accounts.organisation.followers import followers
from accounts.organisation.models import ChangeKind, UnitChange

_MOST_NAMES = 8


@dataclass(frozen=True)
class Number:
    """How many of something follow."""

    icon: str
    label: str | Promise
    number: int


@dataclass(frozen=True)
class Preview:
    """What follows, whose view changes, and what stands in the way."""

    obstacles: list[str]
    numbers: list[Number]
    units: int
    appointments: int
    joined: list[str]
    losing: list[Appointment]
    gaining: list[Appointment]


def preview(change: UnitChange) -> Preview:
    """What *change* (unsaved) would do as things are now."""
    inside = _inside(change)
    losing, gaining = _views(change)
    return Preview(
        obstacles=rules.obstacles(change),
        numbers=_numbers(change, inside, losing),
        units=inside.count(),
        appointments=_held(inside).count(),
        joined=_joined(change),
        losing=_posts(losing),
        gaining=_posts(gaining),
    )


def _inside(change: UnitChange) -> QuerySet[Unit]:
    """The units that are carried along, the changing one included where it is."""
    unit = change.unit
    if unit is None or change.kind in (ChangeKind.ADD, ChangeKind.RENAME):
        return Unit.objects.none()
    if change.kind != ChangeKind.SPLIT:
        return Unit.objects.filter(path__startswith=unit.path)
    parts = Unit.objects.filter(pk__in=change.values.get("units", []), path__startswith=unit.path)
    wanted = Q(pk__in=[])
    for part in parts:
        wanted |= Q(path__startswith=part.path)
    return Unit.objects.filter(wanted)


def _numbers(change: UnitChange, inside: QuerySet[Unit], losing: set[int]) -> list[Number]:
    is_split = change.kind == ChangeKind.SPLIT
    chosen = change.values.get("members", {}) if is_split else {}
    left = {change.unit_id} if is_split and change.unit_id else losing
    found = []
    for follower in followers():
        number = sum(follower.tally(inside).values()) + len(chosen.get(follower.key, []))
        number += follower.passing(inside, left)
        if number:
            found.append(Number(follower.icon, follower.label, number))
    return found


def _held(units: QuerySet[Unit]) -> QuerySet[Appointment]:
    today = timezone.localdate()
    return Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), unit__in=units)


def _joined(change: UnitChange) -> list[str]:
    """Names of units in it that would become one with a unit of the same name."""
    if change.kind != ChangeKind.MERGE or change.unit is None or change.target is None:
        return []
    return [child.name for child, _twin in queries.twins(change.unit, change.target)]


def _views(change: UnitChange) -> tuple[set[int], set[int]]:
    """Keys of the units above the old place that lose what moves, and of those that gain it."""
    unit, target = change.unit, change.target
    if unit is None or target is None or change.kind not in (ChangeKind.MOVE, ChangeKind.MERGE):
        return set(), set()
    above, _children = queries.family(unit)
    beyond, _others = queries.family(target)
    old, new = {each.pk for each in above} - {unit.pk}, {each.pk for each in beyond}
    return old - new, new - old


def _posts(keys: set[int]) -> list[Appointment]:
    today = timezone.localdate()
    held = _held(Unit.objects.filter(pk__in=keys)).filter(starts_on__lte=today)
    rows = held.select_related("user", "unit").order_by("unit__path", "role", "user__name")
    return list(rows[:_MOST_NAMES])

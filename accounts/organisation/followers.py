"""What belongs to units in the rooms above, and how it follows when units change.

A room registers a `Follower` at start-up; nothing here knows which rooms there are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.functional import Promise

from accounts.models import Unit, User


@dataclass(frozen=True)
class Transfer:
    """What belonged to *source* belongs to *target*: all of it, or what the record itself says now."""

    source: Unit
    target: Unit
    whole: bool = True


@dataclass
class Shift:
    """What a change did to the tree: units that lie elsewhere now, and what went from unit to unit."""

    by: User | None
    ip: str
    reason: str
    change: str
    roots: list[Unit] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)


@dataclass(frozen=True)
class Member:
    """Something that can be chosen when a part of a unit is split off."""

    key: str
    name: str
    note: str


def _no_members(_unit: Unit) -> list[Member]:
    return []


def _carries_nothing(_source: Unit, _target: Unit, _keys: Sequence[str] | None) -> list[str]:
    return []


def _nothing_to_settle(_shift: Shift) -> int:
    return 0


def _nothing_passes(_units: QuerySet[Unit], _above: set[int]) -> int:
    return 0


@dataclass(frozen=True)
class Follower:
    """Something that belongs to units.

    *tally* counts it by the key of its unit. *carry* takes it from one unit to another (all of it, or the
    rows under the given keys) and gives the keys of what went. *settle* comes last, when the tree and all
    records are in place, and gives how many rows it changed.
    """

    key: str
    label: str | Promise
    icon: str
    tally: Callable[[QuerySet[Unit]], dict[int, int]]
    members: Callable[[Unit], list[Member]] = _no_members
    carry: Callable[[Unit, Unit, Sequence[str] | None], list[str]] = _carries_nothing
    settle: Callable[[Shift], int] = _nothing_to_settle
    #: How many of it lie in these units and are with the units above under these keys: they change hands.
    passing: Callable[[QuerySet[Unit], set[int]], int] = _nothing_passes
    #: Whether a unit with some of it cannot be closed.
    holds_open: bool = False


_followers: dict[str, Follower] = {}


def register(follower: Follower) -> None:
    """Let *follower* follow; registering a key again replaces it."""
    _followers[follower.key] = follower


def followers() -> list[Follower]:
    """All followers: those who carry something before those who settle."""
    return sorted(_followers.values(), key=lambda each: (each.carry is _carries_nothing, each.key))


def carriers() -> Iterable[Follower]:
    """The followers that have rows of their own in units."""
    return [each for each in followers() if each.carry is not _carries_nothing]

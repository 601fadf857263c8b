"""What a person sees because of appointments and groups, counted by the rooms it lies in.

A room registers a `Sight` at start-up. It counts with the very query that scopes the room's own list, so
that what is told here is what the person finds.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import Appointment, User
from accounts.queries import given_to, held_by, roots_of
from accounts.rights.catalogue import FACTS
from accounts.rights.models import UnitRight
from accounts.roles import Role


@dataclass(frozen=True)
class Sight:
    """Something that can be seen, through a *right* or through *roles* alone; *count* says how much of it."""

    key: str
    label: str | Promise
    icon: str
    count: Callable[[User], int]
    right: str = ""
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Seen:
    """What one person sees of something, and the appointments and groups that let them."""

    sight: Sight
    number: int
    because: list[Appointment | UnitRight]


_sights: dict[str, Sight] = {}


def register(sight: Sight) -> None:
    """Let *sight* be counted; registering a key again replaces it."""
    _sights[sight.key] = sight


def seen_by(person: User) -> list[Seen]:
    """What *person* sees today; what they have nothing to do with is left out."""
    if not person.is_active:
        return []
    grounds = (
        (sight, _grounds(person, sight)) for sight in sorted(_sights.values(), key=lambda each: each.key)
    )
    return [Seen(sight, sight.count(person), because) for sight, because in grounds if because]


def _grounds(person: User, sight: Sight) -> list[Appointment | UnitRight]:
    roles = FACTS[sight.right].roles if sight.right else sight.roles
    because: list[Appointment | UnitRight] = [post for post in held_by(person) if Role(post.role) in roles]
    if not sight.right:
        return because
    because += [given for given in given_to(person) if given.permission.codename == sight.right]
    roots = {unit.pk for unit in roots_of(person, sight.right)}
    return [ground for ground in because if ground.unit.pk in roots]

"""What a person sees because of what they are appointed to, counted by the rooms it lies in.

A room registers a `Sight` at start-up. It counts with the very query that scopes the room's own list, so
that what is told here is what the person finds.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import Appointment, User
from accounts.queries import held_by
from accounts.roles import Role


@dataclass(frozen=True)
class Sight:
    """Something that can be seen: *count* says how much of it *roles* let a person see."""

    key: str
    label: str | Promise
    icon: str
    roles: frozenset[str]
    count: Callable[[User], int]


@dataclass(frozen=True)
class Seen:
    """What one person sees of something, and the appointments that let them."""

    sight: Sight
    number: int
    because: list[Appointment]


_sights: dict[str, Sight] = {}


def register(sight: Sight) -> None:
    """Let *sight* be counted; registering a key again replaces it."""
    _sights[sight.key] = sight


def seen_by(person: User) -> list[Seen]:
    """What *person* sees today; what none of their roles has to do with is left out."""
    held = held_by(person) if person.is_active else []
    found = []
    for sight in sorted(_sights.values(), key=lambda each: each.key):
        because = [post for post in held if Role(post.role) in sight.roles]
        if because:
            found.append(Seen(sight, sight.count(person), because))
    return found

"""Who does something, and from where."""

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from accounts.models import User
from accounts.queries import pools_of


class Agent(Protocol):
    """Whoever causes a change: a person, or the system when time does."""

    @property
    def user_id(self) -> uuid.UUID | None: ...

    @property
    def name(self) -> str: ...

    @property
    def acting_for_id(self) -> uuid.UUID | None: ...

    @property
    def ip(self) -> str: ...

    @property
    def channel(self) -> str: ...


@dataclass(frozen=True)
class Actor:
    """The person behind a change: themselves, whom they act for, and the channel they came through."""

    user: User
    acting_for: User | None = None
    ip: str = ""
    channel: str = "web"

    @property
    def user_id(self) -> uuid.UUID:
        """The person's key."""
        return self.user.pk

    @property
    def name(self) -> str:
        """The person's name."""
        return self.user.name

    @property
    def acting_for_id(self) -> uuid.UUID | None:
        """The key of the person acted for, if any."""
        return self.acting_for.pk if self.acting_for else None

    @cached_property
    def pools(self) -> dict[str, list[int]]:
        """Role -> unit ids for which the person may act; looked up once an actor, so make one a request."""
        return pools_of(self.user)


@dataclass(frozen=True)
class System:
    """Nobody in person: timers, deadlines, jobs."""

    user_id: None = None
    name: str = ""
    acting_for_id: None = None
    ip: str = ""
    channel: str = "system"


SYSTEM = System()

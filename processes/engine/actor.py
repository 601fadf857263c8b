"""Who does something, and from where."""

import uuid
from dataclasses import dataclass, replace
from typing import Protocol

from accounts.models import User
from accounts.posts import Reach, reach_of


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

    @property
    def reach(self) -> Reach:
        """As whom the person may act today."""
        return reach_of(self.user)

    def standing_in_for(self, person: User) -> "Actor":
        """The same person, acting for one who is away."""
        return replace(self, acting_for=person)


@dataclass(frozen=True)
class System:
    """Nobody in person: timers, deadlines, jobs."""

    user_id: None = None
    name: str = ""
    acting_for_id: None = None
    ip: str = ""
    channel: str = "system"


SYSTEM = System()

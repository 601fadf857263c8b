"""Who does something, and from where."""

import uuid
from dataclasses import dataclass
from functools import cached_property

from accounts.models import User
from accounts.queries import pools_of


@dataclass(frozen=True)
class Actor:
    """The person behind a change: themselves, whom they act for, and the channel they came through."""

    user: User
    acting_for: User | None = None
    ip: str = ""
    channel: str = "web"

    @property
    def acting_for_id(self) -> uuid.UUID | None:
        """The key of the person acted for, if any."""
        return self.acting_for.pk if self.acting_for else None

    @cached_property
    def pools(self) -> dict[str, list[int]]:
        """Role -> unit ids for which the person may act; looked up once an actor, so make one a request."""
        return pools_of(self.user)

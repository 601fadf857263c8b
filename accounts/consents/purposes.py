"""What consent is asked for. Each room that needs one declares it; nothing else can be agreed to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import User


@dataclass(frozen=True)
class Purpose:
    """One thing that people agree to, or are told of.

    *texts* gives the words of every version, the newest last; old ones stay, because people agreed to them.
    *follows* says what withdrawing leads to, and *stop* (given the person, and the session that asked) does
    it. A notice has neither: it tells of what the law makes the school do, and asks nothing (RL-31).
    """

    key: str
    title: str | Promise
    texts: Mapping[str, Callable[[], str]]
    follows: str | Promise = ""
    stop: Callable[[User, str], None] | None = None

    @property
    def version(self) -> str:
        """The wording in use."""
        return list(self.texts)[-1]

    @property
    def is_notice(self) -> bool:
        """Whether it tells and does not ask."""
        return self.stop is None

    def text(self, version: str = "") -> str:
        """The words of *version* (the one in use unless told), "" when they are not kept."""
        words = self.texts.get(version or self.version)
        return words() if words else ""


_purposes: dict[str, Purpose] = {}


def declare(purpose: Purpose) -> Purpose:
    """From now on *purpose* can be agreed to."""
    _purposes[purpose.key] = purpose
    return purpose


def declared() -> list[Purpose]:
    """Everything that people can agree to or are told of."""
    return list(_purposes.values())


def purpose_called(key: str) -> Purpose | None:
    """The purpose under this key."""
    return _purposes.get(key)

"""The kinds of notices. A notice keeps its kind and params; the words come in the reader's language.

A room that sends notices declares its kinds in `APP/notices.py`, loaded from its app's `ready()`:

    EFFECTIVE = register(NoticeKind(
        "destination_effective", icon="circle-check",
        title=_("Your destination is effective"), body=_("%(brief)s. Nothing more to do."),
    ))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """Words of one kind: lazy msgids with `%(name)s` places, filled from the notice's params.

    *said* makes of the params what the places show, where that depends on the reader's language: roles, days.
    """

    key: str
    title: str | Promise
    body: str | Promise = ""
    icon: str = "bell"
    said: Callable[[dict[str, Any]], dict[str, Any]] = dict


_kinds: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> NoticeKind:
    """Make *kind* known and return it. Raises ValueError when another kind has the same key."""
    if _kinds.setdefault(kind.key, kind) != kind:
        raise ValueError(f"Two kinds of notices are called {kind.key!r}.")
    return kind


def kind_of(key: str) -> NoticeKind | None:
    """The kind called *key*, or None when it is no longer declared."""
    return _kinds.get(key)

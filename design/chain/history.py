"""Undo and redo: the texts before and after, for one person in one session."""

import base64
import zlib
from dataclasses import dataclass, field

from django.contrib.sessions.backends.base import SessionBase

#: How many changes can be taken back.
DEPTH = 20


@dataclass
class History:
    """What was before the revision *at*, and what was after it before something was taken back."""

    at: str = ""
    undo: list[str] = field(default_factory=list)
    redo: list[str] = field(default_factory=list)


def history_of(session: SessionBase, key: str, revision: str) -> History:
    """The history of this person's changes; none when somebody else changed the draft since."""
    kept = session.get(f"chain:{key}", {})
    return History(**kept) if kept.get("at") == revision else History(at=revision)


def changed(session: SessionBase, key: str, history: History, before: str, revision: str) -> None:
    """Note that *before* was changed and is now *revision*."""
    keep(session, key, History(revision, [*history.undo, packed(before)][-DEPTH:], []))


def keep(session: SessionBase, key: str, history: History) -> None:
    """Keep the history for the next request."""
    session[f"chain:{key}"] = {"at": history.at, "undo": history.undo, "redo": history.redo}


def packed(text: str) -> str:
    """A text, small."""
    return base64.b85encode(zlib.compress(text.encode(), 9)).decode()


def unpacked(kept: str) -> str:
    """The text that was packed."""
    return zlib.decompress(base64.b85decode(kept)).decode()

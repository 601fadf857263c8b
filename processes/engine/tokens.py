"""Tokens as paths: where in a case an activation belongs, and what descends from what.

A case starts with one token, `start`. Whatever divides it (a split, a sub-process, several people on one
task, a boundary event that does not interrupt) makes children: `start/7.1`, `start/7.2`. A join gives the
path they have in common back. So "everything that came of this token" is a prefix.
"""

from collections.abc import Iterable

ROOT = "start"


def is_under(token: str, root: str) -> bool:
    """Whether *token* is *root* or descends from it."""
    return token == root or token.startswith(f"{root}/")


def child(token: str, name: str) -> str:
    """The descendant of *token* called *name*."""
    return f"{token}/{name}"


def parent(token: str) -> str:
    """The token that *token* came from; the root's is empty."""
    return token.rpartition("/")[0]


def common(tokens: Iterable[str]) -> str:
    """The nearest token that all *tokens* are or descend from."""
    paths = [token.split("/") for token in tokens]
    shared = []
    for names in zip(*paths, strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return "/".join(shared)

"""Telling people what was done about them, without knowing how they are reached.

The rooms above register how: `messaging` writes notices. Whatever is told is written with what it is about,
so nobody hears of what was rolled back.
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

#: Called with the keys of people, the kind that names the words, the page to open, and what fills the words.
Teller = Callable[[Iterable[UUID], str, str, dict[str, Any]], None]

tellers: list[Teller] = []


def tell(people: Iterable[UUID], kind: str, path: str, **said: Any) -> None:
    """Tell each of *people* (keys of users) once; *kind* names the words, *path* is the page to open."""
    recipients = list(dict.fromkeys(people))
    for teller in tellers if recipients else ():
        teller(recipients, kind, path, said)

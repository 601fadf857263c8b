"""Telling people what the engine did, without knowing how they are reached.

The rooms above register how: `messaging` writes notices. Whatever is told is written with the unit of
work that it is about, so nobody hears of what was rolled back.
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from processes.engine.unit_of_work import UnitOfWork
from processes.models import Task

Teller = Callable[[UnitOfWork, Iterable[UUID], str, Task | None, dict[str, Any]], None]

tellers: list[Teller] = []


def tell(unit: UnitOfWork, people: Iterable[UUID], kind: str, task: Task | None, **params: Any) -> None:
    """Tell *people* (keys of users) about *task*; *kind* names the words, *params* fill their places.

    Without a task it is about something that belongs to no case.
    """
    recipients = list(dict.fromkeys(people))
    for teller in tellers if recipients else ():
        teller(unit, recipients, kind, task, params)

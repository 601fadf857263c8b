"""Telling people what the engine did, without knowing how they are reached.

The rooms above register how: `messaging` writes notices. Whatever is told is written with the unit of
work that it is about, so nobody hears of what was rolled back.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from processes.engine.actor import Agent
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Task

if TYPE_CHECKING:
    from processes.evolve.models import Proposal

Teller = Callable[[UnitOfWork, Iterable[UUID], str, Task | None, dict[str, Any]], None]

#: Called with a proposal, what became of it (`proposed`, `approved`, `declined`, `withdrawn`, `done`,
#: `overtaken`) and whose doing that was, inside its transaction.
ProposalTeller = Callable[["Proposal", str, Agent], None]

tellers: list[Teller] = []
proposal_tellers: list[ProposalTeller] = []


def tell(unit: UnitOfWork, people: Iterable[UUID], kind: str, task: Task | None, **params: Any) -> None:
    """Tell *people* (keys of users) about *task*; *kind* names the words, *params* fill their places.

    Without a task it is about something that belongs to no case.
    """
    recipients = list(dict.fromkeys(people))
    for teller in tellers if recipients else ():
        teller(unit, recipients, kind, task, params)


def tell_of(proposal: "Proposal", what: str, by: Agent) -> None:
    """Tell whoever has to know that *by* made *what* of a proposal."""
    for teller in proposal_tellers:
        teller(proposal, what, by)

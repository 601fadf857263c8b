"""Counting the votes of a countersigned task 会签: all, any, ratio, weighted; side by side or in turn."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from processes.bpmn.model import ALL, ANY, RATIO, Element, Loop
from processes.engine.candidates import members_of

if TYPE_CHECKING:
    from processes.engine.candidates import Candidates
    from processes.models import Case, Task

#: Sums of weights are compared with this tolerance, so that 0.6 of 5 is 3.
EPSILON = 1e-9


@dataclass
class Tally:
    """Who is asked with what weight, and what they said; votes by the position of the person."""

    people: list[UUID]
    weights: list[float]
    sequential: bool
    need: float
    votes: dict[int, bool] = field(default_factory=dict)
    #: Who is no longer asked, because the case has become their own (flows X6).
    out: list[int] = field(default_factory=list)

    @classmethod
    def begin(cls, element: Element, case: "Case", candidates: "Candidates") -> "Tally":
        """The vote as it opens."""
        loop = element.loop or Loop()
        people = members_of(case, loop, candidates)
        weights = [float(each) for each in case.variables.get(loop.weights, [])] if loop.weights else []
        weights += [1.0] * (len(people) - len(weights))
        return cls(people, weights[: len(people)], loop.sequential, _needed(loop, weights[: len(people)]))

    @classmethod
    def of(cls, group: "Task") -> "Tally":
        """The vote as it stands on *group*."""
        data = group.data["tally"]
        return cls(
            [UUID(each) for each in data["people"]],
            data["weights"],
            data["sequential"],
            data["need"],
            {int(number): vote for number, vote in data["votes"].items()},
            data.get("out", []),
        )

    def as_data(self) -> dict[str, Any]:
        """The vote as JSON."""
        return {
            "people": [each.hex for each in self.people],
            "weights": self.weights,
            "sequential": self.sequential,
            "need": self.need,
            "votes": {str(number): vote for number, vote in self.votes.items()},
        } | ({"out": self.out} if self.out else {})

    def count(self, number: int, outcome: str) -> None:
        """Note what the person at *number* said; everything but an approval is a vote against."""
        self.votes[number] = outcome == "approve"

    def leave_out(self, numbers: Iterable[int], element: Element) -> None:
        """Ask the people at *numbers* no more; what is needed follows from those who are left."""
        self.out = [*self.out, *numbers]
        self.need = _needed(element.loop or Loop(), self._counting)

    @property
    def size(self) -> int:
        """How many are asked."""
        return len(self._counting)

    @property
    def _counting(self) -> list[float]:
        return [weight for number, weight in enumerate(self.weights) if number not in self.out]

    @property
    def result(self) -> bool | None:
        """True once enough agree, False once enough no longer can, None before."""
        agreed = sum(self.weights[number] for number, vote in self.votes.items() if vote)
        against = sum(self.weights[number] for number, vote in self.votes.items() if not vote)
        if agreed >= self.need - EPSILON:
            return True
        return False if sum(self._counting) - against < self.need - EPSILON else None

    @property
    def asked_first(self) -> range:
        """Who is asked when the task opens: everybody, or in turn the first one."""
        return range(min(1, len(self.people)) if self.sequential else len(self.people))

    @property
    def unheard(self) -> list[int]:
        """Who has said nothing yet, asked or to be asked."""
        return [n for n in range(len(self.people)) if n not in self.votes and n not in self.out]

    @property
    def next_in_turn(self) -> int | None:
        """Whom to ask next, when one is asked after another."""
        return next(iter(self.unheard), None) if self.sequential else None


def _needed(loop: Loop, weights: list[float]) -> float:
    total = sum(weights)
    if loop.complete == ALL:
        return total
    if loop.complete == ANY:
        return min(weights, default=0.0)
    share = float(loop.ratio or (1.0 if loop.complete == RATIO else 0.5))
    return total * share

"""Reading the tables under `fixtures/`, and drawing from them by weight."""

import csv
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from django.conf import settings

T = TypeVar("T")


@lru_cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `fixtures/NAME.tsv` under their column heads."""
    with open(settings.BASE_DIR / "fixtures" / f"{name}.tsv", encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter="\t"))


def seeded(*parts: object) -> Random:
    """A source of numbers that is the same for the same parts, on every machine."""
    return Random("/".join(map(str, parts)))  # noqa: S311 - must repeat, guards no secret


class Weighted(Generic[T]):
    """Items drawn in proportion to their weights."""

    def __init__(self, weights: Iterable[tuple[T, float]]) -> None:
        pairs = list(weights)
        self.items = tuple(item for item, _ in pairs)
        self._cumulative = list(accumulate(weight for _, weight in pairs))

    def draw(self, rng: Random) -> T:
        """One item."""
        return rng.choices(self.items, cum_weights=self._cumulative)[0]


@lru_cache
def shares(name: str) -> Weighted[str]:
    """The values of *name* in `fixtures/season/shares.tsv`, to be drawn as often as they occur."""
    return Weighted(
        (row["value"], float(row["weight"])) for row in table("season/shares") if row["of"] == name
    )

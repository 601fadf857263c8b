"""Names of people, by gender and ethnic group."""

from functools import lru_cache
from random import Random

from students.season.tables import Weighted, table

_ONE_CHARACTER_SHARE = 0.13


@lru_cache
def _surnames() -> Weighted[str]:
    return Weighted((row["surname"], int(row["weight"])) for row in table("season/surnames"))


@lru_cache
def _characters(gender: str) -> Weighted[str]:
    rows = table("season/given_names")
    return Weighted((row["character"], int(row["weight"])) for row in rows if row["gender"] == gender)


@lru_cache
def _parts(ethnic_group: str, gender: str) -> tuple[str, tuple[str, ...]]:
    """How the parts of a name are joined, and the parts; no parts for groups with Chinese names."""
    rows = [
        row
        for row in table("season/minority_names")
        if ethnic_group in row["ethnic_groups"].split(",") and row["gender"] == gender
    ]
    return (rows[0]["form"] if rows else ""), tuple(row["part"] for row in rows)


def draw_chinese_name(rng: Random, gender: str) -> str:
    """Surname and a given name of one or two characters."""
    given = _characters(gender)
    first = given.draw(rng)
    if rng.random() < _ONE_CHARACTER_SHARE:
        return _surnames().draw(rng) + first
    return _surnames().draw(rng) + first + given.draw(rng)


def draw_name(rng: Random, gender: str, ethnic_group: str) -> str:
    """A name as the group writes it in Chinese: with a middle dot, joined, alone, or as Han do."""
    form, parts = _parts(ethnic_group, gender)
    if form == "dotted":
        own = rng.choice(parts)
        fathers = [part for part in _parts(ethnic_group, "1")[1] if part != own]
        return f"{own}·{rng.choice(fathers)}"
    if form == "joined":
        return "".join(rng.sample(parts, 2))
    return rng.choice(parts) if form else draw_chinese_name(rng, gender)

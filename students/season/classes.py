"""The classes a cohort sits in: colleges of uneven size, programmes, classes of 25 to 45."""

import datetime
import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from students.season.tables import Weighted, shares, table

SMALLEST, USUAL, LARGEST = 25, 35, 45
_LEVEL_NAMES = {"bachelor": "", "associate": "", "master": "硕士", "doctor": "博士"}


@dataclass(frozen=True)
class Programme:
    """A major at a level: `code` of its catalogue, `years` nominal (may be half), GB study form."""

    college: str
    level: str
    code: str
    name: str
    years: float
    trains_teachers: bool
    study_form: str


@dataclass(frozen=True)
class SchoolClass:
    """A class of one programme; `number` is its place in the whole cohort, from 1."""

    number: int
    name: str
    size: int
    programme: Programme
    enrolled_on: datetime.date
    graduate_on: datetime.date


@lru_cache
def programmes() -> tuple[Programme, ...]:
    """Every programme; undergraduate names come from the national catalogue's sample."""
    catalogue = {row["code"]: row["name_zh"] for row in table("codes/major_sample")}
    return tuple(
        Programme(
            college=row["college"],
            level=row["level"],
            code=row["code"],
            name=row["name"] or catalogue[row["code"]],
            years=float(row["years"]),
            trains_teachers=row["normal"] == "Y",
            study_form=row["study_form"],
        )
        for row in table("season/programmes")
    )


@lru_cache
def _of_level(level: str) -> Weighted[Programme]:
    """Programmes of a level: a college weighs one over its rank (Zipf), shared by its programmes."""
    ranks = {row["name"]: rank for rank, row in enumerate(table("season/colleges"), start=1)}
    offered = [programme for programme in programmes() if programme.level == level]
    shares = Counter(programme.college for programme in offered)
    return Weighted((p, 1 / ranks[p.college] ** 0.8 / shares[p.college]) for p in offered)


def class_sizes(count: int, rng: Random) -> list[int]:
    """Sizes that add up to *count*, each from 25 to 45 wherever *count* can be split so."""
    classes = max(1, round(count / USUAL), math.ceil(count / LARGEST))
    sizes = [count // classes + (place < count % classes) for place in range(classes)]
    for place in range(0, classes - 1, 2):
        room = min(sizes[place] - SMALLEST, LARGEST - sizes[place + 1])
        moved = rng.randint(0, max(0, room))
        sizes[place] -= moved
        sizes[place + 1] += moved
    return sizes


def draw_classes(count: int, cohort: int, rng: Random) -> list[SchoolClass]:
    """The classes of *count* graduates of *cohort*, college by college."""
    sizes = class_sizes(count, rng)
    drawn = sorted((_of_level(shares("level").draw(rng)).draw(rng) for _ in sizes), key=programmes().index)
    sections: Counter[Programme] = Counter()
    classes = []
    for number, (programme, size) in enumerate(zip(drawn, sizes, strict=True), start=1):
        sections[programme] += 1
        classes.append(_school_class(number, programme, sections[programme], size, cohort))
    return classes


def _school_class(number: int, programme: Programme, section: int, size: int, cohort: int) -> SchoolClass:
    """Half-year programmes end in March, the others in June; all begin in September."""
    year = cohort - math.ceil(programme.years)
    month, day = (6, 30) if programme.years.is_integer() else (3, 31)
    return SchoolClass(
        number=number,
        name=f"{programme.name}{_LEVEL_NAMES[programme.level]}{year % 100:02}{section:02}班",
        size=size,
        programme=programme,
        enrolled_on=datetime.date(year, 9, 1),
        graduate_on=datetime.date(cohort, month, day),
    )

"""What will happen to each graduate's filing, drawn before the season begins."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from destinations.flows.filing.checks import is_unplaced
from destinations.flows.filing.matrix import categories, proof_rule
from students.season.tables import Weighted, shares, table

WEEKS = 11
LAST_DAY = WEEKS * 7 - 3  # a Friday, counted from the first Monday
COUNSELOR, COLLEGE, UNIVERSITY = "counselor", "college", "university"


@dataclass(frozen=True)
class Course:
    """The turns a filing takes.

    `returns` are the levels that send it back, in this order; `back_to` says whether the last of them
    returns to the college instead of the graduate. `withdraws` is what follows a withdrawal: `refile`,
    `leave` or `discard`.
    """

    confirms: bool = True
    begins: bool = True
    submits: bool = True
    returns: tuple[str, ...] = ()
    back_to_college: bool = False
    resubmits: bool = True
    withdraws: str = ""
    rejected: bool = False
    refiles: bool = False
    begins_unplaced: bool = False


COURSES: Mapping[str, Course] = {
    "straight": Course(),
    "returned": Course(returns=(COUNSELOR,)),
    "returned_by_college": Course(returns=(COLLEGE,)),
    "returned_by_university": Course(returns=(UNIVERSITY,)),
    "returned_to_college": Course(returns=(UNIVERSITY,), back_to_college=True),
    "returned_twice": Course(returns=(COUNSELOR, COLLEGE)),
    "returned_and_left": Course(returns=(COUNSELOR,), resubmits=False),
    "withdrawn": Course(withdraws="refile"),
    "withdrawn_and_left": Course(withdraws="leave"),
    "discarded": Course(withdraws="discard"),
    "rejected": Course(rejected=True),
    "rejected_then_refiled": Course(rejected=True, refiles=True),
    "changed": Course(refiles=True, begins_unplaced=True),
    "draft": Course(submits=False),
    "confirmed_only": Course(begins=False),
    "idle": Course(confirms=False, begins=False),
}


@dataclass(frozen=True)
class Plan:
    """A graduate's season: days count from its first Monday, `category` is what is filed in the end."""

    course: Course
    category: str
    confirms_on: int
    files_on: int


STAYS_OUT = Plan(COURSES["confirmed_only"], "", 3, 3)
"""For graduates whose academic status does not let them file."""


def draw_plan(rng: Random, level: str) -> Plan:
    """A plan for a graduate of *level* (doctor, master, bachelor, associate)."""
    course = COURSES[shares("course").draw(rng)]
    category = _destinations(level).draw(rng)
    while course.begins_unplaced and is_unplaced(category):
        category = _destinations(level).draw(rng)
    files_on = round(rng.triangular(1, LAST_DAY, LAST_DAY * 0.55))
    return Plan(
        course=course,
        category=category,
        confirms_on=rng.randrange(min(files_on, 21)),
        files_on=files_on,
    )


@lru_cache
def _destinations(level: str) -> Weighted[str]:
    rows = [row for row in table("season/destination_shares") if row["level"] == level]
    return Weighted((row["category"], float(row["weight"])) for row in rows)


def first_monday(cohort: int, today: datetime.date) -> datetime.date:
    """The season of *cohort* begins on the first Monday of the September before graduation.

    Earlier when it would not be over by *today*: nothing is dated in the future.
    """
    september = datetime.date(cohort - 1, 9, 1)
    latest = today - datetime.timedelta(days=LAST_DAY + 1)
    monday = september + datetime.timedelta(days=-september.weekday() % 7)
    return min(monday, latest - datetime.timedelta(days=latest.weekday()))


@dataclass(frozen=True)
class Reason:
    """Why a filing is sent back: code, words, and the fields to mend."""

    code: str
    text: str
    fields: tuple[str, ...]


def draw_reason(rng: Random, category: str) -> Reason:
    """A reason that fits the category: faults of the proof only where proof is asked for."""
    return rng.choice(_reasons(category))


@lru_cache
def _reasons(category: str) -> tuple[Reason, ...]:
    family = categories()[category]["parent"] or category
    wanted = {family, "*"} if proof_rule(category) else {family}
    return tuple(
        Reason(row["code"], row["text"], tuple(row["fields"].split(",")))
        for row in table("season/return_reasons")
        if wanted & set(row["categories"].split(","))
    )

"""A graduate in the season: the plan, what is left of it, and the filing it is about."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from accounts.models import Unit, UnitKind
from accounts.queries import unit_at
from approvals.actions import Actor
from destinations.flows.filing.checks import is_unplaced
from destinations.flows.filing.forms import RELEASE_KIND, graduate_of
from destinations.models import Destination
from destinations.season.actors import actor
from destinations.season.answers import Answers, Applicant
from destinations.season.employers import Employer
from destinations.season.plans import STAYS_OUT, Plan, Reason, draw_plan
from forms.codes import find_code
from students.models import Student
from students.season.places import counties_by_code, draw_county
from students.season.tables import Weighted, seeded

_BOUND_MODES = ("2", "3", "4")
_RELEASED_SHARE = 0.15
_FIRST_UNPLACED = "70.1"


@dataclass
class Player:
    """One graduate; `returns` are the levels that will still send the filing back."""

    student: Student
    plan: Plan
    level: str
    major: str
    rng: Random
    category: str
    category_at_last: str
    released: bool
    returns: list[str]
    destination: Destination | None = None
    answers: Answers = field(default_factory=dict)
    reason: Reason | None = None
    withdrawn: bool = False
    rejected: bool = False
    refiled: bool = False
    uploads: int = 0

    @property
    def by(self) -> Actor:
        """The graduate as the one who acts."""
        if self.student.user is None:
            raise ValueError(f"{self.student.student_no} has no account")
        return actor(self.student.user)

    @property
    def filing(self) -> Destination:
        """The filing at hand. Raises ValueError before there is one."""
        if self.destination is None:
            raise ValueError(f"{self.student.student_no} has not begun to file")
        return self.destination

    @property
    def names_contract(self) -> bool:
        """Whether the filing has to name the employer of a training contract."""
        return _has_contract(self.student) and not self.released and not is_unplaced(self.category)

    @property
    def release_papers(self) -> tuple[str, ...]:
        """The kind of proof that a bound graduate adds when the contract was dissolved (RL-7)."""
        needed = self.released and graduate_of(self.student).is_bound and not is_unplaced(self.category)
        return (RELEASE_KIND,) if needed else ()

    def applicant(self, today: datetime.date, employers: Weighted[Employer]) -> Applicant:
        """The graduate as the one who writes answers on *today*."""
        home = counties_by_code().get(self.student.origin_region) or draw_county(self.rng)
        return Applicant(self.student, self.level, self.major, home, today, employers)


def draw_players(students: Iterable[Student], seed: int) -> list[Player]:
    """Every graduate with a plan of their own: it does not depend on who else plays."""
    majors: dict[int, str] = {}
    players = []
    for student in students:
        if student.unit_id not in majors:
            majors[student.unit_id] = _major_of(student.unit)
        rng = seeded(seed, student.student_no, "season")
        plan = draw_plan(rng, _level_of(student)) if _may_file(student) else STAYS_OUT
        players.append(enlist(student, plan, majors[student.unit_id], rng))
    return players


def enlist(student: Student, plan: Plan, major: str, rng: Random) -> Player:
    """The graduate at the start of the season; most who are bound by a contract file what it says."""
    released = _has_contract(student) and rng.random() < _RELEASED_SHARE
    category = plan.category
    if _has_contract(student) and not released and not is_unplaced(category):
        category = rng.choice(("10", "11"))
    return Player(
        student=student,
        plan=plan,
        level=_level_of(student),
        major=major,
        rng=rng,
        category=_FIRST_UNPLACED if plan.course.begins_unplaced else category,
        category_at_last=category,
        released=released,
        returns=list(plan.course.returns),
    )


def _level_of(student: Student) -> str:
    return graduate_of(student).degree_band


def _has_contract(student: Student) -> bool:
    return student.training_mode in _BOUND_MODES and bool(student.target_unit)


def _may_file(student: Student) -> bool:
    status = find_code("academic_status", student.academic_status)
    return status is not None and status.attributes.get("can_file_destination") == "Y"


def _major_of(unit: Unit) -> str:
    major = unit_at(unit, UnitKind.MAJOR)
    return (major or unit).name

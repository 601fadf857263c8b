"""Reviewers for every unit: those appointed already, and made-up ones where nobody is."""

import datetime
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

from accounts.actions import appoint
from accounts.models import Unit, UnitKind, User
from accounts.queries import holders, unit_at, university
from accounts.roles import Role
from students.models import Student
from students.season.names import draw_chinese_name

STUDENTS_A_COUNSELOR = 200  # the ministry's ratio
_COLLEGE_ROLES = (Role.COLLEGE_OFFICER, Role.COLLEGE_DEPUTY_SECRETARY)
_UNIVERSITY_ROLES = (Role.UNIVERSITY_OFFICER, Role.CAREER_CENTER_DIRECTOR)


@dataclass
class Reviewer:
    """A person who reviews in one role, for the units whose tasks they take care of."""

    user: User
    role: str
    unit_ids: list[int] = field(default_factory=list)


class Staffing:
    """Finds the holder of a role for a unit, or appoints somebody new from *starts_on* on."""

    def __init__(self, starts_on: datetime.date, rng: Random) -> None:
        self.created = 0
        self._starts_on = starts_on
        self._rng = rng
        self._reviewers: dict[tuple[str, str], Reviewer] = {}
        self._usernames = map("S{:04}".format, itertools.count(1))

    def reviewers(self, students: Iterable[Student]) -> list[Reviewer]:
        """Who reviews the filings of *students*: counselors first, the university last."""
        sizes = Counter(student.unit for student in students)
        by_college: dict[Unit, list[Unit]] = defaultdict(list)
        for unit in sorted(sizes, key=lambda unit: unit.path):
            by_college[unit_at(unit, UnitKind.COLLEGE) or unit].append(unit)
        for classes in by_college.values():
            for group in _groups(classes, sizes):
                self._fill(Role.COUNSELOR, group)
        for role in _COLLEGE_ROLES:
            for college in by_college:
                self._fill(role, [college])
        school = university() or next(iter(by_college))
        for role in _UNIVERSITY_ROLES:
            self._fill(role, [school])
        return list(self._reviewers.values())

    def _fill(self, role: str, units: list[Unit]) -> None:
        """Give every unit without a holder of *role* to one new person; note who holds the others."""
        newcomer: User | None = None
        for unit in units:
            user = holders(role, unit).first()
            if user is None:
                user = newcomer = newcomer or self._create()
                appoint(user, role, unit, starts_on=self._starts_on)
            reviewer = self._reviewers.setdefault((role, user.username), Reviewer(user, role))
            reviewer.unit_ids.append(unit.pk)

    def _create(self) -> User:
        self.created += 1
        username = next(name for name in self._usernames if not User.objects.filter(username=name).exists())
        return User.objects.create_user(username, draw_chinese_name(self._rng, self._rng.choice("12")))


def _groups(classes: list[Unit], sizes: Counter[Unit]) -> Iterator[list[Unit]]:
    """Neighbouring classes together, as many as one counselor may look after."""
    group: list[Unit] = []
    for unit in classes:
        if group and sum(sizes[other] for other in [*group, unit]) > STUDENTS_A_COUNSELOR:
            yield group
            group = []
        group.append(unit)
    if group:
        yield group

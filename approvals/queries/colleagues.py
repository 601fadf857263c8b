"""Whom a reviewer may ask: colleagues of a step, reviewers above it, everybody around a case."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Appointment, Unit, User
from accounts.queries import appointments_held
from accounts.roles import REVIEWERS, SPECIALISTS, STAFF, Role
from processes.bpmn.model import USER_TASK
from processes.models import Case, Event, Task


@dataclass(frozen=True)
class Colleague:
    """A person with the appointment through which they come into question."""

    person: User
    role: str = ""
    unit: Unit | None = None

    @property
    def post(self) -> str:
        """Role and unit in words; empty for somebody who only took part."""
        return f"{Role(self.role).label} · {self.unit}" if self.role else ""


def people_around(case: Case, without: User) -> list[Colleague]:
    """Who reviews for the units of the case's record: nearest unit first, each person once.

    *without* and the applicant are left out.
    """
    return once(posts_around(case), {without.pk, case.initiator_id})


def posts_around(case: Case) -> list[Appointment]:
    """Who holds which reviewing role at the units of the case's record, nearest unit first."""
    return list(_reviewing(case).filter(unit__in=list(case.units.values())))


def colleagues_for(task: Task, without: User) -> list[Colleague]:
    """Who could hold *task*: the same role there or above, and any reviewer of a unit above it."""
    if task.unit is None:
        return []
    steps = range(Unit.steplen, len(task.unit.path) + 1, Unit.steplen)
    paths = [task.unit.path[:end] for end in steps]
    held = _reviewing(task.process).filter(
        Q(role=task.role, unit__path__in=paths) | Q(unit__path__in=paths[:-1])
    )
    return once(held, {without.pk, task.process.initiator_id})


def people_involved(case: Case, without: User) -> list[User]:
    """Who may be mentioned: reviewers around the case, whoever of the staff took part; not the applicant."""
    people = {each.person.pk: each.person for each in people_around(case, without)}
    actors = Event.objects.filter(case=case).exclude(actor_id=None).values("actor_id")
    took_part = User.objects.filter(pk__in=actors, is_active=True).order_by("name")
    took_part = took_part.filter(pk__in=_holding(STAFF).values("user"))
    known = people.keys() | {without.pk, case.initiator_id}
    return [*people.values(), *(person for person in took_part if person.pk not in known)]


def _reviewing(case: Case) -> QuerySet[Appointment]:
    """Who holds a role that decides tasks today; of those for one matter alone, the ones the chain asks."""
    asked = {element.role for element in case.flow_class.model.of_type(USER_TASK)}
    rows = _holding(REVIEWERS - (SPECIALISTS - asked)).select_related("user", "unit")
    return rows.order_by("-unit__depth", "user__name", "pk")


def _holding(roles: Collection[str]) -> QuerySet[Appointment]:
    return appointments_held().filter(role__in=roles, user__is_active=True)


def once(held: Iterable[Appointment], without: set[UUID]) -> list[Colleague]:
    """Each person once, with the first appointment named, but for those *without*."""
    found: dict[UUID, Colleague] = {}
    for each in held:
        if each.user_id not in without:
            found.setdefault(each.user_id, Colleague(each.user, each.role, each.unit))
    return list(found.values())

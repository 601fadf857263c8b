"""Reads about staff: the list, a person with appointments and trail, imports."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Appointment, Unit, User
from accounts.organisation.trail import events_of
from accounts.personnel.models import StaffImport, StaffRecord
from accounts.roles import Role
from common.paging import page_of_keys

ORDER = ("username", "id")
STATES = ("now", "ended", "none")


@dataclass(frozen=True)
class PeopleFilters:
    """What the address asks for; empty means everything."""

    text: str = ""
    role: str = ""
    unit: int | None = None
    state: str = ""


@dataclass(frozen=True)
class PeoplePage:
    """One page of the staff, each person with `posts`: what they hold today or will."""

    people: list[User]
    next: str


@dataclass(frozen=True)
class TrailLine:
    """One line of a person's trail as it is shown."""

    at: Any
    kind: str
    role: str
    unit: str
    said: dict[str, Any]
    actor: str


def staff() -> QuerySet[User]:
    """Everybody who is or was appointed to something, or stands in the school's staff."""
    posts = Appointment.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(posts) | Exists(StaffRecord.objects.filter(user=OuterRef("pk"))))


def people_page(filters: PeopleFilters, *, after: str = "") -> PeoplePage:
    """A page of the staff that matches. Raises BadCursor."""
    rows = staff()
    if filters.text:
        rows = rows.filter(Q(name__contains=filters.text) | Q(username__istartswith=filters.text))
    posts = Appointment.objects.filter(user=OuterRef("pk"))
    wanted = posts if filters.state == "ended" else posts.filter(_not_over())
    if filters.role in Role:
        wanted = wanted.filter(role=filters.role)
    unit = Unit.objects.filter(pk=filters.unit).first() if filters.unit else None
    if unit is not None:
        wanted = wanted.filter(unit__path__startswith=unit.path)
    if filters.state in ("ended", "none"):
        rows = rows.exclude(Exists(posts.filter(_not_over())))
    if filters.state == "none":
        rows = rows.exclude(Exists(posts))
    elif filters.state or filters.role in Role or unit is not None:
        rows = rows.filter(Exists(wanted))
    page = page_of_keys(rows, ORDER, after=after)
    found = User.objects.in_bulk(page.keys)
    people = [found[key] for key in page.keys]
    held: dict[UUID, list[Appointment]] = defaultdict(list)
    current = Appointment.objects.filter(_not_over(), user__in=people).select_related("unit")
    for post in current.order_by("unit__path", "role"):
        held[post.user_id].append(post)
    for person in people:
        person.posts = held[person.pk]  # type: ignore[attr-defined]
    return PeoplePage(people, page.next)


def _not_over() -> Q:
    return Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())


def appointments_ever(person: User) -> list[Appointment]:
    """All appointments of *person*, those that hold first, then those to come, then what has been."""
    today = timezone.localdate()
    rows = list(
        person.appointments.select_related("unit", "appointed_by").order_by("-starts_on", "role", "pk")
    )

    def place(post: Appointment) -> int:
        if post.ends_on is not None and post.ends_on < today:
            return 2
        return 0 if post.starts_on <= today else 1

    return sorted(rows, key=place)


def trail_of(person: User) -> list[TrailLine]:
    """What was done about *person*, newest first, with names in place of keys."""
    events = events_of(person)
    contents = [event.content for event in events]
    units = Unit.objects.in_bulk([said["unit"] for said in contents if "unit" in said])
    actors = User.objects.in_bulk([event.actor_id for event in events if event.actor_id])
    lines = []
    for event, said in zip(events, contents, strict=True):
        actor = actors.get(event.actor_id) if event.actor_id else None
        role = said.get("role", "")
        lines.append(
            TrailLine(
                event.at,
                event.kind,
                str(Role(role).label) if role in Role else role,
                str(units.get(said.get("unit", 0), "")),
                said,
                actor.name if actor else "",
            )
        )
    return lines


def top_units() -> list[Unit]:
    """The university and its colleges, to filter by."""
    return list(Unit.objects.filter(depth__lte=2, is_active=True).order_by("path"))


def imports() -> QuerySet[StaffImport]:
    """The imports of staff, newest first; what their rows say stays closed."""
    rows = StaffImport.objects.select_related("uploaded_by").defer("rows", "problems")
    return rows.order_by("-id")


def never_signed_in(batch: StaffImport) -> list[User]:
    """People whom an import added and who have not signed in yet; officers ask the security administrator."""
    keys = [UUID(key) for key in batch.made.get("people", [])]
    rows = User.objects.filter(pk__in=keys, last_login=None, is_active=True, officer=None)
    return list(rows.order_by("username"))

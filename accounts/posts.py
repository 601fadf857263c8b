"""As whom a person may act today: by an appointment of one's own, or for somebody who is away (flows X5)."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Appointment, StandIn, Unit, User
from accounts.queries import appointments_held, held_by, under
from accounts.roles import OFFICERS, REVIEWERS, SPECIALISTS, powers_of


@dataclass(frozen=True, slots=True)
class Post:
    """A role for a unit and everything under it; *holder* is who is away, None when it is one's own.

    A post that nobody holds has no holder either, but *vacant* is true.
    """

    role: str
    unit: Unit
    holder: User | None = None
    vacant: bool = False

    @property
    def is_own(self) -> bool:
        """Whether the person is appointed to it."""
        return self.holder is None and not self.vacant

    def covers(self, role: str, unit: Unit | None) -> bool:
        """Whether work of *role* at *unit* belongs to this post."""
        return unit is not None and bool(role) and self.role == role and unit.path.startswith(self.unit.path)


@dataclass(frozen=True)
class Reach:
    """The posts of a person, own ones first, and whose personal work they do while these are away."""

    posts: list[Post]
    covered: dict[UUID, User] = field(default_factory=dict)
    _found: dict[tuple[str, str], Post | None] = field(default_factory=dict, compare=False, repr=False)
    _units: dict[int, str] = field(default_factory=dict, compare=False, repr=False)

    def post_for(self, role: str, unit: Unit | None) -> Post | None:
        """The post through which work of *role* at *unit* is the person's, an own one before others."""
        if unit is None:
            return None
        pool = role, unit.path  # one pool has many tasks
        if pool not in self._found:
            self._found[pool] = next((post for post in self.posts if post.covers(role, unit)), None)
        return self._found[pool]


def reach_of(user: User) -> Reach:
    """As whom *user* may act today; asked once per user object, that is once per request."""
    if not hasattr(user, "_reach"):
        held = held_by(user)
        own = list(_posts(held))
        is_alone = bool(held) and not held[0].stands_in  # type: ignore[attr-defined]
        user._reach = Reach(own) if is_alone else _with_stand_ins(user, own)  # type: ignore[attr-defined]
    return user._reach  # type: ignore[attr-defined]


def pools_of(user: User) -> dict[str, list[int]]:
    """Role -> ids of every unit for which the person may act in that role today, also for somebody else."""
    pools: dict[str, set[int]] = {}
    for post in reach_of(user).posts:
        pools.setdefault(post.role, set()).update(
            pk for pk, path in units_of(user).items() if path.startswith(post.unit.path)
        )
    return {role: sorted(ids) for role, ids in pools.items()}


def units_of(user: User) -> dict[int, str]:
    """Key -> path of every unit for which the person may act today; asked once per user object."""
    reach = reach_of(user)
    if reach.posts and not reach._units:
        mine = Unit.objects.filter(under(post.unit for post in reach.posts))
        reach._units.update(mine.values_list("pk", "path"))
    return reach._units


def absences_on(day: datetime.date) -> QuerySet[StandIn]:
    """Who is away on a day, with their substitutes."""
    rows = StandIn.objects.filter(person__isnull=False, starts_on__lte=day, ends_on__gte=day)
    return rows.select_related("person", "substitute").order_by("starts_on", "pk")


def absences_of(user: User) -> QuerySet[StandIn]:
    """When a person is away, now and later."""
    rows = StandIn.objects.filter(person=user, ends_on__gte=timezone.localdate())
    return rows.select_related("substitute").order_by("starts_on", "pk")


def possible_substitutes(user: User) -> list[Appointment]:
    """Colleagues who could stand in: reviewers of the person's colleges and above, each person once.

    Whoever is appointed for one matter alone stands in for that matter only, and officers for each other:
    no seat of theirs meets business in one person (rules 6.3).
    """
    own = list(held_by(user))
    paths = {held.unit.path for held in own}
    roles = REVIEWERS - (SPECIALISTS - {held.role for held in own})
    if seats := {post.role for post in _posts(own)} & OFFICERS:
        roles &= seats
    return [each for each in reviewers_around(paths, roles) if each.user_id != user.pk]


def reviewers_around(paths: Collection[str], roles: Collection[str]) -> list[Appointment]:
    """Who holds one of *roles* in the colleges of the units at *paths* or above them, each person once."""
    colleges = {path[: 2 * Unit.steplen] for path in paths}
    inside = Q()
    for path in colleges:
        inside |= Q(unit__path__startswith=path)
    above = {path[:end] for path in paths for end in range(Unit.steplen, len(path), Unit.steplen)}
    rows = _held_on(timezone.localdate()).filter(inside | Q(unit__path__in=above), role__in=roles)
    rows = rows.filter(user__is_active=True).select_related("user")
    found = {each.user_id: each for each in rows.order_by("unit__depth", "-user__name")} if paths else {}
    return sorted(found.values(), key=lambda each: (each.user.name, each.pk))


def substitutes_at(unit: Unit) -> list[StandIn]:
    """Who stands in, now or later, for the roles that are held for the unit itself."""
    rows = StandIn.objects.filter(unit=unit).filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))
    return list(rows.select_related("substitute").order_by("role", "starts_on", "pk"))


def _with_stand_ins(user: User, own: list[Post]) -> Reach:
    day = timezone.localdate()
    rows = list(
        StandIn.objects.filter(substitute=user, starts_on__lte=day)
        .filter(Q(ends_on=None) | Q(ends_on__gte=day))
        .select_related("person", "unit")
        .order_by("pk")
    )
    if not rows:
        return Reach(own)
    people = {row.person.pk: row.person for row in rows if row.person and row.person.pk != user.pk}
    posts = [*_of_people(people, day), *_of_roles([row for row in rows if row.unit], day, user)]
    is_officer = any(post.role in OFFICERS for post in own)
    kept = [post for post in posts if (post.role in OFFICERS) == is_officer]
    apart = {post.holder.pk for post in posts if post.holder and post not in kept}
    return Reach([*own, *kept], {key: person for key, person in people.items() if key not in apart})


def _posts(held: Iterable[Appointment], holder: User | None = None) -> Iterator[Post]:
    """What appointments make of somebody; two officers in one hold both seats."""
    for each in held:
        yield from (Post(role, each.unit, holder) for role in sorted(powers_of(each.role)))


def _of_people(people: dict[UUID, User], day: datetime.date) -> list[Post]:
    held = _held_on(day).filter(user__in=people) if people else []
    return [post for each in held for post in _posts([each], people[each.user_id])]


def _of_roles(rows: Iterable[StandIn], day: datetime.date, user: User) -> list[Post]:
    """Posts a substitute has by the role: nobody holds them, or who does is away and named nobody else."""
    rows = list(rows)
    if not rows:
        return []
    holding: dict[tuple[str, int], list[User]] = defaultdict(list)
    direct = _held_on(day).filter(role__in={row.role for row in rows}, unit__in={row.unit_id for row in rows})
    for each in direct.select_related("user"):
        holding[each.role, each.unit_id].append(each.user)
    away = {row.person_id: row.substitute_id for row in absences_on(day)}
    posts = []
    for row in rows:
        holders = [each for each in holding[row.role, row.unit_id or 0] if each.is_active]
        if row.unit is None or any(each.pk not in away or away[each.pk] for each in holders):
            continue
        posts.append(Post(row.role, row.unit, holders[0] if holders else None, vacant=not holders))
    return [post for post in posts if post.holder is None or post.holder.pk != user.pk]


def _held_on(day: datetime.date) -> QuerySet[Appointment]:
    return appointments_held(day).select_related("unit").order_by("role", "unit__path", "pk")

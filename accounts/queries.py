"""Reusable reads about people, units and appointments."""

import datetime
import functools
import operator
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Appointment, SignInFailures, StandIn, Unit, UnitKind, User
from accounts.rights.catalogue import FACTS
from accounts.rights.models import UnitRight
from accounts.roles import OFFICERS, carriers_of, powers_of
from common.crypto import blind_index
from common.http import network_of
from common.prepared import PreparedRead


def appointments_of(user: User, on: datetime.date | None = None) -> QuerySet[Appointment]:
    """The appointments *user* holds on a day (default today), units joined."""
    return appointments_held(on).filter(user=user).select_related("unit").order_by("role", "unit__path")


def appointments_held(on: datetime.date | None = None) -> QuerySet[Appointment]:
    """The appointments anybody holds on a day (default today)."""
    day = on or timezone.localdate()
    return Appointment.objects.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))


def held_by(user: User) -> list[Appointment]:
    """What *user* is appointed to today; asked once per user object, that is once per request.

    While somebody is one of the three officers, whatever else they are appointed to rests (rules 6.3).
    """
    if not hasattr(user, "_held"):
        day = timezone.localdate()
        rows = _appointments([user.pk])
        begun = [each for each in rows if each.starts_on <= day]
        held = [each for each in begun if each.ends_on is None or each.ends_on >= day]
        user._held = _effective(held)  # type: ignore[attr-defined]
    return user._held  # type: ignore[attr-defined]


#: Asked in nearly every request, so its SQL is compiled once; the days are looked at here, for they go by.
#: Groups, and people they stand in for, most people have none of: they are read only when there are any.
_appointments = PreparedRead(
    lambda users: (
        Appointment.objects.filter(user__in=users)
        .annotate(
            in_group=Exists(UnitRight.objects.filter(user=OuterRef("user"), group__is_active=True)),
            stands_in=Exists(StandIn.objects.filter(substitute=OuterRef("user"))),
        )
        .select_related("unit")
        .order_by("role", "unit__path")
    )
)


def _effective(held: Sequence[Appointment]) -> list[Appointment]:
    return [each for each in held if each.role in OFFICERS] or list(held)


def roles_of(user: User) -> frozenset[str]:
    """The roles *user* holds today, anywhere (see `held_by`); two officers in one hold both of theirs."""
    return _with_both(appointment.role for appointment in held_by(user))


def school_roles_of(user: User) -> frozenset[str]:
    """Those of `roles_of` that *user* holds for the whole university."""
    return _with_both(held.role for held in held_by(user) if held.unit.kind == UnitKind.UNIVERSITY)


def _with_both(held: Iterable[str]) -> frozenset[str]:
    return frozenset(role for each in held for role in {each} | powers_of(each))


def under(units: Iterable[Unit], prefix: str = "") -> Q:
    """Rows whose unit (reached by *prefix*, such as `unit__`) lies in or under one of *units*."""
    roots = [Q(**{f"{prefix}path__startswith": unit.path}) for unit in units]
    return functools.reduce(operator.or_, roots, Q(pk__in=[]))


def units_in_scope(user: User, roles: Iterable[str] | None = None) -> QuerySet[Unit]:
    """The units a person may see: those appointed to, and everything under them."""
    held = [each.unit for each in held_by(user) if roles is None or each.role in roles]
    return Unit.objects.filter(under(held))


def given_to(user: User) -> list[UnitRight]:
    """The rights *user* has as a member of groups, units joined; once per user object, as `held_by`.

    One of the three officers has none (rules 6.3).
    """
    if not hasattr(user, "_given"):
        rows = UnitRight.objects.filter(user=user, group__is_active=True)
        rows = rows.select_related("permission", "content_object", "group")
        held = held_by(user)
        has_none = any(each.role in OFFICERS or not each.in_group for each in held)  # type: ignore[attr-defined]
        user._given = [] if has_none else list(rows)  # type: ignore[attr-defined]
    return user._given  # type: ignore[attr-defined]


def roots_of(user: User, right: str) -> list[Unit]:
    """The units for which *user* has *right*, by appointment or by group; it holds for all under them.

    A right of the whole school counts at the university alone. This is the one place where scope begins.
    """
    facts = FACTS[right]
    roots = {held.unit_id: held.unit for held in held_by(user) if held.role in facts.roles}
    if not any(unit.kind == UnitKind.UNIVERSITY for unit in roots.values()):
        given = (each for each in given_to(user) if each.permission.codename == right)
        roots |= {each.content_object_id: each.content_object for each in given}
    if facts.whole_school:
        return [unit for unit in roots.values() if unit.kind == UnitKind.UNIVERSITY]
    return list(roots.values())


def grounds_of(right: str, unit: Unit) -> list[Appointment | UnitRight]:
    """Through what anybody has *right* for *unit* today, nearest first: the other side of `roots_of`."""
    facts, lengths = FACTS[right], range(Unit.steplen, len(unit.path) + 1, Unit.steplen)
    above = [unit.path[:end] for end in lengths][: 1 if facts.whole_school else None]
    held = appointments_held().filter(role__in=facts.roles, unit__path__in=above)
    given = UnitRight.objects.filter(
        permission__codename=right, group__is_active=True, content_object__path__in=above
    ).select_related("group", "content_object")
    grounds: list[Appointment | UnitRight] = []
    for rows in (held.select_related("unit"), given):
        grounds += rows.filter(user__is_active=True, user__officer=None).select_related("user")
    return sorted(grounds, key=lambda each: (-each.unit.depth, str(each.words), each.user.name, str(each.pk)))


def has_right(user: User, right: str, unit: Unit | None = None) -> bool:
    """Whether *user* has *right* for *unit*, or anywhere (see `roots_of`)."""
    roots = roots_of(user, right)
    return any(unit.path.startswith(root.path) for root in roots) if unit else bool(roots)


def holders(role: str, unit: Unit, on: datetime.date | None = None) -> QuerySet[User]:
    """The people who hold *role* for *unit*, directly or from above, nearest first."""
    day = on or timezone.localdate()
    steps = range(Unit.steplen, len(unit.path) + 1, Unit.steplen)
    held = (
        Appointment.objects.filter(user=OuterRef("pk"), role__in=carriers_of(role), starts_on__lte=day)
        .filter(Q(ends_on=None) | Q(ends_on__gte=day))
        .filter(unit__path__in=[unit.path[:end] for end in steps])
        .order_by("-unit__depth")
    )
    nearest = Subquery(held.values("unit__depth")[:1])
    return (
        User.objects.filter(is_active=True)
        .annotate(depth=nearest)
        .exclude(depth=None)
        .order_by("-depth", "name")
    )


def school_holders(roles: Iterable[str]) -> list[UUID]:
    """The keys of the people who hold one of *roles* for the whole university, each once."""
    root = university()
    found = [holders(role, root).values_list("pk", flat=True) for role in sorted(roles)] if root else []
    return list(dict.fromkeys(key for keys in found for key in keys))


def holders_at(role: str, unit_id: int | None) -> list[UUID]:
    """The keys of `holders` of *role* for the unit under that key; nobody when there is no such unit."""
    unit = Unit.objects.filter(pk=unit_id).first()
    return [] if unit is None else list(holders(role, unit).values_list("pk", flat=True))


OUTSIDERS: list[Q] = []
"""Which accounts are not the staff's, named by the rooms of students and employers from their `ready()`."""


def staff_accounts() -> QuerySet[User]:
    """The accounts of those who work at the school, whether they are appointed to anything or not."""
    rows = User.objects.all()
    for outsider in OUTSIDERS:
        rows = rows.exclude(outsider)
    return rows


def is_staff_account(user: User) -> bool:
    """Whether *user* works at the school."""
    return staff_accounts().filter(pk=user.pk).exists()


def unit_at(unit: Unit, kind: str) -> Unit | None:
    """The unit of *kind* on the way from *unit* up to the root, or None."""
    if unit.kind == kind:
        return unit
    return next((ancestor for ancestor in Unit.objects.get_ancestors(unit) if ancestor.kind == kind), None)


def university() -> Unit | None:
    """The root of the organisation tree, or None before anything was imported."""
    return Unit.objects.filter(kind=UnitKind.UNIVERSITY).order_by("path").first()


def sign_in_key(username: str, ip: str) -> str:
    """The key under which wrong passwords for *username* from *ip* are counted."""
    return blind_index(f"{username}\n{network_of(ip)}", "sign-in")


def name_key(username: str) -> str:
    """The key under which the wrong passwords for *username* are found, whatever address they came from."""
    return blind_index(username, "sign-in name")


def sign_in_failures(username: str, ip: str) -> SignInFailures | None:
    """The wrong passwords in a row for a name from an address, or None."""
    return SignInFailures.objects.filter(key=sign_in_key(username, ip)).first()

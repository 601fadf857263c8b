"""Reusable reads about people, units and appointments."""

import datetime
import functools
import operator
from collections.abc import Iterable
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Appointment, SignInFailures, Unit, UnitKind, User
from common.crypto import blind_index
from common.http import network_of


def appointments_of(user: User, on: datetime.date | None = None) -> QuerySet[Appointment]:
    """The appointments *user* holds on a day (default today), units joined."""
    return appointments_held(on).filter(user=user).select_related("unit").order_by("role", "unit__path")


def appointments_held(on: datetime.date | None = None) -> QuerySet[Appointment]:
    """The appointments anybody holds on a day (default today)."""
    day = on or timezone.localdate()
    return Appointment.objects.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))


def held_by(user: User) -> list[Appointment]:
    """What *user* is appointed to today; asked once per user object, that is once per request."""
    if not hasattr(user, "_held"):
        user._held = list(appointments_of(user))  # type: ignore[attr-defined]
    return user._held  # type: ignore[attr-defined]


def roles_of(user: User) -> frozenset[str]:
    """The roles *user* holds today, anywhere (see `held_by`)."""
    return frozenset(appointment.role for appointment in held_by(user))


def under(units: Iterable[Unit], prefix: str = "") -> Q:
    """Rows whose unit (reached by *prefix*, such as `unit__`) lies in or under one of *units*."""
    roots = [Q(**{f"{prefix}path__startswith": unit.path}) for unit in units]
    return functools.reduce(operator.or_, roots, Q(pk__in=[]))


def units_in_scope(user: User, roles: Iterable[str] | None = None) -> QuerySet[Unit]:
    """The units a person may see: those appointed to, and everything under them."""
    appointments = appointments_of(user)
    if roles is not None:
        appointments = appointments.filter(role__in=roles)
    return Unit.objects.filter(under(appointment.unit for appointment in appointments))


def holders(role: str, unit: Unit, on: datetime.date | None = None) -> QuerySet[User]:
    """The people who hold *role* for *unit*, directly or from above, nearest first."""
    day = on or timezone.localdate()
    steps = range(Unit.steplen, len(unit.path) + 1, Unit.steplen)
    held = (
        Appointment.objects.filter(user=OuterRef("pk"), role=role, starts_on__lte=day)
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


def holders_at(role: str, unit_id: int | None) -> list[UUID]:
    """The keys of `holders` of *role* for the unit under that key; nobody when there is no such unit."""
    unit = Unit.objects.filter(pk=unit_id).first()
    return [] if unit is None else list(holders(role, unit).values_list("pk", flat=True))


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

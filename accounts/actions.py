"""Every write about people and appointments."""

import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts import rules
from accounts.models import Appointment, SignInFailures, StandIn, Unit, User
from accounts.queries import held_by, name_key, sign_in_key
from accounts.roles import REVIEWERS
from accounts.telling import tell

FORGET_AFTER = datetime.timedelta(days=1)


@transaction.atomic
def add_unit(parent: Unit | None, kind: str, name: str, *, code: str = "") -> Unit:
    """A new unit under *parent* (None: the root of the tree)."""
    unit = Unit(kind=kind, name=name, code=code)
    if parent is None:
        return Unit.objects.add_root(instance=unit)
    return Unit.objects.add_child(parent, instance=unit)


@transaction.atomic
def appoint(user: User, role: str, unit: Unit, *, starts_on: datetime.date | None = None) -> Appointment:
    """Give *user* the *role* for *unit* from a day on (default today); repeating it changes nothing.

    Raises Refused by rule: officers hold nothing else, and are seated by `rights/officers.py`.
    """
    rules.can_hold(user, role).require()
    held = Appointment.objects.filter(user=user, role=role, unit=unit, ends_on=None).first()
    return held or Appointment.objects.create(
        user=user, role=role, unit=unit, starts_on=starts_on or timezone.localdate()
    )


@transaction.atomic
def be_away(
    person: User, starts_on: datetime.date, ends_on: datetime.date, substitute: User | None
) -> StandIn:
    """Say that *person* is away; *substitute* does their work meanwhile.

    Without one it is done by whoever stands in for the role. Raises Refused by rule.
    """
    rules.can_be_away(person, starts_on, ends_on, substitute).require()
    made = StandIn.objects.create(
        person=person, substitute=substitute, starts_on=starts_on, ends_on=ends_on, created_by=person
    )
    tell_substitute(made, "stand_in_person")
    return made


def tell_substitute(row: StandIn, kind: str, **said: str) -> None:
    """Tell who stands in: for whom, from when to when, in which posts."""
    held = [row] if row.person is None else held_by(row.person)
    posts = [[each.role, each.unit.name] for each in held if each.unit and each.role in REVIEWERS]
    said |= {"name": row.person.name if row.person else "", "first": row.starts_on.isoformat()}
    said["last"] = row.ends_on.isoformat() if row.ends_on else ""
    people = [] if row.substitute_id is None else [row.substitute_id]
    tell(people, kind, reverse("accounts:absence"), posts=posts, **said)


@transaction.atomic
def end_stand_in(row: StandIn) -> None:
    """Who was away is back, who stood in no longer does: it counts until yesterday, or is forgotten when it
    has not begun before today.
    """
    tell_substitute(row, "stand_in_ended")
    today = timezone.localdate()
    if row.starts_on >= today:
        row.delete()
        return
    row.ends_on = today - datetime.timedelta(days=1)
    row.save(update_fields=["ends_on"])


@transaction.atomic
def count_sign_in_failure(username: str, ip: str) -> None:
    """Count a wrong password; counts that slept for a day are dropped."""
    now = timezone.now()
    SignInFailures.objects.filter(last_at__lt=now - FORGET_AFTER).delete()
    SignInFailures.objects.update_or_create(
        key=sign_in_key(username, ip),
        defaults={"last_at": now, "count": F("count") + 1},
        create_defaults={"last_at": now, "count": 1, "name_key": name_key(username)},
    )


def forget_sign_in_failures(username: str, ip: str) -> None:
    """Start counting anew after the right password."""
    SignInFailures.objects.filter(key=sign_in_key(username, ip)).delete()

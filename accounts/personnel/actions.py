"""Every write about staff: add, appoint, end or prolong, first passwords; each leaves a line in a trail."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import end_stand_in, tell_substitute
from accounts.models import Appointment, StandIn, Unit, User
from accounts.organisation.trail import record
from accounts.personnel import rules
from accounts.personnel.models import StaffRecord
from accounts.security.passwords import first_password, one_time_password
from common.bulk import update_many
from common.errors import BadInput


@transaction.atomic
def add_person(
    username: str, name: str, by: User, *, mobile: str = "", email: str = "", ip: str = ""
) -> User:
    """A new member of staff, who cannot sign in before a first password is made.

    Raises BadInput when somebody has this number already.
    """
    if User.objects.filter(username=username).exists():
        raise BadInput(_("Somebody has the number %(number)s already.") % {"number": username})
    person = User.objects.create_user(username, name)
    StaffRecord.objects.create(user=person, mobile=mobile, email=email)
    record(person, "added", by, ip=ip)
    return person


@transaction.atomic
def change_contact(person: User, by: User, *, name: str, mobile: str, email: str, ip: str = "") -> None:
    """Correct a person's name and how they are reached."""
    if person.name != name:
        person.name = name
        person.save(update_fields=["name"])
    StaffRecord.objects.update_or_create(user=person, defaults={"mobile": mobile, "email": email})
    record(person, "contact_changed", by, ip=ip)


@transaction.atomic
def appoint(
    person: User,
    role: str,
    unit: Unit,
    by: User,
    *,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    reason: str,
    ip: str = "",
) -> Appointment:
    """Give *person* the *role* for *unit* on these days, both included. Raises Refused by rule."""
    User.objects.select_for_update().get(pk=person.pk)
    rules.can_appoint(person, role, unit, starts_on, ends_on).require()
    made = Appointment.objects.create(
        user=person,
        role=role,
        unit=unit,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        appointed_by=by,
    )
    record(person, "appointed", by, ip=ip, **_said(made), reason=reason)
    return made


@transaction.atomic
def change_end(
    appointment: Appointment, last: datetime.date | None, by: User, *, reason: str, ip: str = ""
) -> Appointment:
    """Let *appointment* end on *last* (None: never): earlier than planned or later. Raises Refused by rule.

    Tasks follow by themselves from the day after *last*: they wait in pools of role and unit (flows X7).
    """
    row = Appointment.objects.select_for_update().get(pk=appointment.pk)
    rules.can_change_end(row, last).require()
    before = row.ends_on
    row.ends_on = last
    row.save(update_fields=["ends_on"])
    is_longer = last is None or (before is not None and last > before)
    record(row.user, "prolonged" if is_longer else "ended", by, ip=ip, **_said(row), reason=reason)
    return row


@transaction.atomic
def name_substitute(
    role: str,
    unit: Unit,
    substitute: User,
    by: User,
    *,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    reason: str,
    ip: str = "",
) -> StandIn:
    """Let *substitute* do the work of *role* at *unit*, on these days, whenever nobody who holds it there is
    at work. Raises Refused by rule.
    """
    User.objects.select_for_update().get(pk=substitute.pk)
    rules.can_stand_in(substitute, role, unit, starts_on, ends_on).require()
    made = StandIn.objects.create(
        role=role, unit=unit, substitute=substitute, starts_on=starts_on, ends_on=ends_on, created_by=by
    )
    record(substitute, "substitute_named", by, ip=ip, **_said(made), reason=reason)
    tell_substitute(made, "stand_in_role", reason=reason)
    return made


@transaction.atomic
def end_substitute(row: StandIn, by: User, *, ip: str = "") -> None:
    """Let nobody be done the work of by *row* from today on."""
    if row.substitute is not None:
        record(row.substitute, "substitute_ended", by, ip=ip, **_said(row))
    end_stand_in(row)


def _said(appointment: Appointment | StandIn) -> dict[str, Any]:
    """An appointment, or a substitute's, as the trail tells it."""
    return {
        "appointment": appointment.pk.hex,
        "role": str(appointment.role),
        "unit": appointment.unit_id,
        "from": appointment.starts_on.isoformat(),
        "until": appointment.ends_on.isoformat() if appointment.ends_on else "",
    }


@transaction.atomic
def issue_passwords(people: Iterable[User], by: User, *, ip: str = "") -> list[tuple[User, str]]:
    """Give each of *people* a new first password; it is told here once and stored hashed only.

    Earlier ones stop working. Raises Refused for whoever has signed in: their password is theirs alone.
    """
    issued, rows = [], []
    for person in people:
        rules.can_issue_password(person).require()
        password = one_time_password()
        issued.append((person, password))
        rows.append((person.pk, first_password(password)))
        record(person, "password_issued", by, ip=ip)
    update_many(User, rows)
    return issued

"""What is allowed around signing in, being away, and keeping people and units."""

import datetime
import math

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Appointment, StandIn, UnitKind, User
from accounts.queries import held_by, roles_of, sign_in_failures
from accounts.roles import MANAGERS, OFFICERS, REVIEWERS, Role
from common.verdict import ALLOWED, Verdict, refused

FREE_TRIES = 5
PAUSE = datetime.timedelta(minutes=15)
LONGEST_ABSENCE = datetime.timedelta(days=183)


def can_hold(user: User | None, role: str) -> Verdict:
    """May *user* (None: somebody new) be appointed to *role* by one person? The three officers are seated by
    two, and hold nothing else (rules 6.3)."""
    if role in OFFICERS:
        return refused(_("Officers are seated under “Officers”, by two people."))
    seat = Appointment.objects.filter(seat=user).first() if user else None
    if user is None or seat is None:
        return ALLOWED
    said = {"name": user.name, "role": seat.get_role_display()}
    return refused(_("%(name)s is the %(role)s, and officers do no business.") % said)


def can_try_password(username: str, ip: str) -> Verdict:
    """May this address try a password for this name now?

    After five wrong ones in a row it waits 15 minutes (rules 6.2). The pause is for the pair of name and
    address: nobody can lock a person out from elsewhere.
    """
    minutes = _minutes_left(username, ip)
    if not minutes:
        return ALLOWED
    words = ngettext(
        "Too many wrong passwords in a row. Wait %(minutes)s minute and try again.",
        "Too many wrong passwords in a row. Wait %(minutes)s minutes and try again.",
        minutes,
    )
    return refused(words % {"minutes": minutes})


def _minutes_left(name: str, ip: str) -> int:
    """How many minutes the pair of name and address has to wait, 0 for none."""
    failures = sign_in_failures(name, ip)
    if failures is None or failures.count < FREE_TRIES:
        return 0
    left = failures.last_at + PAUSE - timezone.now()
    return max(0, math.ceil(left / datetime.timedelta(minutes=1)))


def can_be_away(
    person: User, starts_on: datetime.date, ends_on: datetime.date, substitute: User | None
) -> Verdict:
    """Absences lie ahead, do not overlap, and go to a colleague who decides tasks as well (flows X5)."""
    if ends_on < starts_on:
        return refused(_("The last day lies before the first one."))
    if ends_on < timezone.localdate() or ends_on - starts_on > LONGEST_ABSENCE:
        return refused(_("Choose days from today on, half a year at most."))
    if substitute is not None and (substitute.pk == person.pk or not roles_of(substitute) & REVIEWERS):
        return refused(_("Choose a colleague who decides tasks as well."))
    others = StandIn.objects.filter(person=person, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if others.exists():
        return refused(_("You have said for some of these days already that you are away."))
    return ALLOWED


def may_keep_organisation(user: User) -> Verdict:
    """Units are changed by whoever keeps what holds for the whole school."""
    if _holds_for_the_school(user, MANAGERS):
        return ALLOWED
    return refused(_("Only the career center changes the organisation."))


def may_appoint(user: User) -> Verdict:
    """People are appointed, and their posts ended, by whoever keeps what holds for the whole school."""
    if _holds_for_the_school(user, MANAGERS):
        return ALLOWED
    return refused(_("Only the career center appoints people."))


def _holds_for_the_school(user: User, roles: frozenset[Role]) -> bool:
    return any(held.role in roles and held.unit.kind == UnitKind.UNIVERSITY for held in held_by(user))

"""Who can be appointed to what, and what of it can be changed."""

import datetime
import re

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Appointment, StandIn, Unit, UnitKind, User
from accounts.personnel.models import StaffImport, StaffImportState
from accounts.queries import roles_of
from accounts.roles import MANAGERS, OFFICERS, REVIEWERS, SPECIALISTS, Role
from accounts.rules import can_hold as can_hold_beside
from common.verdict import ALLOWED, Verdict, refused

FARTHEST = datetime.timedelta(days=366)
FIRST_DAY = datetime.date(2000, 1, 1)
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,29}")
MOBILE = re.compile(r"1[3-9][0-9]{9}")

WHOLE_SCHOOL = SPECIALISTS | MANAGERS | {Role.PROCESS_DESIGNER}
"""Roles that only make sense for the whole school."""
COLLEGE = frozenset({Role.COLLEGE_OFFICER, Role.COLLEGE_DEPUTY_SECRETARY})
"""Roles that are held for a college."""


def can_hold(role: str, unit: Unit) -> Verdict:
    """May *role* be held for *unit* at all? Each role has its level (flows 0.3)."""
    words = {"role": Role(role).label, "unit": unit.name}
    if not unit.is_active:
        return refused(_("“%(unit)s” is closed. Choose a unit that is in use.") % words)
    if role in WHOLE_SCHOOL and unit.kind != UnitKind.UNIVERSITY:
        return refused(_("“%(role)s” is held for the whole university. Choose the university.") % words)
    if role in COLLEGE and unit.kind != UnitKind.COLLEGE:
        return refused(_("“%(role)s” is held for a college. Choose a college.") % words)
    if role == Role.COUNSELOR and unit.kind == UnitKind.UNIVERSITY:
        return refused(
            _("“%(role)s” is held for a class, a major or a college. Choose one of these.") % words
        )
    return ALLOWED


def can_hold_from(first: datetime.date, last: datetime.date | None) -> Verdict:
    """May an appointment go from *first* to *last* (None: without an end)?"""
    if not FIRST_DAY <= first <= timezone.localdate() + FARTHEST:
        return refused(_("The first day lies too far away. Choose a day up to a year ahead."))
    if last is not None and last < first:
        return refused(_("The last day lies before the first one."))
    return ALLOWED


def cannot_be(
    person: User | None, role: str, unit: Unit, first: datetime.date, last: datetime.date | None
) -> list[Verdict]:
    """Why *person* (None: somebody new) cannot hold *role* for *unit* on these days at all; officers hold
    nothing else, and are seated by two people (rules 6.3)."""
    verdicts = (can_hold_beside(person, role), can_hold(role, unit), can_hold_from(first, last))
    return [verdict for verdict in verdicts if not verdict]


def can_appoint(
    person: User, role: str, unit: Unit, first: datetime.date, last: datetime.date | None
) -> Verdict:
    """May *person* be given *role* for *unit* on these days? Not twice for the same day."""
    if not person.is_active:
        return refused(_("%(person)s's account is closed.") % {"person": person.name})
    if wrong := cannot_be(person, role, unit, first, last):
        return wrong[0]
    if overlapping(person, role, unit, first, last).exists():
        return refused(
            _("%(person)s holds this role there on some of these days already.") % {"person": person.name}
        )
    return ALLOWED


def overlapping(
    person: User, role: str, unit: Unit, first: datetime.date, last: datetime.date | None
) -> QuerySet[Appointment]:
    """Appointments of *person* to the same that share a day with these."""
    return Appointment.objects.filter(_shares_a_day(first, last), user=person, role=role, unit=unit)


def _shares_a_day(first: datetime.date, last: datetime.date | None) -> Q:
    begun = Q() if last is None else Q(starts_on__lte=last)
    return begun & (Q(ends_on=None) | Q(ends_on__gte=first))


def can_stand_in(
    person: User, role: str, unit: Unit, first: datetime.date, last: datetime.date | None
) -> Verdict:
    """May *person* do the work of *role* at *unit* while nobody who holds it there is at work (flows X5)?

    As with appointments a role has its level; only who decides tasks stands in, who is appointed for one
    matter alone only for that one, and officers only for each other (rules 6.3).
    """
    own, words = roles_of(person), {"person": person.name}
    if not (verdict := can_hold(role, unit)) or not (verdict := can_hold_from(first, last)):
        return verdict
    if role not in REVIEWERS:
        return refused(_("Who holds this role decides no tasks, so nobody has to stand in."))
    if bool(own & OFFICERS) != (role in OFFICERS):
        return refused(_("Officers stand in for each other and for nobody else."))
    if not person.is_active or not own & (REVIEWERS - SPECIALISTS | {role}):
        return refused(_("%(person)s decides no tasks of this kind. Choose somebody who does.") % words)
    if StandIn.objects.filter(_shares_a_day(first, last), role=role, unit=unit, substitute=person).exists():
        return refused(_("%(person)s stands in there on some of these days already.") % words)
    return ALLOWED


def can_change_end(appointment: Appointment, last: datetime.date | None) -> Verdict:
    """May *appointment* end on *last* instead (None: never)? What has been is not rewritten."""
    if appointment.role in OFFICERS:
        return refused(_("Officers give up their seat under “Officers”, by two people."))
    today = timezone.localdate()
    yesterday = today - datetime.timedelta(days=1)
    if appointment.ends_on is not None and appointment.ends_on < yesterday:
        return refused(_("This appointment has ended. Make a new one."))
    if last == appointment.ends_on:
        return refused(_("It ends then already."))
    if last is not None and last < max(appointment.starts_on, yesterday):
        return refused(_("It can end yesterday at the earliest, and not before its first day."))
    if not appointment.unit.is_active:
        return refused(
            _("“%(unit)s” is closed. Choose a unit that is in use.") % {"unit": appointment.unit.name}
        )
    if last is not None and _is_the_last_keeper(appointment, last):
        return refused(_("After that day nobody could appoint anybody. Appoint a successor first."))
    other = overlapping(appointment.user, appointment.role, appointment.unit, appointment.starts_on, last)
    if other.exclude(pk=appointment.pk).exists():
        return refused(_("It would overlap with another appointment to the same. Change that one."))
    return ALLOWED


def _is_the_last_keeper(appointment: Appointment, last: datetime.date) -> bool:
    """Whether nobody else keeps people and units on the day after *last*."""
    if appointment.role not in MANAGERS or appointment.unit.kind != UnitKind.UNIVERSITY:
        return False
    day = last + datetime.timedelta(days=1)
    others = Appointment.objects.filter(role__in=MANAGERS, unit__kind=UnitKind.UNIVERSITY, starts_on__lte=day)
    others = others.filter(Q(ends_on=None) | Q(ends_on__gte=day), user__is_active=True)
    return not others.exclude(pk=appointment.pk).exists()


def can_issue_password(person: User) -> Verdict:
    """First passwords are for whoever has never signed in: nobody gets into another one's account."""
    if not person.is_active:
        return refused(_("%(person)s's account is closed.") % {"person": person.name})
    if person.last_login is not None:
        return refused(_("%(person)s has signed in already and knows a password.") % {"person": person.name})
    if Appointment.objects.filter(seat=person).exists():
        return refused(
            _("This account belongs to an administrator; only the security administrator may touch it.")
        )
    return ALLOWED


def can_load(batch: StaffImport) -> Verdict:
    """Only what was checked and has a good row is loaded, once."""
    if batch.state != StaffImportState.CHECKED:
        return refused(_("It has been loaded already."))
    if not batch.rows:
        return refused(_("There is no row that could be loaded."))
    return ALLOWED


def can_undo(batch: StaffImport) -> Verdict:
    """What was loaded can be undone for 24 hours."""
    if batch.state != StaffImportState.LOADED or batch.undo_until is None:
        return refused(_("Only what was loaded can be undone."))
    if timezone.now() > batch.undo_until:
        return refused(_("The 24 hours are over. End the appointments one by one instead."))
    return ALLOWED

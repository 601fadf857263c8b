"""What is allowed around signing in and being away."""

import datetime
import math

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import StandIn, User
from accounts.queries import roles_of, sign_in_failures
from accounts.roles import REVIEWERS
from common.verdict import ALLOWED, Verdict, refused

FREE_TRIES = 5
LONGEST_PAUSE = datetime.timedelta(minutes=15)
LONGEST_ABSENCE = datetime.timedelta(days=183)


def can_try_password(username: str, ip: str) -> Verdict:
    """May this address try a password for this name now?

    After five wrong ones in a row it waits one minute, then two, four, eight, and 15 at most. The
    pause is for the pair of name and address: nobody can lock a person out from elsewhere.
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


def can_try(what: str, ip: str) -> Verdict:
    """May this address do *what* again, something that tells strangers a little each time? As above."""
    minutes = _minutes_left(what, ip)
    if not minutes:
        return ALLOWED
    words = ngettext(
        "Too many tries in a row. Wait %(minutes)s minute and go on then.",
        "Too many tries in a row. Wait %(minutes)s minutes and go on then.",
        minutes,
    )
    return refused(words % {"minutes": minutes})


def _minutes_left(name: str, ip: str) -> int:
    """How many minutes the pair of name and address has to wait, 0 for none."""
    failures = sign_in_failures(name, ip)
    if failures is None or failures.count < FREE_TRIES:
        return 0
    left = failures.last_at + _pause(failures.count) - timezone.now()
    return max(0, math.ceil(left / datetime.timedelta(minutes=1)))


def _pause(count: int) -> datetime.timedelta:
    doublings = min(count - FREE_TRIES, 10)
    return min(datetime.timedelta(minutes=2**doublings), LONGEST_PAUSE)


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

"""What is allowed around signing in."""

import datetime
import math

from django.utils import timezone
from django.utils.translation import ngettext

from accounts.queries import sign_in_failures
from common.verdict import ALLOWED, Verdict, refused

FREE_TRIES = 5
LONGEST_PAUSE = datetime.timedelta(minutes=15)


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

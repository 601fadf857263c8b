"""How often something may be done within a span of time, for everything that tells or gives away a little."""

import datetime
import math
from typing import NamedTuple

from django.db.models import F
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.security.models import Count
from common.crypto import blind_index
from common.errors import TooMany
from common.http import network_of
from common.verdict import ALLOWED, Verdict, refused


class Limit(NamedTuple):
    """So many times within so many minutes."""

    most: int
    minutes: int


LIMITS = {
    # wrong passwords: for one name from wherever, from one address for whichever name, in a school network
    "name": Limit(30, 60),
    "address": Limit(60, 60),
    "school address": Limit(2000, 60),
    # asking for a link by mail: one address, one name
    "reset address": Limit(10, 60),
    "reset name": Limit(3, 60),
    # what an address learns about employers while it registers one
    "registration": Limit(5, 10),
    # wrong claims to be a student: from one address, in a school network (each WeChat has five of its own)
    "binding": Limit(30, 60),
    "school binding": Limit(1000, 60),
    # arrivals from WeChat with a code it does not know, each of which costs a call to it
    "arrival": Limit(30, 60),
    "school arrival": Limit(1000, 60),
    # one person: sensitive fields shown in full, files of many people taken away
    "look-up": Limit(60, 10),
    "export": Limit(20, 10),
    # one person: the copy of what is kept on them, questions about it
    "own data": Limit(5, 60),
    "data request": Limit(10, 60),
}


def count(what: str, who: str) -> None:
    """Note that *who* (an address, a name, a person's key) did *what* once more.

    Who has one address of IPv6 has all of its network, so they are counted as one.
    """
    limit, now, key = LIMITS[what], timezone.now(), _key(what, who)
    if Count.objects.filter(key=key, until__gt=now).update(number=F("number") + 1):
        return
    until = now + datetime.timedelta(minutes=limit.minutes)
    Count.objects.update_or_create(key=key, defaults={"number": 1, "until": until})


def may(what: str, who: str) -> Verdict:
    """Whether *who* may do *what* once more now; else in how many minutes."""
    now = timezone.now()
    found = Count.objects.filter(key=_key(what, who), until__gt=now, number__gte=LIMITS[what].most).first()
    if found is None:
        return ALLOWED
    minutes = max(1, math.ceil((found.until - now) / datetime.timedelta(minutes=1)))
    words = ngettext(
        "Too many tries in a row. Wait %(minutes)s minute and go on then.",
        "Too many tries in a row. Wait %(minutes)s minutes and go on then.",
        minutes,
    )
    return refused(words % {"minutes": minutes})


def spend(what: str, who: str) -> None:
    """Count one more of *what* by *who*. Raises TooMany, and counts nothing, at the limit."""
    verdict = may(what, who)
    if not verdict:
        raise TooMany(verdict.reason)
    count(what, who)


def forget(what: str, who: str) -> None:
    """Begin counting anew."""
    Count.objects.filter(key=_key(what, who)).delete()


def _key(what: str, who: str) -> str:
    return blind_index(f"{what}\n{network_of(who)}", "limit")

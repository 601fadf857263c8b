"""Reads about the door: sessions, sign-ins, the second step."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import SignInFailures, User
from accounts.queries import name_key
from accounts.security import devices
from accounts.security.models import MailAddress, Outcome, RecoveryCode, SecondStep, Session, SignIn
from common.crypto import blind_index
from common.http import network_of

ORIGIN = "origin"
SECOND_STEP = "second_step"
"""What a session keeps of it: `CODE` or `SET_UP` while that is owed, `PASSED` afterwards."""
CODE, SET_UP, PASSED = "code", "set_up", "passed"
SEEN = "seen"
KNOWN_FOR = datetime.timedelta(days=180)


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner is shown it."""

    key: str
    device: str
    place: str
    ip: str
    since: datetime.datetime | None
    seen: datetime.datetime | None
    is_this: bool

    @property
    def device_words(self) -> str:
        """The device in the reader's language."""
        return devices.words_of(self.device)

    @property
    def is_phone(self) -> bool:
        """Whether the device is a phone."""
        return devices.is_phone(self.device)


def sessions_of(user: User, this_key: str = "") -> list[OpenSession]:
    """The open sessions of *user*, the present one (by the hash of its key) first, then the latest used."""
    rows = Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-expire_date")[:50]
    found = [_opened(row, this_key) for row in rows]
    return sorted(found, key=lambda each: not each.is_this)


def _opened(row: Session, this_key: str) -> OpenSession:
    data: dict[str, Any] = row.get_decoded()
    origin = data.get(ORIGIN) or {}
    return OpenSession(
        key=row.session_key,
        device=origin.get("device", ""),
        place=origin.get("place", ""),
        ip=origin.get("ip", ""),
        since=parse_datetime(origin.get("at", "")),
        seen=parse_datetime(data.get(SEEN, "")),
        is_this=row.session_key == this_key,
    )


def sign_ins_of(user: User) -> QuerySet[SignIn]:
    """The attempts to sign in as *user*, the latest first."""
    return SignIn.objects.filter(user=user).order_by("-at", "-pk")


def has_signed_in_from(user: User, ip: str) -> bool:
    """Whether *user* got in from that address, of IPv6 from that network, in the last half year."""
    since = timezone.now() - KNOWN_FOR
    came_in = SignIn.objects.filter(user=user, outcome=Outcome.IN, at__gte=since)
    network = network_of(ip)
    if network == ip:
        return came_in.filter(ip=ip or None).exists()
    known = came_in.filter(ip__contains=":").order_by().values_list("ip", flat=True).distinct()
    return any(network_of(each or "") == network for each in known)


def second_step_of(user: User) -> SecondStep | None:
    """The authenticator app in use, or None."""
    return SecondStep.objects.filter(user=user).first()


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def mail_of(user: User) -> MailAddress | None:
    """The mail address somebody gave, confirmed or not."""
    return MailAddress.objects.filter(user=user).first()


def mail_digest(address: str) -> str:
    """What a mail address is found by."""
    return blind_index(address.strip().lower(), "mail")


def reset_target(typed: str) -> tuple[User, str] | None:
    """Whom a link for a new password goes to, and where; *typed* is a sign-in name or a mail address.

    An address counts once its owner confirmed it; the sign-in name of an employer's person is an address.
    """
    text = typed.strip()
    name = text.lower() if "@" in text else text
    by_mail = Q(mail_address__digest=mail_digest(text)) & ~Q(mail_address__confirmed_at=None)
    people = User.objects.filter(Q(username=name) | by_mail, is_active=True).select_related("mail_address")
    for user in sorted(people[:5], key=lambda each: each.username != name):
        mail = getattr(user, "mail_address", None)
        if mail is not None and mail.confirmed_at:
            return user, mail.address
        if "@" in user.username:
            return user, user.username
    return None


def person_called(name: str) -> User | None:
    """The person with exactly that sign-in name, or None."""
    text = name.strip()
    return User.objects.filter(username=text.lower() if "@" in text else text).first()


def is_paused(person: User) -> bool:
    """Whether wrong passwords for *person* were counted lately, from any address."""
    return SignInFailures.objects.filter(name_key=name_key(person.username), count__gte=5).exists()

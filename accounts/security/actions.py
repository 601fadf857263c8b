"""Every write at the door."""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.access.actions import log_access
from accounts.access.models import Verb
from accounts.actions import count_sign_in_failure
from accounts.models import SignInFailures, User
from accounts.queries import name_key
from accounts.security import limits, queries, rules, totp
from accounts.security.devices import device_of
from accounts.security.hashers import OldMD5InArgon2Hasher
from accounts.security.models import (
    MailAddress,
    OldPassword,
    Outcome,
    RecoveryCode,
    ResetRequest,
    SecondStep,
    Session,
    SignIn,
)
from accounts.security.passwords import REMEMBERED, groups_of_signs, one_time_password
from accounts.security.places import place_of
from common.crypto import blind_index
from common.http import client_ip

CODES = 10


class Origin(NamedTuple):
    """Where a request comes from."""

    ip: str
    place: str
    device: str


def origin_of(request: HttpRequest) -> Origin:
    """Address, network and device of *request*."""
    ip = client_ip(request)
    return Origin(ip, place_of(ip), device_of(request.headers.get("User-Agent", "")))


def record(user: User | None, outcome: str, origin: Origin) -> SignIn:
    """A line of the history of sign-ins."""
    return SignIn.objects.create(
        user=user, outcome=outcome, ip=origin.ip or None, place=origin.place, device=origin.device
    )


def begin_session(request: HttpRequest, user: User) -> None:
    """What a fresh session keeps: where it came from, when it ends, and whether a second step is due."""
    origin, session = origin_of(request), request.session
    session[queries.ORIGIN] = {"at": timezone.now().isoformat(), **origin._asdict()}
    session[queries.SECOND_STEP] = rules.second_step_due(user)
    touch(session, user)
    record(user, Outcome.IN, origin)


def touch(session: SessionBase, user: User) -> None:
    """Let the idle time of a session begin anew."""
    session[queries.SEEN] = timezone.now().isoformat()
    session.set_expiry(rules.idle_minutes(user) * 60)


def end_sessions(user: User, *, key: str = "", but: str = "") -> int:
    """End the session with the hashed *key*, or all of *user* except *but*; says how many."""
    rows = Session.objects.filter(user=user)
    rows = rows.filter(session_key=key) if key else rows.exclude(session_key=but)
    return rows.delete()[0]


def note_wrong_password(username: str, request: HttpRequest) -> None:
    """Count and record a wrong password; takes as long for a known name as for an unknown one."""
    origin, person = origin_of(request), queries.person_called(username)
    if person is not None and person.has_usable_password() and not person.password.startswith("argon2"):
        make_password(username)  # a first password is hashed the fast way: spend what an unknown name costs
    count_sign_in_failure(username, origin.ip)
    rules.count_wrong(username, origin.ip)
    record(person, Outcome.WRONG_PASSWORD, origin)


# --- passwords -------------------------------------------------------------------------------------


@transaction.atomic
def set_password(user: User, password: str, *, given: bool = False) -> None:
    """Set a checked new *password*; *given*: by somebody else, to be changed at the first sign-in.

    The old one is remembered, so that it does not come back. All other sessions end with it, and so does
    every link to a new one that is on its way.
    """
    end_resets(user)
    if user.has_usable_password() and not user.must_change_password:
        OldPassword.objects.create(user=user, hash=user.password)
        kept = OldPassword.objects.filter(user=user).order_by("-at").values_list("pk", flat=True)
        OldPassword.objects.filter(user=user).exclude(pk__in=list(kept[:REMEMBERED])).delete()
    user.set_password(password)
    user.must_change_password = given
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    log_access(user, Verb.PASSWORD, user)


@transaction.atomic
def import_old_passwords(rows: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """Take over MD5 hashes of an earlier system: rows of sign-in name, hash, and salt if it had one (F196).

    They lie inside Argon2id, work once, and are to be changed then. Who has a password here keeps it. Gives
    how many were taken over and what is wrong, by line; with anything wrong nothing is written.
    """
    people = User.objects.in_bulk([row[0] for row in rows], field_name="username")
    hasher, faults, taken = OldMD5InArgon2Hasher(), [], []
    for number, row in enumerate(rows, 1):
        person = people.get(row[0])
        if person is None:
            faults.append(f"Line {number}: nobody has the sign-in name {row[0]}.")
            continue
        try:
            hashed = hasher.wrap(*row[1:3])
        except (ValueError, TypeError):
            faults.append(
                f"Line {number}: an MD5 of 32 hex digits is expected, and a salt of ten signs at most."
            )
            continue
        if not person.has_usable_password():
            person.password, person.must_change_password = hashed, True
            taken.append(person)
    if not faults:
        User.objects.bulk_update(taken, ["password", "must_change_password"], batch_size=500)
    return len(taken), faults


@transaction.atomic
def reset_for(keeper: User, person: User) -> str:
    """A new one-time password for *person*, whose sessions all end; shown to *keeper* once.

    Raises Refused by `can_help`.
    """
    rules.can_help(keeper, person).require()
    password = one_time_password()
    set_password(person, password, given=True)
    end_sessions(person)
    unlock(keeper, person)
    return password


@transaction.atomic
def unlock(keeper: User, person: User) -> None:
    """Forget the wrong passwords tried for *person* from wherever. Raises Refused by `can_help`."""
    rules.can_help(keeper, person).require()
    forget_failures(person)


def forget_failures(person: User) -> None:
    """Begin counting wrong passwords and codes anew."""
    names = (person.username, code_name(person), present_name(person))
    SignInFailures.objects.filter(name_key__in=[name_key(name) for name in names]).delete()
    limits.forget("name", person.username)


@transaction.atomic
def remove_second_step(keeper: User, person: User) -> None:
    """The phone is lost: the second step of *person* goes, and the sessions end. Raises Refused."""
    rules.can_help(keeper, person).require()
    drop_second_step(person)
    end_sessions(person)


def present_name(user: User) -> str:
    """The name under which wrong present passwords of *user*, who is signed in, are counted."""
    return f"present password of {user.pk}"


# --- the second step -------------------------------------------------------------------------------


def code_name(user: User) -> str:
    """The name under which wrong codes of *user* are counted."""
    return f"second step of {user.pk}"


@transaction.atomic
def begin_second_step(user: User, secret: str, code: str) -> list[str]:
    """Put the *secret* that was scanned to use and give the recovery codes; none when *code* is wrong.

    Who has an app already keeps it, and gets none either.
    """
    number = totp.matching_step(secret, code, timezone.now().timestamp())
    if number is None:
        return []
    _step, is_new = SecondStep.objects.get_or_create(
        user=user, defaults={"secret": secret, "last_step": number}
    )
    return new_codes(user) if is_new else []


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Ten new recovery codes; earlier ones stop working. Kept hashed, so this list is their only copy."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [groups_of_signs(2, 5) for _code in range(CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=_digest(code)) for code in codes])
    return codes


@transaction.atomic
def use_code(user: User, code: str) -> bool:
    """Whether *code* is the app's present one or an unused recovery code of *user*; uses it up."""
    text = code.strip().replace(" ", "").lower()
    if text.isascii() and text.isdigit() and len(text) == totp.DIGITS:
        return _use_app_code(user, text)
    now = timezone.now()
    fresh = RecoveryCode.objects.filter(user=user, digest=_digest(text), used_at=None)
    return fresh.update(used_at=now) == 1


def _use_app_code(user: User, code: str) -> bool:
    step = queries.second_step_of(user)
    if step is None:
        return False
    number = totp.matching_step(step.secret, code, timezone.now().timestamp(), after=step.last_step)
    if number is None:
        return False
    unused = SecondStep.objects.filter(pk=step.pk, last_step__lt=number)
    return unused.update(last_step=number) == 1


@transaction.atomic
def end_second_step(user: User) -> None:
    """Go without a second step again. Raises Refused where the role needs it."""
    rules.can_end_second_step(user).require()
    drop_second_step(user)


def drop_second_step(user: User) -> None:
    """Forget the app and the recovery codes of *user*."""
    SecondStep.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def _digest(code: str) -> str:
    return blind_index(code.replace("-", ""), "recovery code")


# --- reset by mail ---------------------------------------------------------------------------------


def keep_mail(user: User, address: str) -> MailAddress:
    """Remember a mail address that is still to be confirmed; links sent to the one before end."""
    end_resets(user)
    found, _made = MailAddress.objects.update_or_create(
        user=user,
        defaults={
            "address": address.strip(),
            "digest": queries.mail_digest(address),
            "confirmed_at": None,
        },
    )
    return found


def confirm_mail(mail: MailAddress) -> None:
    """Its owner has opened a mail there; whoever confirmed the same address before loses it."""
    with transaction.atomic():
        MailAddress.objects.filter(digest=mail.digest).exclude(pk=mail.pk).delete()
        mail.confirmed_at = timezone.now()
        mail.save(update_fields=["confirmed_at"])


def forget_mail(user: User) -> None:
    """No links are sent to *user* any more, and those that were end."""
    end_resets(user)
    MailAddress.objects.filter(user=user).delete()


def end_resets(user: User) -> None:
    """Links to a new password that *user* has not used yet open nothing any more."""
    ResetRequest.objects.filter(user=user, used_at=None).update(used_at=timezone.now())


def ask_for_reset(typed: str, site: str, language: str) -> ResetRequest:
    """Somebody wants a new password for a name or an address; the answer goes out by mail, or nowhere."""
    return ResetRequest.objects.create(typed=typed.strip(), site=site, language=language)


@transaction.atomic
def use_reset(asked: ResetRequest, password: str, origin: Origin) -> bool:
    """Set the new *password* of who asked, once; False when the link was used meanwhile.

    All sessions end, and so does every pause after wrong passwords. The second step stays.
    """
    user, now = asked.user, timezone.now()
    if user is None or not ResetRequest.objects.filter(pk=asked.pk, used_at=None).update(used_at=now):
        return False
    set_password(user, password)
    end_sessions(user)
    forget_failures(user)
    record(user, Outcome.RESET, origin)
    return True


# --- the end of an account -------------------------------------------------------------------------


@transaction.atomic
def close_account(user: User, now: datetime.datetime) -> None:
    """End an account for good: nobody gets in any more, and what the door knew of its owner goes.

    The name stays, because the trail of cases speaks of it.
    """
    for model in (Session, OldPassword, SecondStep, RecoveryCode, MailAddress, ResetRequest):
        model._default_manager.filter(user=user).delete()
    user.is_active, user.closed_at, user.must_change_password = False, now, False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "closed_at", "password", "must_change_password"])

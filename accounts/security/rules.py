"""What is allowed at the door, and what somebody owes before going on."""

import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import roles_of, school_roles_of
from accounts.roles import OFFICERS, SECURITY_KEEPERS, Role
from accounts.security import limits, queries
from accounts.security.places import place_of
from common.verdict import ALLOWED, Verdict, refused

RESET_VALID = datetime.timedelta(minutes=30)


def can_try_from(username: str, ip: str) -> Verdict:
    """May anybody at this address try passwords for this name, whatever the pair of both has done?

    Many wrong ones for a name from all over the world close it to addresses from which its owner never got
    in; so nobody guesses with a thousand machines, and nobody locks the owner out. An address that tries
    many names waits; the limit is wide for the school's own networks, where thousands share one.
    """
    if not limits.may("name", username):
        person = queries.person_called(username)
        if person is None or not queries.has_signed_in_from(person, ip):
            return refused(
                _(
                    "Many wrong passwords were tried for this name from other places. Sign in where you have "
                    "signed in before, or ask for a new password by mail."
                )
            )
    return limits.may(kind_at("address", ip), ip)


def count_wrong(username: str, ip: str) -> None:
    """Note a wrong password for the wide limits."""
    limits.count("name", username)
    limits.count(kind_at("address", ip), ip)


def kind_at(what: str, ip: str) -> str:
    """Which limit of *what* holds at *ip*: the wide one in the school's own networks."""
    return f"school {what}" if place_of(ip) else what


def password_duty(user: User) -> str:
    """Why *user* has to choose a new password before going on: `given`, `expired`, or empty.

    Staff choose a new one every 90 days (rules 6.2); people without a password of their own never.
    """
    if user.must_change_password:
        return "given"
    days = settings.PASSWORD_DAYS_STAFF
    if not days or user.password_changed_at > timezone.now() - datetime.timedelta(days=days):
        return ""
    return "expired" if user.has_usable_password() and roles_of(user) else ""


def idle_minutes(user: User) -> int:
    """After how long without a click a session ends: short for staff, half a day for others (rules 6.2)."""
    return settings.IDLE_MINUTES_STAFF if roles_of(user) or user.is_staff else settings.IDLE_MINUTES


def owes_second_step(user: User) -> bool:
    """Whether *user* may not work without a second step: the three administrators (rules 6.3)."""
    return bool(settings.SECOND_STEP_ROLES) and not roles_of(user).isdisjoint(settings.SECOND_STEP_ROLES)


def second_step_due(user: User) -> str:
    """What a session of *user* that has shown no code owes: one of the app, setting it up, or nothing."""
    if queries.second_step_of(user) is not None:
        return queries.CODE
    return queries.SET_UP if owes_second_step(user) else ""


def can_end_second_step(user: User) -> Verdict:
    """May *user* go without a second step again?"""
    if owes_second_step(user):
        return refused(
            _("Your role needs the second step; it can be moved to another phone, not switched off.")
        )
    return ALLOWED


def keeps_accounts(user: User) -> bool:
    """Whether *user* unlocks accounts and resets passwords for the whole school."""
    return not school_roles_of(user).isdisjoint(SECURITY_KEEPERS)


def can_help(keeper: User, person: User) -> Verdict:
    """May *keeper* unlock or reset the account of *person*? Never one's own (F152)."""
    if keeper.pk == person.pk:
        return refused(_("Your own account is looked after by a colleague; change your password yourself."))
    if not (roles_of(person) & OFFICERS or person.is_superuser):
        return ALLOWED
    if Role.SECADMIN in roles_of(keeper):
        return ALLOWED
    return refused(
        _("This account belongs to an administrator; only the security administrator may touch it.")
    )

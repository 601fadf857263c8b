"""The three officers (三员分立, rules 6.3): who may sit, and every write to their seats.

The system administrator keeps accounts, settings and jobs; the security administrator gives roles and rights;
the auditor reads the records. The database gives a person one seat at most (`Appointment.seat`), and who sits
holds nothing else. Seats are given and taken by two people.
"""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Appointment, User
from accounts.queries import is_staff_account, university
from accounts.rights import second_person
from accounts.rights.models import Operation, UnitRight
from accounts.rights.second_person import SensitiveKind
from accounts.rights.trail import record
from accounts.roles import OFFICERS, Role, powers_of
from common.errors import BadInput, Refused
from common.verdict import ALLOWED, Verdict, refused

SEATS = (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR, Role.SYSTEM_AND_SECURITY)


def officers() -> QuerySet[Appointment]:
    """Who sits now, by role."""
    return Appointment.objects.filter(role__in=OFFICERS).select_related("user").order_by("role", "user__name")


def open_seats() -> tuple[Role, ...]:
    """The seats that can be given in this school; two in one only where SMALL_SCHOOL says so."""
    return SEATS if settings.SMALL_SCHOOL else SEATS[:3]


def can_sit(person: User, role: str) -> Verdict:
    """May *person* become the officer *role*? One seat a person, and nothing beside it."""
    who = {"name": person.name}
    if role not in open_seats():
        return refused(_("The settings of this school do not know this seat."))
    if not person.is_active:
        return refused(_("The account of %(name)s is closed.") % who)
    if not is_staff_account(person):
        return refused(_("%(name)s does not work at the school.") % who)
    held = _still_held(person)
    seat = next((each for each in held if each.role in OFFICERS), None)
    if seat is not None:
        return refused(_("%(name)s is the %(role)s. Nobody holds two of the three.") % _sits(seat))
    if held:
        roles = _(", ").join(dict.fromkeys(str(each.get_role_display()) for each in held))
        words = _("%(name)s is appointed: %(roles)s. Officers do no business; end that first.")
        return refused(words % (who | {"roles": roles}))
    if UnitRight.objects.filter(user=person).exists():
        return refused(_("%(name)s is in a user group. Officers do no business; end that first.") % who)
    return ALLOWED


def can_be_unseated(seat: Appointment) -> Verdict:
    """May this seat be taken back? Not the last one that gives roles, nor the last that reads the records."""
    powers = powers_of(seat.role) & {Role.SECADMIN, Role.AUDITOR}
    others = officers().exclude(pk=seat.pk).filter(user__is_active=True)
    left = {power for each in others for power in powers_of(each.role)}
    if powers <= left:
        return ALLOWED
    return refused(_("%(name)s is the last %(role)s. Seat somebody else first.") % _sits(seat))


def _sits(seat: Appointment) -> dict[str, str]:
    return {"name": seat.user.name, "role": str(seat.get_role_display())}


def _still_held(person: User) -> list[Appointment]:
    """What the person is appointed to now or later."""
    rows = Appointment.objects.filter(user=person)
    return list(rows.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())).select_related("user"))


@transaction.atomic
def seat(
    person: User, role: str, by: User | None, *, risk_note: str = "", second: User | None = None, ip: str = ""
) -> Appointment:
    """Make *person* the officer *role*; *by* is None for the command that seats the first ones.

    Raises Refused by rule, and BadInput when two in one come without the note of the risk.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    can_sit(person, role).require()
    two_in_one = role == Role.SYSTEM_AND_SECURITY
    if two_in_one and not risk_note.strip():
        raise BadInput(_("Say why one person keeps the system and its security, and who watches over it."))
    root = university()
    if root is None:
        raise Refused(_("There is no university yet. Load the organisation first."))
    try:
        with transaction.atomic():
            made = Appointment.objects.create(
                user=person,
                role=role,
                unit=root,
                starts_on=timezone.localdate(),
                risk_note=risk_note.strip()[:200] if two_in_one else "",
            )
    except IntegrityError:
        raise Refused(_("%(name)s has just got another seat.") % {"name": person.name}) from None
    record("seated", by, subject=person, second=second, ip=ip, role=role, note=made.risk_note)
    return made


@transaction.atomic
def unseat(seat: Appointment, by: User | None, *, second: User | None = None, ip: str = "") -> None:
    """Take a seat back; what the person did stays in the record. Raises Refused by rule."""
    list(officers().select_for_update())
    can_be_unseated(seat).require()
    record("unseated", by, subject=seat.user, second=second, ip=ip, role=seat.role)
    seat.delete()


def ask_to_seat(
    person: User, role: str, by: User, *, reason: str, risk_note: str = "", ip: str = ""
) -> Operation:
    """Ask for *person* to become the officer *role*. Raises Refused and BadInput."""
    can_sit(person, role).require()
    if role == Role.SYSTEM_AND_SECURITY and not risk_note.strip():
        raise BadInput(_("Say why one person keeps the system and its security, and who watches over it."))
    terms = {"role": role, "risk_note": risk_note}
    return second_person.ask(SEAT, person.pk.hex, by, reason=reason, subject=person, ip=ip, **terms)


def ask_to_unseat(seat: Appointment, by: User, *, reason: str, ip: str = "") -> Operation:
    """Ask for a seat to be taken back. Raises Refused and BadInput."""
    can_be_unseated(seat).require()
    return second_person.ask(
        UNSEAT, seat.user_id.hex, by, reason=reason, subject=seat.user, ip=ip, role=seat.role
    )


def _seat(operation: Operation, second: User, ip: str) -> None:
    terms, person = operation.terms, operation.subject
    if person is not None:
        seat(
            person,
            terms["role"],
            operation.asked_by,
            risk_note=terms["risk_note"],
            second=second,
            ip=ip,
        )


def _unseat(operation: Operation, second: User, ip: str) -> None:
    held = officers().filter(user=operation.subject, role=operation.terms["role"]).first()
    if held is None:
        raise Refused(_("This seat was given up in between."))
    unseat(held, operation.asked_by, second=second, ip=ip)


def _said(template: str, operation: Operation) -> str:
    name = operation.subject.name if operation.subject else ""
    return template % {"name": name, "role": Role(operation.terms["role"]).label}


SEAT = second_person.register(
    SensitiveKind(
        "seat_officer",
        label=gettext_lazy("Seat an officer"),
        carry_out=_seat,
        words=lambda operation: _said(_("%(name)s becomes %(role)s"), operation),
    )
)
UNSEAT = second_person.register(
    SensitiveKind(
        "unseat_officer",
        label=gettext_lazy("Take a seat back"),
        carry_out=_unseat,
        words=lambda operation: _said(_("%(name)s is no longer %(role)s"), operation),
    )
)

"""Every write about who acts for an employer: registering one, asking to join, letting in, taking out."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import actions as approvals
from approvals.actions import Actor
from common.errors import BadInput, Refused
from common.pinyin import title_pinyin
from common.retry import retrying
from employers import notices, rules
from employers.flows.vetting import actions as vetting
from employers.models import Employer, EmployerRole, EmployerUser, MembershipState
from employers.names import name_core
from employers.queries import cases_in_hand, forget_membership, membership_of, owners_of, successors
from messaging.actions import notice
from messaging.kinds import NoticeKind
from processes.models import Case


@dataclass(frozen=True)
class Person:
    """Who registers or asks to join. *password* is empty for somebody who has an account already."""

    name: str
    email: str
    phone: str
    position: str
    password: str = ""
    remark: str = ""


@retrying
@transaction.atomic
def register(
    name: str,
    uscc: str,
    person: Person,
    user: User | None,
    *,
    ip: str = "",
    now: datetime.datetime | None = None,
) -> EmployerUser:
    """Open an employer under a free credit code, with *person* as its owner to be, and begin its vetting.

    Raises Refused when the code is taken or *user* acts for somebody already, BadInput when the mail address
    has an account.
    """
    moment = now or timezone.now()
    employer = _locked(uscc)
    rules.can_register(user, employer).require()
    user = user or _open_account(person)
    _leave(user, moment)
    employer = _fresh(employer, name, uscc, moment)
    own = _membership(user, employer, person, MembershipState.APPLYING, EmployerRole.OWNER, moment)
    vetting.start_application(employer, Actor(user, ip=ip), _known(name, uscc, person), now=now)
    return own


@retrying
@transaction.atomic
def ask_to_join(
    uscc: str, person: Person, user: User | None, *, now: datetime.datetime | None = None
) -> EmployerUser:
    """Ask to act for the employer of a credit code; its owner or the school decides.

    Raises Refused when nobody registered the code or *user* acts for somebody already, BadInput when the
    mail address has an account.
    """
    moment, employer = now or timezone.now(), _locked(uscc)
    rules.can_ask_to_join(user, employer).require()
    assert employer is not None  # noqa: S101 - the rule refuses what does not exist
    user = user or _open_account(person)
    _leave(user, moment)
    own = _membership(user, employer, person, MembershipState.ASKED, EmployerRole.MEMBER, moment)
    for owner in owners_of(employer):
        _tell(owner, notices.ASKED, reverse("employers:people"), moment, name=person.name)
    return own


@retrying
@transaction.atomic
def withdraw_wish(by: User, *, now: datetime.datetime | None = None) -> None:
    """Take back one's own wish to join, so that the account is free at once. Raises Refused by rule."""
    own = membership_of(by)
    if own is not None:
        own = _locked_person(own, by)
    rules.can_withdraw_wish(own).require()
    assert own is not None  # noqa: S101 - the rule refuses who has no wish
    own.end(now or timezone.now())
    own.save()


@retrying
@transaction.atomic
def decide_join(
    request: EmployerUser,
    by: User,
    *,
    admit: bool,
    as_owner: bool = False,
    now: datetime.datetime | None = None,
) -> EmployerUser:
    """Let somebody in, as owner too when the school says so, or refuse. Raises Refused by rule."""
    request = _locked_person(request, by)
    rules.can_decide_join(by, request).require()
    moment = now or timezone.now()
    if admit:
        request.admit(by.pk, moment)
        request.role = EmployerRole.OWNER if as_owner else EmployerRole.MEMBER
    else:
        request.refuse(by, moment)
    request.save()
    _tell(request.user, notices.JOINED if admit else notices.NOT_JOINED, reverse("employers:home"), moment)
    return request


@retrying
@transaction.atomic
def remove_person(
    person: EmployerUser, by: User, *, ip: str = "", now: datetime.datetime | None = None
) -> int:
    """Take somebody out; the account stays and may join again. Gives how many open cases *by* takes over.

    Raises Refused by rule.
    """
    person = _locked_person(person, by)
    rules.can_remove(by, person).require()
    person.end(now or timezone.now())
    person.save()
    left = cases_in_hand(person.user, person.employer)
    for case in left:
        why = _("%(name)s does not act for the employer any more.") % {"name": person.user.name}
        approvals.hand_over(case.pk, by.pk, Actor(by, ip=ip), text=why, now=now)
    return len(left)


@retrying
@transaction.atomic
def hand_over(
    case: Case,
    employer: Employer,
    to: str,
    by: Actor,
    *,
    text: str,
    now: datetime.datetime | None = None,
) -> EmployerUser:
    """Let a colleague, the membership with the key *to*, go on with an open case; *text* says why.

    Raises Refused by rule, BadInput for somebody who does not act for the employer, or without a reason.
    """
    Employer.objects.select_for_update().get(pk=employer.pk)
    forget_membership(by.user)
    rules.can_hand_over(by.user, case, employer).require()
    successor = next((each for each in successors(employer, case) if str(each.pk) == to), None)
    if successor is None:
        raise BadInput(_("Choose a colleague who acts for the employer."))
    approvals.hand_over(case.pk, successor.user_id, by, text=text, now=now)
    return successor


def _locked_person(person: EmployerUser, by: User) -> EmployerUser:
    """The person as it stands, behind the lock of the employer; what *by* is there is asked again."""
    Employer.objects.select_for_update().get(pk=person.employer_id)
    forget_membership(by)
    return EmployerUser.objects.select_related("employer", "user").get(pk=person.pk)


def _locked(uscc: str) -> Employer | None:
    """The employer under the code, locked: of two who register it at once one gets it, and nobody asks for
    one that is given up this very moment."""
    return Employer.objects.select_for_update().filter(uscc=uscc).first()


def _fresh(employer: Employer | None, name: str, uscc: str, moment: datetime.datetime) -> Employer:
    """A new record, or the one whose last application came to nothing: its applicants are out."""
    if employer is None:
        employer = Employer(uscc=uscc)
    else:
        for person in employer.people.filter(state=MembershipState.APPLYING):
            person.end(moment)
            person.save()
        employer.start_again()
    employer.name, employer.name_pinyin, employer.name_core = name, title_pinyin(name), name_core(name)
    try:
        with transaction.atomic():
            employer.save()
    except IntegrityError as error:
        raise BadInput(_("This credit code was registered by somebody else just now.")) from error
    return employer


def _open_account(person: Person) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(person.email.lower(), person.name, person.password)
    except IntegrityError as error:
        raise BadInput(_("This mail address has an account already. Sign in with it first.")) from error


def _leave(user: User, moment: datetime.datetime) -> None:
    """An application that is over lets its applicant go."""
    own = membership_of(user)
    if own is not None and own.live_key:
        own.end(moment)
        own.save()
    forget_membership(user)


def _membership(
    user: User, employer: Employer, person: Person, state: str, role: str, moment: datetime.datetime
) -> EmployerUser:
    """Raises Refused when the account became somebody's this very moment, as by a second click."""
    own = EmployerUser(
        user=user,
        employer=employer,
        state=state,
        role=role,
        position=person.position,
        phone=person.phone,
        remark=person.remark,
        asked_at=moment,
        live_key=str(user.pk),
    )
    try:
        with transaction.atomic():
            own.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(rules.ONE_EMPLOYER, link=reverse("employers:home")) from error
    forget_membership(user)
    return own


def _known(name: str, uscc: str, person: Person) -> dict[str, Any]:
    """What the form need not be asked again."""
    return {
        "name": name,
        "uscc": uscc,
        "operator_name": person.name,
        "operator_position": person.position,
        "operator_mobile": person.phone,
        "operator_email": person.email,
    }


def _tell(recipient: User, kind: NoticeKind, url: str, moment: datetime.datetime, **values: str) -> None:
    message = notice(recipient, kind, url, **values)
    message.created_at = moment
    message.save()

"""Who is at the browser, and for which employer."""

from django.http import Http404, HttpRequest

from accounts.models import User
from approvals.actions import Actor
from common.http import client_ip
from employers.models import Employer, EmployerUser, MembershipState
from employers.queries import membership_of


def person_of(request: HttpRequest) -> EmployerUser:
    """What the account is at an employer. Raises Http404 for students, staff and everybody else."""
    found = membership_of(request.user) if isinstance(request.user, User) else None
    if found is None:
        raise Http404
    return found


def own_employer(request: HttpRequest) -> Employer:
    """The employer the reader acts or applies for. Raises Http404 when there is none (yet)."""
    person = person_of(request)
    if person.state not in (MembershipState.ACTIVE, MembershipState.APPLYING):
        raise Http404
    return person.employer


def applied_for(request: HttpRequest) -> Employer:
    """The employer whose latest application is the reader's. Raises Http404 for others of the employer."""
    employer = own_employer(request)
    if employer.case.initiator_id != request.user.pk:
        raise Http404
    return employer


def open_application(request: HttpRequest) -> Employer:
    """The employer whose application the reader has open. Raises Http404 when there is none."""
    employer = applied_for(request)
    if not employer.is_open:
        raise Http404
    return employer


def actor_of(request: HttpRequest) -> Actor:
    """The person at this browser."""
    return Actor(request.user, ip=client_ip(request))  # type: ignore[arg-type]

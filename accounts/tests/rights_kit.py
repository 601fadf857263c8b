"""Officers and groups for the tests of rights."""

from accounts.actions import appoint
from accounts.models import Unit, UnitKind, User
from accounts.queries import university
from accounts.rights.officers import seat
from accounts.roles import OFFICERS, Role
from accounts.tests.conftest import new_unit


def staff(name: str) -> User:
    return User.objects.create_user(f"T-{name}", name)


def officer(role: str, name: str) -> User:
    """Somebody in a seat of the university, which is made when there is none."""
    if university() is None:
        new_unit(None, UnitKind.UNIVERSITY, "启程大学")
    person = staff(name)
    seat(person, role, None)
    return person


def hold(person: User, role: str, unit: Unit) -> None:
    """Let *person* hold *role* for *unit*; an officer takes the seat of the university."""
    if role in OFFICERS:
        seat(person, role, None)
    else:
        appoint(person, role, unit)


def secadmin(name: str = "安全员") -> User:
    return officer(Role.SECADMIN, name)


def root() -> Unit:
    found = university()
    assert found is not None
    return found


def again(user: User) -> User:
    """The same person in the next request."""
    return User.objects.get(pk=user.pk)

"""Who holds a role for a unit."""

import datetime

import pytest

from accounts.actions import add_unit, appoint
from accounts.models import Appointment, UnitKind, User
from accounts.queries import holders
from accounts.roles import Role

pytestmark = pytest.mark.django_db


def test_ended_appointments_do_not_count_and_nobody_is_named_twice() -> None:
    university = add_unit(None, UnitKind.UNIVERSITY, "启程大学")
    college = add_unit(university, UnitKind.COLLEGE, "软件学院")
    gone, near = (User.objects.create_user(name, name) for name in ("gone", "near"))
    appoint(gone, Role.COUNSELOR, college)
    Appointment.objects.filter(user=gone).update(
        starts_on=datetime.date(2020, 1, 1), ends_on=datetime.date(2020, 2, 1)
    )
    appoint(gone, Role.DATA_OFFICER, university)
    appoint(near, Role.COUNSELOR, university)
    appoint(near, Role.COUNSELOR, college)
    assert list(holders(Role.COUNSELOR, college)) == [near]

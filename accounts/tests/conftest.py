"""People and a small university for the tests of this room."""

import pytest

from accounts.actions import appoint
from accounts.models import Unit, UnitKind, User
from accounts.roles import Role

PASSWORD = "correct-horse-7"


def new_unit(parent: Unit | None, kind: str, name: str) -> Unit:
    if parent is None:
        return Unit.objects.add_root({"kind": kind, "name": name})
    return Unit.objects.add_child(Unit.objects.get(pk=parent.pk), {"kind": kind, "name": name})


@pytest.fixture
def college(db) -> Unit:
    return new_unit(new_unit(None, UnitKind.UNIVERSITY, "启程大学"), UnitKind.COLLEGE, "软件学院")


@pytest.fixture
def counselor(college) -> User:
    user = User.objects.create_user("T001", "陈老师", PASSWORD)
    appoint(user, Role.COUNSELOR, college)
    return user


@pytest.fixture
def graduate(db) -> User:
    return User.objects.create_user("2023010101", "王晓雨", PASSWORD)

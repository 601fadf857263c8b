"""The addresses of groups, officers, the second person and the record of rights: a part of the table of all."""

from typing import Any

from accounts.queries import unit_at
from tests.address import GET, NONE, POST, Address
from tests.world import SECURITY, World

CONFIRMING = SECURITY | {"director"}


def _group(world: World) -> dict[str, Any]:
    return {"pk": world.group.pk}


def _new_group(_world: World) -> dict[str, Any]:
    return {"name": "新的组", "rights": ["see_students"], "is_active": "on"}


def _placing(world: World) -> dict[str, Any]:
    return {"q": world.people["nobody"].username}


def _membership(world: World) -> dict[str, Any]:
    college = unit_at(world.student.unit, "college")
    return {"person": world.people["member"].username, "unit": college.pk if college else 0}


def _seating(world: World) -> dict[str, Any]:
    return {"person": world.people["former"].username, "role": "sysadmin", "reason": "系统管理岗位调整"}


RIGHTS = [
    Address("rights:groups", SECURITY),
    Address("rights:new_group", SECURITY, (GET, POST), data=_new_group),
    Address("rights:group", SECURITY, (GET, POST), _group, _new_group),
    Address("rights:copy_group", SECURITY, (POST,), _group),
    Address("rights:delete_group", NONE, (POST,), _group, refused=SECURITY),
    Address("rights:place", SECURITY, (GET, POST), _group, _placing),
    Address("rights:take_out", SECURITY, (POST,), _group, _membership),
    Address("rights:people", SECURITY),
    Address("rights:person", SECURITY, kwargs=lambda world: {"pk": world.people["counselor"].pk}),
    Address("rights:officers", SECURITY | {"sysadmin"}),
    Address("rights:seat", SECURITY, (GET, POST), data=_seating),
    Address(
        "rights:unseat",
        SECURITY,
        (GET, POST),
        lambda world: {"pk": world.people["second_secadmin"].officer.pk},
        lambda _: {"reason": "调离岗位"},
    ),
    Address("rights:operations", CONFIRMING),
    Address(
        "rights:answer",
        CONFIRMING - {"secadmin"},
        (POST,),
        lambda world: {"pk": world.operation.pk, "name": "decline"},
        lambda _: {"answer": "材料不齐"},
        refused=frozenset({"secadmin"}),
    ),
    Address("rights:changes", frozenset({"auditor"})),
]

"""Addresses of the organisation and of people, a part of the table in `tests.pages`."""

from typing import Any

from django.utils import timezone

from tests.address import GET, NONE, POST, Address
from tests.world import KEEPING, World, upload_of


def _college(world: World) -> dict[str, Any]:
    return {"pk": world.people["college"].appointments.get().unit_id}


def _counselor(world: World) -> dict[str, Any]:
    return {"pk": world.people["counselor"].pk}


def _post(world: World) -> dict[str, Any]:
    unit = world.people["next_counselor"].appointments.get().unit_id
    day = timezone.localdate().isoformat()
    return {"role": "counselor", "unit": unit, "starts_on": day, "ends_on": "", "reason": "换岗"}


def _substitute(world: World) -> dict[str, Any]:
    day = timezone.localdate().isoformat()
    person = world.people["next_counselor"].pk.hex
    return {"role": "college_officer", "person": person, "starts_on": day, "reason": "岗位空缺"}


def _staff_file(_world: World) -> dict[str, Any]:
    return {"file": upload_of("姓名,工号\n苏晓,T8888\n".encode(), "staff.csv")}


UNITS_AND_PEOPLE = [
    Address("organisation:tree", KEEPING),
    Address("organisation:unit", KEEPING, kwargs=_college),
    Address(
        "organisation:change",
        KEEPING,
        (GET, POST),
        lambda world: _college(world) | {"verb": "rename"},
        lambda _: {
            "name": "信息学院",
            "effective_on": timezone.localdate().isoformat(),
            "reason": "校发文件",
        },
        writers=NONE,
    ),
    Address(
        "organisation:end_change",
        KEEPING,
        (POST,),
        lambda world: {"pk": world.staffing.planned.pk, "verb": "call-off"},
    ),
    Address("personnel:list", KEEPING),
    Address("personnel:new", KEEPING, (GET, POST), data=lambda _: {"name": "苏晓", "username": "T8888"}),
    Address("personnel:person", KEEPING, kwargs=_counselor),
    Address("personnel:sights", KEEPING, kwargs=_counselor),
    Address(
        "personnel:contact",
        KEEPING,
        (GET, POST),
        _counselor,
        lambda _: {"name": "改名老师", "mobile": "15400000002", "email": "a@example.com"},
    ),
    Address("personnel:appoint", KEEPING, (GET, POST), _counselor, _post),
    Address(
        "personnel:appointment",
        KEEPING,
        (GET, POST),
        lambda world: {"pk": world.people["next_counselor"].appointments.get().pk},
        lambda _: {"ends_on": timezone.localdate().isoformat(), "reason": "换岗"},
    ),
    Address("personnel:substitute", KEEPING, (GET, POST), _college, _substitute),
    Address("personnel:end_substitute", KEEPING, (POST,), lambda world: {"pk": world.staffing.standing.pk}),
    Address("personnel:password", KEEPING, (POST,), lambda world: {"pk": world.staffing.newcomer.pk}),
    Address("personnel:imports", KEEPING, (GET, POST), data=_staff_file),
    Address("personnel:template", KEEPING),
    Address("personnel:batch", KEEPING, kwargs=lambda world: {"pk": world.staffing.checked.pk}),
    Address(
        "personnel:change_batch",
        KEEPING,
        (POST,),
        lambda world: {"pk": world.staffing.checked.pk, "verb": "load"},
    ),
]

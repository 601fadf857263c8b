"""The addresses of what people may ask of their own data."""

from typing import Any

from tests.address import GET, NONE, POST, Address, Arguments
from tests.world import SIGNED_IN, World

ASKER = frozenset({"student"})
#: The officer of the career center, and the director who stands in for everybody.
ANSWERING = frozenset({"university"})


def _request(which: str) -> Arguments:
    return lambda world: {"pk": getattr(world.data_requests, which).pk}


def _access(_world: World) -> dict[str, Any]:
    return {"kind": "access"}


def _task(world: World) -> dict[str, Any]:
    return {"task_id": world.data_requests.task.pk}


PRIVACY = [
    Address("privacy:own_data", SIGNED_IN),
    Address("privacy:copy", SIGNED_IN, (GET, POST), writers=NONE),
    Address("privacy:ask", SIGNED_IN, (GET, POST), _access, writers=NONE),
    Address("privacy:request", ASKER, kwargs=_request("waiting")),
    Address("privacy:change", ASKER, (GET, POST), _request("returned"), writers=NONE),
    Address("privacy:withdraw", ASKER, (POST,), _request("waiting")),
    Address("privacy:give_up", ASKER, (POST,), _request("returned")),
    Address("privacy:answer", ANSWERING, (GET, POST), _task, lambda _world: {"answer": "已按你的请求办理"}),
    Address(
        "privacy:use_again", NONE, (POST,), _task, lambda _: {"reason": "本人来电要求"}, refused=ANSWERING
    ),
]

"""The addresses of periods of keeping, holds, and one's own consents: a part of the table of all."""

from typing import Any

from tests.address import GET, POST, Address
from tests.world import KEEPING, SECURITY, SIGNED_IN, World


def _hold(world: World) -> dict[str, Any]:
    return {"pk": world.hold.pk}


def _wish(world: World) -> dict[str, Any]:
    return {"username": world.people["former"].username, "reason": "审计检查 2026-3"}


KEEPING_DATA = [
    Address("retention:table", KEEPING | SECURITY | {"sysadmin"}),
    Address("retention:hold", SECURITY, (POST,), data=_wish),
    Address("retention:lift", SECURITY, (POST,), _hold),
    Address("consents:notice", SIGNED_IN, (GET, POST)),
    Address("consents:list", SIGNED_IN),
    Address(
        "consents:withdraw",
        SIGNED_IN,
        (POST,),
        data=lambda _: {"purpose": "wechat_binding"},
        writers=frozenset({"student"}),
    ),
]

"""The addresses of exports with personal data."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from destinations.tests.kit import COHORT
from exports.views import address_of
from tests.address import GET, POST, Address, Arguments
from tests.world import STUDENT_STAFF, World

ASKER = frozenset({"college"})


def _export(which: str) -> Arguments:
    return lambda world: {"pk": getattr(world.exports, which).pk}


def _file(world: World) -> dict[str, Any]:
    return _export("ready")(world) | {"token": address_of(world.exports.ready)}


def _state(world: World) -> dict[str, Any]:
    return _export("ready")(world) | {"state": "ready"}


def _wish(_world: World) -> dict[str, Any]:
    return {
        "columns": ["student_no", "name"],
        "purpose": "通知毕业生领取报到证",
        "recipient": "李老师",
        "outside": "inside",
        "keep_until": (timezone.localdate() + timedelta(days=9)).isoformat(),
    }


EXPORTS = [
    Address("exports:list", STUDENT_STAFF),
    Address("exports:choose", STUDENT_STAFF),
    Address("exports:ask", STUDENT_STAFF, (GET, POST), data=_wish, query=f"kind=students&cohort={COHORT}"),
    Address("exports:export", ASKER, kwargs=_export("ready")),
    Address("exports:progress", ASKER, kwargs=_state),
    Address("exports:change", ASKER, (GET, POST), _export("returned"), _wish),
    Address("exports:password", ASKER, (POST,), _export("ready")),
    Address("exports:download", ASKER, (POST,), _file),
    Address("exports:withdraw", ASKER, (POST,), _export("waiting")),
    Address("exports:give_up", ASKER, (POST,), _export("returned")),
]

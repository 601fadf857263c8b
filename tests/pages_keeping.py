"""The addresses of periods of keeping, holds, impact assessments, and one's own consents: a part of the table of all."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.address import GET, POST, Address
from tests.world import AUDITING, KEEPING, SECURITY, SIGNED_IN, World

#: Who writes impact assessments, and who reads them.
ASSESSORS = SECURITY | {"data"}
ASSESSING = ASSESSORS | KEEPING | AUDITING


def _hold(world: World) -> dict[str, Any]:
    return {"pk": world.hold.pk}


def _wish(world: World) -> dict[str, Any]:
    return {"username": world.people["former"].username, "reason": "审计检查 2026-3"}


def _wishes_of_draft(_world: World) -> dict[str, Any]:
    review = timezone.localdate() + timedelta(days=365)
    words = dict.fromkeys(("title", "processing", "influence", "measures", "conclusion"), "名单交给教育厅")
    return words | {"occasion": "sharing", "next_review": review.isoformat()}


def _draft(world: World) -> dict[str, Any]:
    return {"pk": world.assessments.draft.pk}


def _signed(world: World) -> dict[str, Any]:
    return {"pk": world.assessments.signed.pk}


def _seen(world: World) -> dict[str, Any]:
    return {"seen": world.assessments.draft.seen}


def _year(world: World) -> dict[str, Any]:
    return {"year": world.assessments.year.year}


def _looked(_world: World) -> dict[str, Any]:
    return {"tick-keys": "on", "note-keys": "三月更换"}


KEEPING_DATA = [
    Address("checks:now", ASSESSING),
    Address("checks:keep", ASSESSORS, (POST,), data=_looked),
    Address("checks:sign", ASSESSORS, (POST,), data=_looked),
    Address("checks:year", ASSESSING, kwargs=_year),
    Address("assessments:list", ASSESSING),
    Address("assessments:one", ASSESSING, kwargs=_signed),
    Address("assessments:new", ASSESSORS, (GET, POST), data=_wishes_of_draft),
    Address("assessments:replace", ASSESSORS, (GET, POST), _signed, _wishes_of_draft),
    Address(
        "assessments:edit",
        frozenset({"data"}),
        (GET, POST),
        _draft,
        _wishes_of_draft,
        refused=SECURITY,
    ),
    Address(
        "assessments:sign",
        SECURITY | {"director"},
        (POST,),
        _draft,
        _seen,
        refused=frozenset({"data", "university", "auditor"}),
    ),
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

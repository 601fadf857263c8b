"""A chain with everything that can be interrupted: an automatic task, a timer, decisions, a handler."""

import time
from typing import Any

from django.db import transaction

from accounts.models import Unit, User
from processes.engine.context import HandlerContext
from processes.engine.jobs import JobContext
from processes.registry import FlowRegistration, SubjectCard
from processes.tests import draw as d

KEY = "chaos_review"

TEXT = d.definition(
    d.service("work", 'qc:handler="ask_outside" qc:run="later"'),
    d.catch("pause", d.timer("PT1S")),
    d.user("review", f'{d.COUNSELOR} qc:batch="true"'),
    d.user("confirm", f'{d.COUNSELOR} qc:batch="true"'),
    d.service("effect", 'qc:handler="take_effect"'),
    d.end(),
    d.flows("file > work > pause > review > confirm > effect > end"),
    key=KEY,
    variables={"answer": "string"},
)


def ask_outside(context: JobContext) -> dict[str, Any]:
    """A slow conversation with somebody who remembers keys."""
    from tests.chaos.models import Effect

    time.sleep(0.01)
    with transaction.atomic():
        effect, _new = Effect.objects.select_for_update().get_or_create(key=context.key)
        effect.asked += 1
        effect.save()
    time.sleep(0.01)
    return {"answer": effect.key[:8]}


def take_effect(context: HandlerContext) -> None:
    """The applicant's name gets one mark; two would mean that it happened twice."""
    context.subject.name = f"{context.subject.name}✓"
    context.save(context.subject, ["name"])


def _describe(user: User) -> SubjectCard:
    unit = Unit.objects.get(kind="class")
    return SubjectCard(user.name, user.username, user.username, unit, 2027)


def registration() -> FlowRegistration:
    """The flow as its folder would register it."""
    return FlowRegistration(
        key=KEY,
        title="Chaos review",
        subject_model="accounts.User",
        describe=_describe,
        handlers={"ask_outside": ask_outside, "take_effect": take_effect},
    )

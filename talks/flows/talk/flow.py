"""The registration of the campus talk."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import university
from common.errors import Refused
from processes.registry import FlowRegistration, SubjectCard
from talks.flows.talk import handlers
from talks.models import Talk
from talks.queries import FLOW_KEY
from talks.rules import can_apply


def describe(talk: Talk) -> SubjectCard:
    """Title on top; employer and first wanted day beneath; found by both."""
    unit = university()
    if unit is None:
        raise Refused(_("This school has not been set up yet. Please come back later."))
    parts = [talk.employer.name, talk.wanted_on.isoformat() if talk.wanted_on else ""]
    return SubjectCard(
        title=talk.title or talk.employer.name,
        brief=" · ".join(part for part in parts if part)[:120],
        search_text=f"{talk.title} {talk.employer.name} {talk.employer.name_pinyin}"[:200],
        unit=unit,
    )


def variables(talk: Talk) -> dict[str, Any]:
    """What the chain asks: visitors, what the employer answered, when the talk ends."""
    return talk.variables()


flow = FlowRegistration(
    key=FLOW_KEY,
    title=_("Campus talk"),
    subject_model="talks.Talk",
    describe=describe,
    variables=variables,
    handlers={
        "assess": handlers.assess,
        "hold": handlers.hold,
        "remind_employer": handlers.remind_employer,
        "expire": handlers.expire,
        "decline": handlers.decline,
        "publish": handlers.publish,
        "finish": handlers.finish,
        "free_venue": handlers.free_venue,
    },
    on_open={
        "review": handlers.review_opened,
        "choose": handlers.choice_opened,
        "venue": handlers.review_opened,
        "security": handlers.review_opened,
        "confirm": handlers.confirmation_opened,
    },
    on_change=handlers.on_change,
    can_start=can_apply,
    select_related=("employer", "venue"),
    task_template="talks/talk/task.html",
    step_pages={"choose": "talks:choose"},
    behalf_of=lambda talk: talk.employer,
    reasons="talk",
)

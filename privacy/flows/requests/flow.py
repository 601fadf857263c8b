"""The registration of requests about one's own data."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import university
from common.errors import Refused
from common.verdict import ALLOWED, Verdict, refused
from privacy.duties import kept_until
from privacy.flows.requests import handlers
from privacy.models import FLOW_KEY, DataRequest, RequestKind
from privacy.queries import ANSWER
from processes.registry import FlowRegistration, SubjectCard


def describe(request: DataRequest) -> SubjectCard:
    """Who asks, sign-in name beneath. It lies at the university: nobody nearer has to know of it."""
    unit = university()
    if unit is None:
        raise Refused(_("This school has not been set up yet. Please come back later."))
    who = request.person
    return SubjectCard(who.name, who.username, f"{who.name} {who.username}"[:200], unit)


def variables(request: DataRequest) -> dict[str, Any]:
    """Whether deletion was asked for of what a law has kept."""
    deletion = request.kind == RequestKind.DELETION
    return {"kept": deletion and kept_until(request.person, request.about) is not None}


def can_start(user: User, request: DataRequest) -> Verdict:
    """People ask for themselves."""
    if request.person_id == user.pk:
        return ALLOWED
    return refused(_("Only the person whom the data is about can ask for this."))


flow = FlowRegistration(
    key=FLOW_KEY,
    title=_("Request about own data"),
    subject_model="privacy.DataRequest",
    describe=describe,
    variables=variables,
    can_start=can_start,
    handlers={"carry_out": handlers.carry_out, "restrict": handlers.restrict},
    on_open={ANSWER: handlers.answer_opened},
    on_change=handlers.on_change,
    select_related=("person",),
    task_template="privacy/requests/task.html",
    step_pages={ANSWER: "privacy:answer"},
    reasons="privacy",
)

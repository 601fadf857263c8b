"""What designers hear of each other's proposals."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.queries import school_holders
from accounts.roles import DESIGNERS
from messaging.actions import notify
from messaging.kinds import NoticeKind, register
from processes.engine.actor import Agent
from processes.evolve import queries
from processes.evolve.models import Proposal


def _kind(key: str, icon: str, title: Any, body: Any) -> NoticeKind:
    return register(NoticeKind(key, icon=icon, title=title, body=body))


#: What became of a proposal -> what is said of it.
KINDS = {
    "proposed": _kind(
        "proposal_made",
        icon="git-pull-request",
        title=_("%(person)s proposes a change: %(process)s"),
        body=_("“%(note)s” It waits for a second person to approve it."),
    ),
    "approved": _kind(
        "proposal_approved",
        icon="circle-check",
        title=_("%(person)s has approved your change: %(process)s"),
        body=_("“%(note)s” Open the process to see from when it holds."),
    ),
    "declined": _kind(
        "proposal_declined",
        icon="arrow-back-up",
        title=_("%(person)s has not approved your change: %(process)s"),
        body=_("“%(reason)s” The draft can be changed and proposed again."),
    ),
    "withdrawn": _kind(
        "proposal_withdrawn",
        icon="arrow-back-up",
        title=_("%(person)s has withdrawn a change: %(process)s"),
        body=_("“%(note)s” Nothing changes."),
    ),
    "done": _kind(
        "proposal_done",
        icon="calendar-check",
        title=_("A change holds from now: %(process)s"),
        body=_("“%(note)s” Its day has come, and it was carried out."),
    ),
    "overtaken": _kind(
        "proposal_overtaken",
        icon="alert-triangle",
        title=_("A change could not be carried out on its day: %(process)s"),
        body=_("“%(note)s” Another version had come in between. Look at what changed and propose it again."),
    ),
}


def of_proposal(proposal: Proposal, what: str, by: Agent) -> None:
    """Tell those whom it concerns; whoever did it hears nothing of it."""
    kind, url = KINDS[what], reverse("design:definition", args=[proposal.definition.key])
    words = {
        "person": by.name,
        "process": queries.title_of(proposal.definition),
        "note": proposal.note,
        "reason": proposal.reason,
    }
    notify((key for key in _concerned(proposal, what) if key != by.user_id), kind, url, **words)


def _concerned(proposal: Proposal, what: str) -> Iterable[UUID]:
    """Every other designer when it is made or withdrawn, the two people of it afterwards."""
    if what in ("proposed", "withdrawn"):
        yield from school_holders(DESIGNERS)
    yield proposal.proposed_by_id
    if what in ("done", "overtaken") and proposal.decided_by_id:
        yield proposal.decided_by_id

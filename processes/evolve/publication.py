"""Every write to a proposal: propose, approve, decline, withdraw, and publication when its day has come."""

import datetime
import logging
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, Refused, UserError
from processes import actions
from processes.engine.actor import SYSTEM, Actor, Agent
from processes.evolve import queries, rules, trail
from processes.evolve.models import Draft, Proposal, ProposalKind, ProposalState
from processes.models import Definition, DefinitionVersion
from processes.telling import tell_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Terms:
    """On which terms something is proposed: why, and from when (None: once approved)."""

    note: str
    holds_from: datetime.datetime | None = None


@transaction.atomic
def propose(draft_id: UUID, revision: int, terms: Terms, by: Actor) -> Proposal:
    """Propose the draft, as its *revision* says, for publication.

    Raises Refused with the reason (problems, a newer version, another proposal, changed since), BadInput when
    there is no note.
    """
    draft = Draft.objects.select_related("base").get(pk=draft_id)
    trail.lock(draft.definition_id)
    draft.refresh_from_db()
    if draft.revision != revision:
        raise Refused(_("The draft was changed since you looked at it. Look again before you propose it."))
    rules.can_propose(draft).require()
    return _propose(draft.definition, Proposal(kind=ProposalKind.PUBLISH, text=draft.text), terms, by)


@transaction.atomic
def propose_restore(version: DefinitionVersion, terms: Terms, by: Actor) -> Proposal:
    """Propose that the text of an older version becomes the next version. Raises Refused and BadInput."""
    definition = trail.lock(version.definition_id)
    rules.can_restore(version).require()
    proposal = Proposal(kind=ProposalKind.RESTORE, text=version.bpmn, source=version)
    return _propose(definition, proposal, terms, by)


@transaction.atomic
def propose_retire(definition: Definition, terms: Terms, by: Actor) -> Proposal:
    """Propose that no new cases begin; running ones go on. Raises Refused and BadInput."""
    definition = trail.lock(definition.pk)
    rules.can_retire(definition).require()
    return _propose(definition, Proposal(kind=ProposalKind.RETIRE), terms, by)


def _propose(definition: Definition, proposal: Proposal, terms: Terms, by: Actor) -> Proposal:
    if not terms.note.strip():
        raise BadInput(_("Say in a few words what changes and why."))
    proposal.definition, proposal.base = definition, queries.newest_version(definition)
    proposal.note, proposal.holds_from = terms.note.strip(), terms.holds_from
    proposal.proposed_by = by.user
    proposal.save()
    trail.record(
        definition,
        "proposed",
        by,
        proposal=proposal.pk.hex,
        what=str(proposal.kind),
        digest=trail.digest_of(proposal.text),
        note=proposal.note,
        holds_from=terms.holds_from.isoformat() if terms.holds_from else "",
    )
    tell_of(proposal, "proposed", by)
    return proposal


@transaction.atomic
def approve(proposal_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> Proposal:
    """Say yes: it is done at once, or scheduled when its day is to come. Raises Refused with the reason."""
    proposal, moment = _locked(proposal_id), now or timezone.now()
    rules.can_approve(by.user, proposal).require()
    _decide(proposal, ProposalState.SCHEDULED, by, moment)
    trail.record(proposal.definition, "approved", by, proposal=proposal.pk.hex)
    if proposal.holds_from is None or proposal.holds_from <= moment:
        _carry_out(proposal, by, moment)
    tell_of(proposal, "approved", by)
    return proposal


@transaction.atomic
def decline(proposal_id: UUID, by: Actor, *, reason: str) -> Proposal:
    """Say no, with the reason; the draft can be changed and proposed again. Raises Refused and BadInput."""
    proposal = _locked(proposal_id)
    rules.can_decline(proposal).require()
    if not reason.strip():
        raise BadInput(_("Say why, so that it can be changed."))
    _decide(proposal, ProposalState.DECLINED, by, timezone.now(), reason.strip())
    trail.record(proposal.definition, "declined", by, proposal=proposal.pk.hex, reason=proposal.reason)
    tell_of(proposal, "declined", by)
    return proposal


@transaction.atomic
def withdraw(proposal_id: UUID, by: Actor) -> Proposal:
    """Take a proposal back before it comes to anything, scheduled ones too. Raises Refused."""
    proposal = _locked(proposal_id)
    rules.can_withdraw(proposal).require()
    _decide(proposal, ProposalState.WITHDRAWN, by, timezone.now())
    trail.record(proposal.definition, "withdrawn", by, proposal=proposal.pk.hex)
    tell_of(proposal, "withdrawn", by)
    return proposal


def publish_due(now: datetime.datetime | None = None) -> Counter[str]:
    """Carry out what is scheduled and whose day has come; counts what became of it.

    Two sweepers never do it twice: whoever has the definition's lock looks again. What was overtaken by
    another version is not done; its state says so, and the trail.
    """
    moment, done = now or timezone.now(), Counter[str]()
    for key in list(queries.due_proposals(moment).values_list("pk", flat=True)):
        try:
            state = _publish_due(key, moment)
        except UserError:
            logger.exception("The scheduled proposal %s could not be carried out.", key)
            state = _overtaken(key, moment)
        if state:
            done[state] += 1
    return done


@transaction.atomic
def _publish_due(key: UUID, now: datetime.datetime) -> str:
    proposal = _locked(key)
    if proposal.state != ProposalState.SCHEDULED:
        return ""
    if not rules.holds_still(proposal):
        return _overtaken(key, now)
    _carry_out(proposal, SYSTEM, now)
    tell_of(proposal, "done", SYSTEM)
    return str(proposal.state)


@transaction.atomic
def _overtaken(key: UUID, now: datetime.datetime) -> str:
    """It can no longer be done as it was approved: another version came, or the text is no longer sound."""
    proposal = _locked(key)
    if proposal.state != ProposalState.SCHEDULED:
        return ""
    proposal.state, proposal.done_at = ProposalState.OVERTAKEN, now
    proposal.save(update_fields=["state", "done_at"])
    newest = queries.newest_version(proposal.definition)
    number = newest.number if newest else 0
    trail.record(proposal.definition, "overtaken", proposal=proposal.pk.hex, version=number)
    tell_of(proposal, "overtaken", SYSTEM)
    return str(proposal.state)


def _carry_out(proposal: Proposal, by: Agent, now: datetime.datetime) -> None:
    key, note = proposal.definition.key, proposal.note
    if proposal.kind == ProposalKind.RETIRE:
        actions.retire(key, note=note, by=by)
    else:
        proposal.version = actions.publish(key, proposal.text, note=note, by=by)
    if proposal.kind == ProposalKind.PUBLISH:
        Draft.objects.filter(definition=proposal.definition).delete()
    proposal.state, proposal.done_at = ProposalState.DONE, now
    proposal.save(update_fields=["state", "version", "done_at"])


def _decide(
    proposal: Proposal, state: ProposalState, by: Actor, at: datetime.datetime, reason: str = ""
) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by.user, at
    proposal.reason = reason
    proposal.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _locked(proposal_id: UUID) -> Proposal:
    """The proposal, with its definition locked."""
    rows = Proposal.objects.select_related("proposed_by", "decided_by", "definition", "base")
    trail.lock(rows.get(pk=proposal_id).definition_id)
    return rows.get(pk=proposal_id)

"""What may be done to a draft or a proposal now, and if not, why."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from common.moments import spoken_moment
from common.verdict import ALLOWED, Verdict, refused
from processes.bpmn.writer import normalise
from processes.evolve import queries
from processes.evolve.models import Draft, Proposal
from processes.models import Definition, DefinitionVersion, VersionState


def can_change(definition: Definition) -> Verdict:
    """May the draft be begun, changed, proposed or thrown away? Not while a proposal is open."""
    proposal = queries.open_proposal(definition)
    if proposal is None:
        return ALLOWED
    who = {"who": proposal.proposed_by.name, "when": spoken_moment(proposal.proposed_at)}
    if proposal.is_waiting:
        return refused(
            _("%(who)s has proposed a change (%(when)s) that waits for a second person. Withdraw it first.")
            % who
        )
    return refused(
        _("A change that %(who)s proposed (%(when)s) is scheduled already. Withdraw it first.") % who
    )


def can_propose(draft: Draft) -> Verdict:
    """May the draft be proposed for publication? Only without problems, changed, from the newest version."""
    verdict = can_change(draft.definition)
    if not verdict:
        return verdict
    verdict = is_current(draft)
    if not verdict:
        return verdict
    verdict = is_changed(draft)
    if not verdict:
        return verdict
    if queries.problems_of(draft.definition, draft.text):
        return refused(_("The draft has problems. Mend them first; they are listed on its page."))
    return ALLOWED


def is_changed(draft: Draft) -> Verdict:
    """Does the draft say anything but what holds already?"""
    newest = queries.newest_version(draft.definition)
    if newest and normalise(newest.bpmn) == normalise(draft.text) and newest.state == VersionState.PUBLISHED:
        return refused(_("The draft says the same as version %(number)s.") % {"number": newest.number})
    return ALLOWED


def is_current(draft: Draft) -> Verdict:
    """Does the draft still begin from the newest version?"""
    newest = queries.newest_version(draft.definition)
    if newest is None or newest.pk == draft.base_id:
        return ALLOWED
    numbers = {"new": newest.number, "base": draft.base.number, "when": spoken_moment(queries.since(newest))}
    return refused(
        _(
            "Version %(new)s was published in between (%(when)s); this draft was begun from version "
            "%(base)s. Look at what changed and then say that the draft takes it into account."
        )
        % numbers
    )


def can_restore(version: DefinitionVersion) -> Verdict:
    """May the text of *version* be proposed as the next version?"""
    verdict = can_change(version.definition)
    if not verdict:
        return verdict
    current = queries.current_version(version.definition)
    if current is not None and current.bpmn == version.bpmn:
        return refused(
            _("Version %(number)s says the same as the one that holds now.") % {"number": version.number}
        )
    if queries.problems_of(version.definition, version.bpmn):
        return refused(
            _("Version %(number)s cannot be run any more as it is. Begin a draft from it and mend that.")
            % {"number": version.number}
        )
    return ALLOWED


def can_retire(definition: Definition) -> Verdict:
    """May it be proposed that no new cases begin?"""
    verdict = can_change(definition)
    if not verdict:
        return verdict
    if queries.current_version(definition) is None:
        return refused(_("No version of “%(title)s” holds now.") % {"title": queries.title_of(definition)})
    return ALLOWED


def can_approve(user: User, proposal: Proposal) -> Verdict:
    """May *user* approve? A proposer may not, unless the school does without four eyes (DESIGN_FOUR_EYES)."""
    verdict = can_decline(proposal)
    if not verdict:
        return verdict
    if settings.DESIGN_FOUR_EYES and user.pk == proposal.proposed_by_id:
        return refused(_("A second person has to approve what you proposed. You can withdraw it."))
    return holds_still(proposal)


def can_decline(proposal: Proposal) -> Verdict:
    """May it still be decided?"""
    if proposal.is_waiting:
        return ALLOWED
    return _settled(proposal)


def can_withdraw(proposal: Proposal) -> Verdict:
    """May it be taken back? As long as it has come to nothing yet."""
    if proposal.is_open:
        return ALLOWED
    return _settled(proposal)


def holds_still(proposal: Proposal) -> Verdict:
    """Is the newest version still the one the proposal was made against?"""
    newest = queries.newest_version(proposal.definition)
    if newest is None or newest.pk == proposal.base_id:
        return ALLOWED
    numbers = {
        "new": newest.number,
        "base": proposal.base.number if proposal.base else 0,
        "when": spoken_moment(queries.since(newest)),
    }
    return refused(
        _(
            "Version %(new)s was published in between (%(when)s); this was proposed when version %(base)s "
            "was the newest. Withdraw or decline it, look at what changed, and propose it again."
        )
        % numbers
    )


def _settled(proposal: Proposal) -> Verdict:
    person, moment = proposal.decided_by or proposal.proposed_by, proposal.decided_at or proposal.proposed_at
    said = {"state": proposal.get_state_display(), "who": person.name, "when": spoken_moment(moment)}
    return refused(_("This is settled already: %(state)s (%(who)s, %(when)s).") % said)

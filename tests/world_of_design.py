"""The processes under change that tests of all pages meet, a part of `tests.world`."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from approvals.actions import Actor
from processes.actions import publish
from processes.evolve import drafts
from processes.evolve.mapping import plan
from processes.evolve.migration import start_migration
from processes.evolve.models import Draft, DraftSave, Proposal
from processes.evolve.publication import Terms, propose_retire
from processes.evolve.records import Migration
from processes.evolve.replay import Difference, Level, Load, Replay
from processes.evolve.trail import digest_of
from processes.evolve.trial_records import Trial, TrialCase, TrialHit, TrialKind, TrialState
from processes.evolve.trials import numbers_of, result_of
from processes.models import Case, Definition, DefinitionVersion


@dataclass
class Designs:
    """A process with a draft, one with a proposal, one that was proposed to be retired."""

    draft: Draft
    proposal: Proposal
    earlier: DraftSave
    move: Migration
    trial: Trial


def designs(designer: User) -> Designs:
    """One process is being changed, another one is proposed to be retired; the third is left alone."""
    by = Actor(designer)
    version = DefinitionVersion.objects.get(definition__key="destination_filing")
    draft = drafts.begin(version, by)
    drafts.save(draft.pk, draft.text.replace("审核", "复核"), 1, by)
    talk = DefinitionVersion.objects.get(definition__key="campus_talk")
    newer = publish("campus_talk", talk.bpmn.replace("审核", "复核"))
    move = start_migration(plan(talk, newer), by, case_ids=[])
    vetting = Definition.objects.get(key="employer_vetting")
    proposal = propose_retire(vetting, Terms("暂停受理"), by)
    draft.refresh_from_db()
    return Designs(draft, proposal, draft.saves.get(revision=1), move, _trial(draft))


def _trial(draft: Draft) -> Trial:
    """A replay of the draft that is done, with one case behind each of its numbers."""
    case = Case.objects.filter(flow_key=draft.definition.key).earliest("created")
    way = {"before": ["file", "counselor_review"], "after": ["file"]}
    found = Difference(
        case.pk, case.number, tuple(way["before"]), tuple(way["after"]), "approved", "approved"
    )
    less, more = Load(2, 1, [], [case.pk]), Load(0, 1, [case.pk], [])
    level = Level(2, 1, [], [case.pk], [5.0])
    counselor, college = ((str(role), case.units[kind]) for role, kind in _POOLS)
    pools = {counselor: less, college: more}
    roles = {role: load for (role, _unit), load in pools.items()}
    result = Replay(1, 0, [found], [], {"counselor_review": level}, pools, roles)
    trial = Trial.objects.create(
        definition=draft.definition,
        kind=TrialKind.REPLAY,
        text=draft.text,
        digest=digest_of(draft.text),
        revision=draft.revision,
        base=draft.base,
        owner=draft.created_by,
        state=TrialState.DONE,
        total=1,
        result=result_of(result),
        finished_at=timezone.now(),
    )
    TrialCase.objects.create(trial=trial, case=case, outcome="approved", **way)
    for number, keys in numbers_of(result).items():
        TrialHit.objects.bulk_create([TrialHit(trial=trial, number=number, case_id=key) for key in keys])
    return trial


_POOLS = ((Role.COUNSELOR, "class"), (Role.COLLEGE_OFFICER, "college"))

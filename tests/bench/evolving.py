"""Replaying finished cases and moving running ones to another version, beside the decisions that made them."""

from typing import Any
from unittest import mock

from approvals.actions import Actor, Decision, decide_many
from processes.actions import publish
from processes.evolve import drafts, trials
from processes.evolve.mapping import plan
from processes.evolve.migration import preview, start_migration
from processes.evolve.replay import replay
from processes.evolve.rollback import take_back
from processes.evolve.trial_records import Trial, TrialState
from processes.models import Case, DefinitionVersion, Task
from processes.tests.kit import KEY, REVIEW, ScratchFlow
from tests.bench.decisions import waiting_tasks
from tests.bench.table import Row, statements, timed

CASES = 10_000
APPROVE = Decision("approve")
#: The review with one level more, and one reviewed by others within two days.
CHANGED = REVIEW.replace(
    '<bpmn:exclusiveGateway id="is_short"',
    '<bpmn:userTask id="second" name="复审" qc:role="college_officer" qc:unit="college"/>'
    '<bpmn:sequenceFlow id="f3b" sourceRef="second" targetRef="is_short"/>'
    '<bpmn:exclusiveGateway id="is_short"',
).replace(
    'id="f3" sourceRef="class_review" targetRef="is_short"',
    'id="f3" sourceRef="class_review" targetRef="second"',
)


def replaying(flow: ScratchFlow) -> list[Row]:
    """Finished cases of three reviews each through a chain with one more, beside deciding them."""
    keys = waiting_tasks(flow, CASES)
    took = timed(lambda: _decide(keys, flow.counselor))
    for node, person in (("college_review", flow.officer), ("university_review", flow.director)):
        took += timed(lambda node=node, person=person: _decide(_open(node), person))
    finished = list(Case.objects.exclude(finished=None).values_list("pk", flat=True))
    ours = timed(lambda: replay(KEY, CHANGED, finished)) / len(finished) * 1000
    assert len(finished) == CASES
    job = _job_waiting(flow)
    kept = timed(lambda: trials.work_off(job)) / CASES * 1000
    job.refresh_from_db()
    assert (job.state, job.done) == (TrialState.DONE, CASES)
    work = f"{CASES:,} finished cases replayed, each"
    peer, theirs = "deciding them in batches, each case", took / CASES * 1000
    return [
        Row(work, ours, peer, theirs, "at most 1 ms"),
        Row(f"{CASES:,} by the job, lists kept, each", kept, peer, theirs, "at most 1 ms"),
    ]


def _job_waiting(flow: ScratchFlow) -> Trial:
    """A replay of all finished cases through the changed chain, as a worker finds it."""
    by, base = Actor(flow.director), DefinitionVersion.objects.select_related("definition").get()
    draft = drafts.begin(base, by)
    draft = drafts.save(draft.pk, CHANGED, draft.revision, by)
    with mock.patch.object(trials, "queue"), mock.patch.object(trials, "require_worker"):
        return trials.start_replay(draft, None, by)


def migrating(flow: ScratchFlow) -> list[Row]:
    """Running cases looked at, moved and moved back, beside one batch decision of each."""
    keys = waiting_tasks(flow, 2 * CASES)
    decided = timed(lambda: _decide(keys[CASES:], flow.counselor)) / CASES * 1000
    source = DefinitionVersion.objects.select_related("definition").get()
    target = publish(KEY, CHANGED)
    wanted, by = plan(source, target), Actor(flow.director)
    cases = list(Task.objects.filter(pk__in=keys[:CASES]).values_list("process_id", flat=True))
    sent = len(statements(lambda: preview(wanted, by, cases[:1000])))
    looked = timed(lambda: preview(wanted, by, cases)) / CASES * 1000
    found: list[Any] = []
    moved = timed(lambda: found.append(start_migration(wanted, by, cases))) / CASES * 1000
    found[0].refresh_from_db()
    assert found[0].moved == CASES
    back = timed(lambda: take_back(found[0], by)) / CASES * 1000
    peer = "one decision of each in batches"
    return [
        Row("preview of 1,000 cases, statements", sent, peer, 4, "a handful", ""),
        Row(f"{CASES:,} cases previewed, each", looked, peer, decided, "below 1"),
        Row(f"{CASES:,} cases migrated, each", moved, peer, decided, "at most 2"),
        Row(f"{CASES:,} cases moved back, each", back, peer, decided, "at most 2"),
    ]


def _open(node: str) -> list[Any]:
    return list(Task.objects.filter(node_id=node, finished=None).values_list("pk", flat=True))


def _decide(keys: list[Any], person: Any) -> None:
    assert all(result.ok for result in decide_many(keys, APPROVE, Actor(person)))

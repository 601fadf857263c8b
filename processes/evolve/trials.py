"""Trying a text out on real cases before it holds: finished ones replayed, moving running ones previewed.

Few cases are looked at while the person waits, more by a job. Nothing of a case is changed; what was found
is kept with the trial. A job that died is begun anew: nothing it did has to be undone.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from common.bulk import insert_many
from common.errors import Refused
from common.workers import require_worker
from processes.engine.actor import Actor
from processes.engine.compiler import UnsoundDefinition, require_sound
from processes.evolve import trail, trial_queries
from processes.evolve.mapping import Plan, plan, plan_into
from processes.evolve.migration import STALLED_AFTER, Preview, preview, running_cases
from processes.evolve.models import Draft
from processes.evolve.replay import Load, Replay, Replayer
from processes.evolve.trial_records import Trial, TrialCase, TrialHit, TrialKind, TrialState
from processes.models import Definition, DefinitionVersion

#: So many cases are looked at while the person waits; more become a job.
AT_ONCE = 500
#: So many trials of a definition are kept, and the cases behind a number of one.
MOST_TRIALS = 20
Numbers = dict[str, list[UUID]]


def start_replay(
    draft: Draft, cohort: int | None, by: Actor, by_hand: Mapping[str, str] | None = None
) -> Trial:
    """Replay the finished cases of *cohort* (None: of the last twelve months) through the draft; *by_hand*
    names the steps that take the place of others (old id -> new id).

    Raises Refused when the draft has problems, no case has finished, another trial is at work, or nobody is
    there to do the job.
    """
    _require_sound(draft)
    keys = trial_queries.finished_cases(draft.definition.key, cohort, timezone.now())
    if not keys:
        raise Refused(_("No case of this season has finished yet, so there is nothing to replay."))
    said = {"by_hand": dict(by_hand or {}), "given_up": []}
    trial = _of(draft, TrialKind.REPLAY, base=draft.base, cohort=cohort, total=len(keys), mapping=said)
    return _start(trial, by)


def start_draft_preview(draft: Draft, source: DefinitionVersion, by: Actor) -> Trial:
    """See what moving the running cases of *source* into the draft would do.

    Raises Refused like `start_replay`.
    """
    _require_sound(draft)
    return _start(_of(draft, TrialKind.MOVE, base=source, total=_count(source)), by)


def start_preview(wanted: Plan, by: Actor) -> Trial:
    """See what moving the running cases of a version to another one by this plan would do.

    Raises Refused like `start_replay`.
    """
    trial = Trial(
        definition=wanted.source.definition,
        kind=TrialKind.MOVE,
        text=wanted.target.bpmn,
        digest=trail.digest_of(wanted.target.bpmn),
        revision=0,
        base=wanted.source,
        target=wanted.target,
        mapping=wanted.mapping,
        total=_count(wanted.source),
    )
    return _start(trial, by)


def carry_on(trial: Trial) -> Trial:
    """Begin a trial anew whose worker died. Raises Refused while it is at work."""
    require_worker()
    with transaction.atomic():
        row = Trial.objects.select_for_update().get(pk=trial.pk)
        if not is_stalled(row):
            raise Refused(_("This is at work already."))
        row.state, row.done, row.progress_at = TrialState.WAITING, 0, timezone.now()
        row.save(update_fields=["state", "done", "progress_at"])
        transaction.on_commit(partial(queue, row))
    return row


def is_stalled(trial: Trial) -> bool:
    """Whether nothing has been heard of a trial at work for a while."""
    last = trial.progress_at or trial.created_at
    return trial.is_running and timezone.now() - last > STALLED_AFTER


def queue(trial: Trial) -> None:
    """Ask a worker to do it."""
    from processes.tasks import try_out

    try_out.delay(trial.pk.hex)


def work_off(trial: Trial) -> Trial:
    """Do what a trial was begun for; two workers never do it both."""
    rows = Trial.objects.filter(pk=trial.pk, state=TrialState.WAITING)
    if not rows.update(state=TrialState.RUNNING, progress_at=timezone.now()):
        return trial
    row = Trial.objects.select_related("definition", "owner", "base__definition", "target__definition").get(
        pk=trial.pk
    )
    with override(row.language or get_language()):
        _WORK[TrialKind(row.kind)](row)
    trial.refresh_from_db()
    return trial


def _of(draft: Draft, kind: TrialKind, **more: Any) -> Trial:
    """A trial of what the draft says now, not yet begun."""
    told = {"text": draft.text, "digest": trail.digest_of(draft.text), "revision": draft.revision}
    return Trial(definition=draft.definition, kind=kind, **told, **more)


def _count(source: DefinitionVersion) -> int:
    """How many cases run on a version. Raises Refused when none does."""
    count = len(running_cases(source))
    if not count:
        raise Refused(_("No cases run on this version, so there is nothing to move."))
    return count


def _start(trial: Trial, by: Actor) -> Trial:
    many = trial.total > AT_ONCE
    if many:
        require_worker()
    trial.owner, trial.language = by.user, get_language() or ""
    with transaction.atomic():
        trail.lock(trial.definition_id)
        _require_alone(trial.definition)
        _forget_old(trial.definition)
        trial.save()
        if many:
            transaction.on_commit(partial(queue, trial))
    return trial if many else work_off(trial)


def _require_alone(definition: Definition) -> None:
    for other in Trial.objects.filter(definition=definition).exclude(state=TrialState.DONE):
        if not is_stalled(other):
            raise Refused(_("Another trial of this process is at work. Wait until it is done."))


def _forget_old(definition: Definition) -> None:
    """Make room for one more; what died unfinished goes too."""
    rows = Trial.objects.filter(definition=definition)
    kept = list(rows.filter(state=TrialState.DONE).order_by("-created_at").values_list("pk", flat=True))
    rows.exclude(pk__in=kept[: MOST_TRIALS - 1]).delete()


def _require_sound(draft: Draft) -> None:
    """Raises Refused when the draft cannot be run."""
    try:
        require_sound(draft.text, draft.definition.key)
    except UnsoundDefinition:
        raise Refused(_("The draft has problems. Mend them first; they are listed on its page.")) from None


def _replay(trial: Trial) -> None:
    keys = trial_queries.finished_cases(trial.definition.key, trial.cohort, trial.created_at)
    replayer = Replayer(trial.definition.key, trial.text, trial.mapping.get("by_hand"))
    found = replayer.run(keys, partial(_progress, trial))
    rows = [
        {
            "case_id": each.case_id,
            "before": list(each.before),
            "after": list(each.after),
            "outcome": each.outcome,
            "stuck": each.stuck,
        }
        for each in [*found.others, *found.shifted]
    ]
    _write(trial, found.total, result_of(found), rows, numbers_of(found))


def _preview(trial: Trial) -> None:
    wanted = _plan_of(trial)
    found = preview(wanted, Actor(trial.owner), progress=partial(_progress, trial))
    rows = [{"case_id": each.case_id, "message": each.message} for each in found.refused]
    _write(trial, found.total, preview_result_of(found), rows, refusals_of(found))


def _plan_of(trial: Trial) -> Plan:
    if trial.target is None:
        return plan_into(trial.base, trial.text)
    return plan(trial.base, trial.target, trial.mapping["by_hand"], trial.mapping["given_up"])


def _progress(trial: Trial, done: int, total: int) -> None:
    Trial.objects.filter(pk=trial.pk).update(done=done, total=total, progress_at=timezone.now())


_WORK: Mapping[TrialKind, Callable[[Trial], None]] = {
    TrialKind.REPLAY: _replay,
    TrialKind.MOVE: _preview,
}


def _write(
    trial: Trial, total: int, result: dict[str, Any], cases: list[dict[str, Any]], numbers: Numbers
) -> None:
    told = {"trial_id": trial.pk}
    hits = [told | {"number": name, "case_id": key} for name, keys in numbers.items() for key in keys]
    with transaction.atomic():
        row = Trial.objects.select_for_update().get(pk=trial.pk)
        if row.state != TrialState.RUNNING:
            return
        if cases:
            insert_many(TrialCase, [told | each for each in cases])
        if hits:
            insert_many(TrialHit, hits)
        row.state, row.total, row.done, row.result = TrialState.DONE, total, total, result
        row.finished_at = timezone.now()
        row.save(update_fields=["state", "total", "done", "result", "finished_at"])


def result_of(found: Replay) -> dict[str, Any]:
    """The numbers of a replay, as they are kept."""
    return {
        "same": found.same,
        "others": len(found.others),
        "otherwise": len(found.otherwise),
        "stuck": len(found.stuck),
        "shifted": len(found.shifted),
        "weeks": round(found.weeks, 2),
        "levels": {key: _load(each) | {"hours": each.median_hours} for key, each in found.levels.items()},
        "roles": {role: _load(each) for role, each in found.roles.items()},
        "pools": [{"role": role, "unit": unit} | _load(each) for (role, unit), each in found.pools.items()],
    }


def numbers_of(found: Replay) -> Numbers:
    """The cases behind every number of a replay."""
    lists = {name: getattr(found, name) for name in ("others", "otherwise", "stuck", "shifted")}
    numbers = {name: [each.case_id for each in cases] for name, cases in lists.items()}
    for key, level in found.levels.items():
        numbers |= {f"level+{key}": level.gained, f"level-{key}": level.lost}
    for (role, unit), pool in found.pools.items():
        numbers |= {f"pool+{role}@{unit or ''}": pool.gained, f"pool-{role}@{unit or ''}": pool.lost}
    for role, load in found.roles.items():
        numbers |= {f"role+{role}": load.gained, f"role-{role}": load.lost}
    return numbers


def preview_result_of(found: Preview) -> dict[str, Any]:
    """The numbers of a preview, as they are kept."""
    return {
        "moves": found.moves,
        "overdue": found.overdue,
        "steps": [[old, new, count] for (old, new), count in found.steps.most_common()],
        "reasons": [[reason, node, count] for (reason, node), count in found.reasons.most_common()],
    }


def refusals_of(found: Preview) -> Numbers:
    """The cases that could not be moved, by reason and element."""
    numbers: Numbers = {}
    for each in found.refused:
        numbers.setdefault(f"stays:{each.reason}:{each.node_id}", []).append(each.case_id)
    return numbers


def _load(each: Load) -> dict[str, int]:
    return {
        "before": each.before,
        "after": each.after,
        "gained": len(each.gained),
        "lost": len(each.lost),
    }

"""Many tasks in one go as a job: begun, carried on after a fault, taken back; a result for each task."""

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import notices
from approvals.actions.deciding import BATCH_SIZE, RowResult, check_complete, check_reason, decide_chunk
from approvals.actions.passing import transfer_chunk
from approvals.actions.undoing import take_back_chunk
from approvals.models import BatchItem, BatchRun, BatchState
from common.bulk import insert_many, update_many
from common.errors import BadInput, Refused
from common.retry import retrying
from common.workers import require_worker
from messaging.actions import notice
from processes.engine.actor import Actor
from processes.engine.context import Decision

#: So many tasks are done while the person waits, which takes about a second; more become a job.
AT_ONCE = 1000
#: A running batch that has said nothing for this long has died with its worker.
STALLED_AFTER = datetime.timedelta(seconds=60)
DECISIONS = ("approve", "return")
TRANSFER, TAKE_BACK = "transfer", "take_back"


def start_batch(task_ids: Sequence[UUID], verb: str, said: dict[str, Any], by: Actor) -> BatchRun:
    """Begin doing *verb* to many tasks: at once when they are few; else the caller queues the job.

    *said* is what the decision says (reason_code, text) or to whom tasks are handed (to, text). Raises
    BadInput for what is incomplete, Refused when nobody is there to do the job.
    """
    _check(verb, said)
    wanted = list(dict.fromkeys(task_ids))
    if len(wanted) > AT_ONCE:
        require_worker()
    return _begun(_put_down(wanted, verb, said, by))


@transaction.atomic
def _put_down(wanted: list[UUID], verb: str, said: dict[str, Any], by: Actor, **more: Any) -> BatchRun:
    language = get_language() or ""
    run = BatchRun.objects.create(
        owner=by.user, verb=verb, said=said, ip=by.ip, language=language, total=len(wanted), **more
    )
    items = [{"run_id": run.pk, "place": place, "task_id": key} for place, key in enumerate(wanted)]
    insert_many(BatchItem, items)
    return run


def _begun(run: BatchRun) -> BatchRun:
    return run if run.total > AT_ONCE else work_off(run)


def undo_batch(run: BatchRun, by: Actor) -> BatchRun:
    """Take a batch of one's own back 撤回本批, as a batch of its own; asking twice gives the same one.

    Raises Refused when it cannot be.
    """
    if run.total > AT_ONCE:
        require_worker()
    return _begun(_put_down_undoing(run, by))


@retrying
@transaction.atomic
def _put_down_undoing(run: BatchRun, by: Actor) -> BatchRun:
    """The batch that takes *run* back: of two who ask at once, the second finds that of the first."""
    run = BatchRun.objects.select_for_update().get(pk=run.pk)
    if run.owner_id == by.user.pk and (undoing := run.undone_by.first()) is not None:
        return undoing
    if run.owner_id != by.user.pk or run.verb not in DECISIONS or run.state != BatchState.DONE:
        raise Refused(_("Only your own finished decisions can be taken back."))
    keys = list(run.items.filter(ok=True).order_by("place").values_list("task_id", flat=True))
    if not keys:
        raise Refused(_("There is nothing to take back in this batch."))
    run.state = BatchState.UNDONE
    run.save(update_fields=["state"])
    return _put_down(keys, TAKE_BACK, {}, by, undoes=run)


def carry_on(run: BatchRun) -> BatchRun:
    """Make a batch whose worker died ready to be queued again. Raises Refused while it is at work."""
    _require_stalled(run)
    require_worker()
    with transaction.atomic():
        run = BatchRun.objects.select_for_update().select_related("owner").get(pk=run.pk)
        _require_stalled(run)
        run.state, run.progress_at = BatchState.WAITING, timezone.now()
        run.save(update_fields=["state", "progress_at"])
    return run


def _require_stalled(run: BatchRun) -> None:
    if not is_stalled(run):
        raise Refused(_("This batch is at work."))


def is_stalled(run: BatchRun) -> bool:
    """Whether nothing has been heard of a running batch for a while."""
    last = run.progress_at or run.created_at
    return run.is_running and timezone.now() - last > STALLED_AFTER


def _check(verb: str, said: dict[str, Any]) -> None:
    if verb in DECISIONS:
        check_complete(_decision(verb, said))
    elif verb == TRANSFER:
        check_reason(said.get("text", ""))
        if not said.get("to"):
            raise BadInput(_("Choose a colleague."))
    elif verb != TAKE_BACK:
        raise BadInput(_("This decision is not known."))


def work_off(run: BatchRun) -> BatchRun:
    """Do what is left of a batch, a thousand tasks a transaction; two workers never do it both.

    What became of each task is told in the language of the person who asked.
    """
    begun = BatchRun.objects.filter(pk=run.pk, state=BatchState.WAITING)
    if not begun.update(state=BatchState.RUNNING, progress_at=timezone.now()):
        return run
    with override(run.language or get_language()):
        while _chunk(run):
            pass
    run.refresh_from_db()
    run.state, run.finished_at = BatchState.DONE, timezone.now()
    run.save(update_fields=["state", "finished_at"])
    if run.total > AT_ONCE:
        told = notice(
            run.owner,
            notices.BATCH_DONE,
            reverse("approvals:batch_result", args=[run.pk]),
            ok=run.ok,
            refused=run.refused,
        )
        told.save()
    return run


@retrying
def _chunk(run: BatchRun) -> bool:
    """One transaction of a batch, behind its lock, with results; False when nothing was left."""
    with transaction.atomic():
        row = BatchRun.objects.select_for_update().get(pk=run.pk)
        items = list(run.items.filter(ok=None).order_by("place")[:BATCH_SIZE])
        if not items:
            return False
        results = {result.task_id: result for result in _do(run, [item.task_id for item in items])}
        update_many(BatchItem, [(item.pk, _outcome(results[item.task_id])) for item in items])
        good = sum(result.ok for result in results.values())
        row.done, row.ok, row.progress_at = row.done + len(items), row.ok + good, timezone.now()
        row.save(update_fields=["done", "ok", "progress_at"])
    return True


def _outcome(result: RowResult) -> dict[str, Any]:
    case_id = result.case.pk if result.case else None
    return {"ok": result.ok, "message": result.message[:300], "case_id": case_id}


def _do(run: BatchRun, keys: list[UUID]) -> list[RowResult]:
    by = Actor(User.objects.get(pk=run.owner_id), ip=run.ip)
    if run.verb == TRANSFER:
        return transfer_chunk(keys, UUID(run.said["to"]), by, text=run.said["text"])
    if run.verb == TAKE_BACK:
        return take_back_chunk(keys, by)
    return decide_chunk(keys, _decision(run.verb, run.said), by)


def _decision(verb: str, said: dict[str, Any]) -> Decision:
    return Decision(verb, reason_code=said.get("reason_code", ""), text=said.get("text", ""))

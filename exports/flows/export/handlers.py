"""What the way of an export changes, in the transaction of the step; making the file is a job of its own."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from common.errors import Refused
from exports import notices, rules
from exports.making import make_file
from exports.models import Export, ExportState
from messaging.actions import notice
from messaging.kinds import NoticeKind
from processes.engine.context import CaseChange, HandlerContext
from processes.engine.errors import ProcessError
from processes.engine.jobs import JobContext

#: The BPMN error of an export whose asker may no longer see what was asked for.
SCOPE_LOST = "scope_lost"


def make(context: JobContext) -> dict[str, Any]:
    """Make the file anew from what the asker may see now. Raises ProcessError when that is nothing."""
    try:
        expires_at = make_file(context.subject, context.now)
    except Refused as error:
        raise ProcessError(SCOPE_LOST) from error
    return {"expires_at": expires_at.isoformat()}


def release(context: HandlerContext) -> None:
    """It was approved, or needs no approval: the file is being made.

    Raises Refused, and with it the approval, when what covers the recipient ended meanwhile.
    """
    rules.still_covered(context.subject, timezone.localdate(context.now)).require()
    _set(context, ExportState.MAKING)


def review_opened(context: HandlerContext) -> None:
    """Somebody looks at it, for the first time or again; whatever file there was goes."""
    _delete_file(context)
    _set(context, ExportState.IN_REVIEW)


def hand_out(context: HandlerContext) -> None:
    """The file can be taken; what it was made from is forgotten."""
    export: Export = context.subject
    export.keys = []
    _set(context, ExportState.READY)
    until = f"{timezone.localtime(export.expires_at):%Y-%m-%d %H:%M}" if export.expires_at else ""
    _tell(context, notices.READY, rows=export.made_rows, until=until)


def taken(context: HandlerContext) -> None:
    """It was downloaded: the file goes at once, the password stays until it was shown or expires."""
    _delete_file(context, keep_password=True)
    _set(context, ExportState.TAKEN)


def expire(context: HandlerContext) -> None:
    """Nobody took it in time (flows 32: 72 h)."""
    _delete_file(context)
    _set(context, ExportState.EXPIRED)
    _tell(context, notices.EXPIRED)


def stop(context: HandlerContext) -> None:
    """The asker may not see what was asked for any more: no file."""
    context.subject.keys = []
    _set(context, ExportState.STOPPED)
    _tell(context, notices.STOPPED)


def on_change(context: HandlerContext, change: CaseChange) -> None:
    """Keep the state in step with the case and tell the asker what others did."""
    CHANGES[change.kind](context)


def _submitted(context: HandlerContext) -> None:
    """The chain says at once where it goes: to a reviewer, or to the file."""


def _resumed(context: HandlerContext) -> None:
    """The reviewer took the return back."""
    _set(context, ExportState.IN_REVIEW)


def _returned(context: HandlerContext) -> None:
    _delete_file(context)
    _set(context, ExportState.RETURNED)
    _tell(context, notices.RETURNED, reason=_reason(context))


def _withdrawn(context: HandlerContext) -> None:
    _delete_file(context)
    _set(context, ExportState.DRAFT)


def _rejected(context: HandlerContext) -> None:
    _delete_file(context)
    context.subject.keys = []
    _set(context, ExportState.REJECTED)
    _tell(context, notices.REJECTED, reason=_reason(context))


def _cancelled(context: HandlerContext) -> None:
    _delete_file(context)
    context.subject.keys = []
    _set(context, ExportState.CANCELLED)


CHANGES: Mapping[str, Callable[[HandlerContext], None]] = {
    "submitted": _submitted,
    "answered": _submitted,
    "resumed": _resumed,
    "returned": _returned,
    "withdrawn": _withdrawn,
    "rejected": _rejected,
    "cancelled": _cancelled,
}


def _set(context: HandlerContext, state: ExportState) -> None:
    context.subject.state = state
    context.save(context.subject)


def _delete_file(context: HandlerContext, *, keep_password: bool = False) -> None:
    """Forget file and password; the bytes go once that is committed."""
    export: Export = context.subject
    if not keep_password:
        export.password = ""
    if export.file.name:
        transaction.on_commit(partial(export.file.storage.delete, export.file.name))
        export.file, export.deleted_at = "", context.now


def _reason(context: HandlerContext) -> str:
    return context.decision.text if context.decision else ""


def _tell(context: HandlerContext, kind: NoticeKind, **words: Any) -> None:
    message = notice(
        context.subject.asker_id, kind, reverse("exports:export", args=[context.subject.pk]), **words
    )
    message.created_at = context.now
    context.create(message)

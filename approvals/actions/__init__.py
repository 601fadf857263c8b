"""What people do with cases and tasks: one function a verb, one transaction, one event."""

from approvals.actions.batches import carry_on, is_stalled, start_batch, undo_batch, work_off
from approvals.actions.cases import (
    answer_withdrawal,
    discard,
    hand_over,
    request_withdrawal,
    start_case,
    start_many,
    submit,
    withdraw,
    withdraw_or_ask,
)
from approvals.actions.claiming import claim, release
from approvals.actions.copying import copy_to, mark_read
from approvals.actions.deciding import (
    RowResult,
    check_complete,
    check_reason,
    decide,
    decide_many,
    require_fresh,
)
from approvals.actions.mending import MENDING, Mended, mend_many, reroute, retry, skip
from approvals.actions.operating import edit_variable, jump, reassign, resume, suspend, terminate
from approvals.actions.passing import delegate, give_back, transfer
from approvals.actions.signing import add_signer, remove_signer
from approvals.actions.talking import comment, urge, urge_case
from approvals.actions.undoing import take_back, take_back_many
from processes.engine.actor import Actor
from processes.engine.context import Decision

__all__ = [
    "MENDING",
    "Actor",
    "Decision",
    "Mended",
    "RowResult",
    "add_signer",
    "answer_withdrawal",
    "carry_on",
    "check_complete",
    "check_reason",
    "claim",
    "comment",
    "copy_to",
    "decide",
    "decide_many",
    "delegate",
    "discard",
    "edit_variable",
    "give_back",
    "hand_over",
    "is_stalled",
    "jump",
    "mark_read",
    "mend_many",
    "reassign",
    "release",
    "remove_signer",
    "request_withdrawal",
    "require_fresh",
    "reroute",
    "resume",
    "retry",
    "skip",
    "start_batch",
    "start_case",
    "start_many",
    "submit",
    "suspend",
    "take_back",
    "take_back_many",
    "terminate",
    "transfer",
    "undo_batch",
    "urge",
    "urge_case",
    "withdraw",
    "withdraw_or_ask",
    "work_off",
]

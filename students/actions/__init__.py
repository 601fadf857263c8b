"""Every write about students and their imports."""

from students.actions.aside import set_aside, use_again
from students.actions.binding import Claim, bind_student, proof_in_use, prove, release
from students.actions.imports import (
    claim,
    discard_import,
    match_columns,
    require_complete,
    start_import,
    start_job,
    stopped,
)
from students.actions.passwords import issue_passwords
from students.actions.records import confirm_record
from students.actions.reminding import remind
from students.actions.running import run_check, run_commit, run_import
from students.actions.undoing import run_undo

__all__ = [
    "Claim",
    "bind_student",
    "claim",
    "confirm_record",
    "discard_import",
    "issue_passwords",
    "match_columns",
    "proof_in_use",
    "prove",
    "release",
    "remind",
    "require_complete",
    "run_check",
    "run_commit",
    "run_import",
    "run_undo",
    "set_aside",
    "start_import",
    "start_job",
    "stopped",
    "use_again",
]

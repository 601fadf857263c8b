"""May somebody do something with a student's record or an import now, and if not, why."""

import datetime
import math

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import sign_in_failures
from common.verdict import ALLOWED, Verdict, refused
from students.models import ImportBatch, ImportState, Student

PHONE, NUMBER = "bind from this phone", "bind this student number"
"""Under what wrong claims are counted: of one WeChat, and for one student number from anywhere."""
QUESTION_AFTER, LOCK_AFTER = 2, 5
LOCK = datetime.timedelta(minutes=15)
MOST_FOR_NUMBER = 20
"""Wrong claims for one student number in a row, whoever makes them, until a day has passed without one."""


def can_try_to_bind(student_no: str, phone: str) -> Verdict:
    """After five wrong claims a WeChat waits 15 minutes before each further one (flows 12)."""
    minutes = _minutes_locked(phone)
    if minutes:
        words = _("Too many wrong tries. Wait %(minutes)s minutes, or ask your counselor.")
        return refused(words % {"minutes": minutes})
    tried = sign_in_failures(NUMBER, student_no)
    if tried is not None and tried.count >= MOST_FOR_NUMBER and _is_of_today(tried.last_at):
        return refused(
            _("This number was tried too often. Please ask your counselor, or come back tomorrow.")
        )
    return ALLOWED


def has_to_answer(phone: str) -> bool:
    """Whether this WeChat has to answer a small question first: after two wrong claims (flows 12)."""
    tried = sign_in_failures(PHONE, phone)
    return tried is not None and tried.count >= QUESTION_AFTER


def _minutes_locked(phone: str) -> int:
    tried = sign_in_failures(PHONE, phone)
    if tried is None or tried.count < LOCK_AFTER:
        return 0
    return max(0, math.ceil((tried.last_at + LOCK - timezone.now()) / datetime.timedelta(minutes=1)))


def _is_of_today(moment: datetime.datetime) -> bool:
    return timezone.now() - moment < datetime.timedelta(days=1)


def was_never_used(user: User) -> bool:
    """Whether nobody has ever signed in to the account."""
    return user.last_login is None


def needs_password(user: User) -> bool:
    """Whether the account has no password of its owner's own yet."""
    return user.must_change_password or not user.has_usable_password()


def can_confirm(user: User, student: Student) -> Verdict:
    """Only the student confirms the own record, and only once until it changes (flows 13)."""
    if student.user_id != user.pk:
        return refused(_("Only the student can confirm this record."))
    if student.is_confirmed:
        return refused(_("You have already confirmed your record."))
    return ALLOWED


def can_match_columns(batch: ImportBatch) -> Verdict:
    """Columns may be matched again until the file is loaded."""
    if batch.state in (ImportState.UPLOADED, ImportState.CHECKED):
        return ALLOWED
    return refused(_("The file is already being loaded; its columns can no longer be changed."))


def can_check(batch: ImportBatch) -> Verdict:
    """A file is checked after its columns are matched, and again after a check that died."""
    if batch.state in (ImportState.UPLOADED, ImportState.CHECKED) or _died_in(batch, ImportState.CHECKING):
        return ALLOWED
    return refused(_("This import cannot be checked now: %(state)s.") % {"state": batch.get_state_display()})


def can_commit(batch: ImportBatch) -> Verdict:
    """A checked file with at least one good row is loaded; loading that died goes on."""
    if _died_in(batch, ImportState.COMMITTING):
        return ALLOWED
    if batch.state != ImportState.CHECKED:
        return refused(
            _("This import cannot be loaded now: %(state)s.") % {"state": batch.get_state_display()}
        )
    if not batch.created + batch.updated:
        return refused(_("No row of the file would change anything. Correct the file and upload it again."))
    return ALLOWED


def can_undo(batch: ImportBatch) -> Verdict:
    """Within 24 hours of loading (domain: forms 1)."""
    if not (batch.state == ImportState.COMMITTED or _died_in(batch, ImportState.UNDOING)):
        return refused(_("Only an import that was loaded can be undone."))
    if batch.undo_until is None or timezone.now() > batch.undo_until:
        return refused(_("The 24 hours in which this import could be undone are over."))
    return ALLOWED


def can_discard(batch: ImportBatch) -> Verdict:
    """What was never loaded may be thrown away, unless a job is at work on it."""
    if batch.committed_at or (batch.is_running and not batch.is_stalled):
        return refused(_("This import was loaded or is at work; it cannot be thrown away."))
    return ALLOWED


def _died_in(batch: ImportBatch, state: str) -> bool:
    return batch.state == state and batch.is_stalled

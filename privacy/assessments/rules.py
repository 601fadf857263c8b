"""Who may write, sign and replace an assessment (RL-34)."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import school_roles_of
from accounts.roles import LOG_READERS, MANAGERS, Role
from common.verdict import ALLOWED, Verdict, refused
from privacy.assessments.models import Assessment

WRITERS = frozenset({Role.DATA_OFFICER, Role.SECADMIN})
"""Roles that write assessments, held for the whole university; they are reminded of reviews."""
SIGNERS = WRITERS | {Role.CAREER_CENTER_DIRECTOR}
"""Roles that sign what somebody else wrote."""
READERS = SIGNERS | MANAGERS | LOG_READERS
LONGEST_DAYS = 3 * 366
"""A review lies three years ahead at most."""
_UNFINISHED = ("待补充", "To be added")
"""How the prefilled texts mark what only the school can say, in both languages."""


def may_write(user: User) -> bool:
    """Whether *user* keeps the register."""
    return not school_roles_of(user).isdisjoint(WRITERS)


def may_read(user: User) -> bool:
    """Whether there is such a page for *user*."""
    return not school_roles_of(user).isdisjoint(READERS)


def can_edit(assessment: Assessment, user: User) -> Verdict:
    """A draft is its writer's alone, so that whoever signs has written none of it."""
    if not assessment.is_draft:
        return refused(_("It is signed and stays as it is. Write a newer one that replaces it."))
    if not may_write(user) or assessment.written_by_id != user.pk:
        return refused(_("Only who wrote this draft changes it. Tell that person what should change."))
    return ALLOWED


def can_sign(assessment: Assessment, user: User, today: datetime.date | None = None) -> Verdict:
    """A second person signs what is complete, and the next review lies ahead."""
    if not assessment.is_draft:
        return refused(_("It is signed already."))
    if school_roles_of(user).isdisjoint(SIGNERS):
        return refused(_("A data officer, a security administrator or the director signs."))
    if assessment.written_by_id == user.pk:
        return refused(_("You wrote it, so somebody else signs it. Ask a second person."))
    if not is_complete(assessment):
        return refused(_("The text still names what is to be added. Its writer has to complete it first."))
    if assessment.next_review <= (today or timezone.localdate()):
        return refused(_("The next review lies behind us. Its writer has to set a later day first."))
    return ALLOWED


def is_complete(assessment: Assessment) -> bool:
    """Whether nothing of it is left to be added."""
    return not any(mark in text for mark in _UNFINISHED for text in assessment.texts)


def can_replace(assessment: Assessment, user: User) -> Verdict:
    """What holds is replaced by a newer one, once."""
    if not may_write(user) or not assessment.is_signed:
        return refused(_("Only an assessment that is signed and not replaced gets a newer one."))
    return ALLOWED

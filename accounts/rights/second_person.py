"""What nobody does alone: one person asks, a second one confirms, and then it is done (rules 6.3).

A room names its sensitive operations once, from its app's `ready()`:

    PUBLISH = register(SensitiveKind("publish_list", label=_("Publish the list"), carry_out=_publish,
                                     words=_words_of))

and calls `ask` where it would have acted. *carry_out* gets the operation and acts through the room's own
actions, whose rules are asked again: the world may have changed since. Whoever may confirm hears that it was
asked for, and whoever asked hears the answer.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import roles_of, school_holders
from accounts.rights.models import Operation, OperationState
from accounts.rights.trail import record
from accounts.roles import CONFIRMERS
from accounts.telling import tell
from common.errors import BadInput, Refused
from common.moments import spoken_moment
from common.verdict import ALLOWED, Verdict, refused

HOLDS_FOR = datetime.timedelta(days=14)
"""After so long nobody remembers why it was asked for; it has to be asked again."""


def is_confirmer(user: User) -> bool:
    """Whether *user* is one of those who usually answer as the second person."""
    return not roles_of(user).isdisjoint(CONFIRMERS)


@dataclass(frozen=True, slots=True)
class SensitiveKind:
    """One sensitive operation: its words in the reader's language, and the deed."""

    key: str
    label: str | Promise
    carry_out: Callable[[Operation, User, str], None]
    words: Callable[[Operation], str]


_kinds: dict[str, SensitiveKind] = {}


def register(kind: SensitiveKind) -> SensitiveKind:
    """Make *kind* known and return it. Raises ValueError when another kind has the same key."""
    if _kinds.setdefault(kind.key, kind) != kind:
        raise ValueError(f"Two sensitive operations are called {kind.key!r}.")
    return kind


def kind_of(operation: Operation) -> SensitiveKind:
    """What kind of operation it is."""
    return _kinds[operation.kind]


def words_of(kind: str, terms: dict[str, Any], subject: str) -> str:
    """An operation in the reader's language, from what a notice keeps of it; empty when its kind is gone."""
    known = _kinds.get(kind)
    about = User(name=subject) if subject else None
    return known.words(Operation(kind=kind, terms=terms, subject=about)) if known else ""


def can_confirm(user: User, operation: Operation) -> Verdict:
    """May *user* say yes? Never who asked, nor whom it is about; only while it waits and is fresh."""
    verdict = can_decline(user, operation)
    if not verdict:
        return verdict
    if operation.asked_at < timezone.now() - HOLDS_FOR:
        return refused(_("This was asked for more than 14 days ago. Let it be asked for again."))
    return ALLOWED


def can_decline(user: User, operation: Operation) -> Verdict:
    """May *user* answer it at all?"""
    if not operation.is_waiting:
        return _settled(operation)
    if user.pk == operation.asked_by_id:
        return refused(_("You asked for this yourself. A second person has to answer; you can withdraw it."))
    if user.pk == operation.subject_id:
        return refused(_("This is about yourself. Somebody else has to answer."))
    if not is_confirmer(user):
        return refused(_("Security administrators and the director of the career center answer this."))
    return ALLOWED


def can_withdraw(user: User, operation: Operation) -> Verdict:
    """May *user* take it back? Who asked, while it waits."""
    if not operation.is_waiting:
        return _settled(operation)
    if user.pk != operation.asked_by_id:
        return refused(_("Only who asked for it can withdraw it."))
    return ALLOWED


def _settled(operation: Operation) -> Verdict:
    person, moment = operation.decided_by or operation.asked_by, operation.decided_at or operation.asked_at
    said = {"state": operation.get_state_display(), "who": person.name, "when": spoken_moment(moment)}
    return refused(_("This is settled already: %(state)s (%(who)s, %(when)s).") % said)


@transaction.atomic
def ask(
    kind: SensitiveKind,
    about: str,
    by: User,
    *,
    reason: str,
    subject: User | None = None,
    ip: str = "",
    **terms: Any,
) -> Operation:
    """Ask for an operation of *kind* on the thing *about*; *terms* are what it needs, as JSON.

    Raises BadInput without a reason, Refused while the same is waiting.
    """
    if not reason.strip():
        raise BadInput(_("Say why, for the second person and for the record."))
    operation = Operation(
        kind=kind.key,
        key=f"{kind.key}:{about}",
        terms=terms,
        reason=reason.strip()[:200],
        subject=subject,
        asked_by=by,
    )
    try:
        with transaction.atomic():
            operation.save()
    except IntegrityError:
        raise Refused(_("The same waits for a second person already.")) from None
    record(
        "asked",
        by,
        subject=subject,
        ip=ip,
        operation=operation.pk.hex,
        kind=kind.key,
        reason=operation.reason,
    )
    _tell(operation, "confirmation_asked", _others(operation), operation.reason)
    return operation


@transaction.atomic
def confirm(operation_id: UUID, by: User, *, ip: str = "") -> Operation:
    """Say yes as the second person; it is done at once. Raises Refused, also when it no longer can be."""
    operation = _locked(operation_id)
    can_confirm(by, operation).require()
    _settle(operation, OperationState.DONE, by)
    kind_of(operation).carry_out(operation, by, ip)
    _tell(operation, "confirmation_given", [operation.asked_by_id])
    return operation


@transaction.atomic
def decline(operation_id: UUID, by: User, *, answer: str, ip: str = "") -> Operation:
    """Say no as the second person, with the reason. Raises Refused and BadInput."""
    operation = _locked(operation_id)
    can_decline(by, operation).require()
    if not answer.strip():
        raise BadInput(_("Say why, for who asked and for the record."))
    operation.answer = answer.strip()[:200]
    _settle(operation, OperationState.DECLINED, by)
    _note("declined", operation, by, ip)
    _tell(operation, "confirmation_refused", [operation.asked_by_id], operation.answer)
    return operation


@transaction.atomic
def withdraw(operation_id: UUID, by: User, *, ip: str = "") -> Operation:
    """Take back what one asked for. Raises Refused."""
    operation = _locked(operation_id)
    can_withdraw(by, operation).require()
    _settle(operation, OperationState.WITHDRAWN, by)
    _note("withdrawn", operation, by, ip)
    _tell(operation, "confirmation_withdrawn", _others(operation))
    return operation


def _others(operation: Operation) -> list[UUID]:
    """Who may answer: neither who asked nor whom it is about."""
    apart = (operation.asked_by_id, operation.subject_id)
    return [key for key in school_holders(CONFIRMERS) if key not in apart]


def _tell(operation: Operation, what: str, people: list[UUID], reason: str = "") -> None:
    """Tell *people* what became of it: who did that, and what it is about."""
    person, subject = operation.decided_by or operation.asked_by, operation.subject
    about = {
        "operation": operation.kind,
        "terms": operation.terms,
        "subject": subject.name if subject else "",
    }
    tell(people, what, reverse("rights:operations"), person=person.name, reason=reason, **about)


def _settle(operation: Operation, state: OperationState, by: User) -> None:
    operation.state, operation.decided_by, operation.decided_at = state, by, timezone.now()
    operation.key = None
    operation.save()


def _note(action: str, operation: Operation, by: User, ip: str) -> None:
    about = {"operation": operation.pk.hex, "kind": operation.kind, "reason": operation.answer}
    record(action, by, subject=operation.subject, ip=ip, **about)


def _locked(operation_id: UUID) -> Operation:
    """The operation, nobody else's until this transaction ends."""
    return Operation.objects.select_for_update().get(pk=operation_id)

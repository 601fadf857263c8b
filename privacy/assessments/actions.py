"""Writing, signing and replacing assessments; each leaves a line in the access log."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access.actions import log_access
from accounts.access.models import Verb
from accounts.models import User
from accounts.queries import school_holders
from common.errors import Stale
from messaging.actions import notify
from messaging.kinds import NoticeKind
from privacy.assessments import rules
from privacy.assessments.models import Assessment, AssessmentState
from privacy.notices import SIGNED, TO_SIGN

FIELDS = ("occasion", "title", "processing", "influence", "measures", "conclusion", "next_review")


@transaction.atomic
def begin(values: Mapping[str, Any], by: User, replaces: Assessment | None = None) -> Assessment:
    """A new draft, maybe of what replaces an older one; a complete one is to be signed by a second person.

    Raises Refused when *replaces* does not hold, or not any more.
    """
    if replaces is not None:
        replaces = _locked(replaces)
        rules.can_replace(replaces, by).require()
    words = {name: values[name] for name in FIELDS}
    draft = Assessment.objects.create(**words, written_by=by, replaces=replaces)
    log_access(by, Verb.CHANGE, draft, detail="title")
    _ask_to_sign(draft, by)
    return draft


@transaction.atomic
def change(assessment: Assessment, values: Mapping[str, Any], by: User) -> None:
    """Other words for a draft. Raises Refused when it is no draft of *by*."""
    draft = _locked(assessment)
    rules.can_edit(draft, by).require()
    was_complete = rules.is_complete(draft)
    for name in FIELDS:
        setattr(draft, name, values[name])
    draft.changed_at = timezone.now()
    draft.save()
    log_access(by, Verb.CHANGE, draft, detail="changed_at")
    if not was_complete:
        _ask_to_sign(draft, by)


@transaction.atomic
def sign(assessment: Assessment, seen: str, by: User) -> None:
    """From now on it holds, in place of the one that it replaces.

    *seen* is the version that *by* read (`Assessment.seen`). Raises Refused when the rules say no, Stale when
    the draft was changed since, or what it replaces was replaced by another one.
    """
    draft = _locked(assessment)
    rules.can_sign(draft, by).require()
    if seen != draft.seen:
        raise Stale(_("The draft was changed while you read it. Read it again before you sign."))
    now = timezone.now()
    if draft.replaces_id is not None:
        older = Assessment.objects.filter(pk=draft.replaces_id, state=AssessmentState.SIGNED)
        if not older.update(state=AssessmentState.REPLACED, replaced_at=now):
            raise Stale(_("Another one has taken the place of the older assessment. Write this one anew."))
    draft.state, draft.signed_by, draft.signed_at = AssessmentState.SIGNED, by, now
    draft.save()
    log_access(by, Verb.CHANGE, draft, detail="signed_at")
    _tell([draft.written_by_id], SIGNED, draft, by)


def _ask_to_sign(draft: Assessment, by: User) -> None:
    """Tell those who may sign, once nothing is left to be added."""
    if rules.is_complete(draft):
        others = (key for key in school_holders(rules.SIGNERS) if key != by.pk)
        _tell(others, TO_SIGN, draft, by)


def _tell(people: Iterable[UUID], kind: NoticeKind, assessment: Assessment, by: User) -> None:
    url = reverse("assessments:one", args=[assessment.pk])
    notify(people, kind, url, person=by.name, title=assessment.title)


def _locked(assessment: Assessment) -> Assessment:
    return Assessment.objects.select_for_update().get(pk=assessment.pk)

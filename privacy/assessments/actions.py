"""Writing, signing and replacing assessments; each leaves a line in the access log."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access.actions import log_access
from accounts.access.models import Verb
from accounts.models import User
from common.errors import Stale
from privacy.assessments import rules
from privacy.assessments.models import Assessment, AssessmentState

FIELDS = ("occasion", "title", "processing", "influence", "measures", "conclusion", "next_review")


@transaction.atomic
def begin(values: Mapping[str, Any], by: User, replaces: Assessment | None = None) -> Assessment:
    """A new draft, maybe of what replaces an older one.

    Raises Refused when *replaces* does not hold, or not any more.
    """
    if replaces is not None:
        replaces = _locked(replaces)
        rules.can_replace(replaces, by).require()
    words = {name: values[name] for name in FIELDS}
    draft = Assessment.objects.create(**words, written_by=by, replaces=replaces)
    log_access(by, Verb.CHANGE, draft, detail="title")
    return draft


@transaction.atomic
def change(assessment: Assessment, values: Mapping[str, Any], by: User) -> None:
    """Other words for a draft. Raises Refused when it is no draft of *by*."""
    draft = _locked(assessment)
    rules.can_edit(draft, by).require()
    for name in FIELDS:
        setattr(draft, name, values[name])
    draft.changed_at = timezone.now()
    draft.save()
    log_access(by, Verb.CHANGE, draft, detail="changed_at")


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


def _locked(assessment: Assessment) -> Assessment:
    return Assessment.objects.select_for_update().get(pk=assessment.pk)

"""The draft of a definition: the one version in the state draft, guarded by what it was read as."""

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Stale
from processes.bpmn.writer import normalise
from processes.models import Definition, DefinitionVersion, VersionState


@dataclass(frozen=True)
class Stored:
    """A text as it was read. *revision* names it: whoever saves says which one was changed."""

    key: str
    text: str
    revision: str
    is_draft: bool


def revision_of(text: str) -> str:
    """The name of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def load(key: str) -> Stored:
    """The draft of *key*, or the published text when there is none. Raises Definition.DoesNotExist."""
    rows = DefinitionVersion.objects.filter(
        definition__key=key, state__in=(VersionState.DRAFT, VersionState.PUBLISHED)
    )
    found = {row.state: row for row in rows.order_by("number")}
    version = found.get(VersionState.DRAFT) or found.get(VersionState.PUBLISHED)
    if version is None:
        raise Definition.DoesNotExist
    text = normalise(version.bpmn)
    return Stored(key, text, revision_of(text), version.state == VersionState.DRAFT)


@transaction.atomic
def save(key: str, revision: str, text: str) -> Stored:
    """Keep *text* as the draft of *key*. Raises Stale when the draft is not *revision* any more."""
    definition = Definition.objects.select_for_update().get(key=key)
    before = load(key)
    if before.revision != revision:
        raise Stale(
            _("Somebody else changed this draft meanwhile. You now see theirs; make your change again.")
        )
    drafts = definition.versions.filter(state=VersionState.DRAFT)
    if not drafts.update(bpmn=text, digest=revision_of(text)):
        last = definition.versions.order_by("-number").first()
        definition.versions.create(
            number=last.number + 1 if last else 1,
            bpmn=text,
            digest=revision_of(text),
            state=VersionState.DRAFT,
        )
    return load(key)

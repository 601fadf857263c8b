"""Reusable reads about drafts, proposals and versions."""

import datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone

from processes.bpmn.lint import Problem, lint_text
from processes.catalogue import catalogue_for
from processes.evolve.models import OPEN, DesignEvent, Draft, DraftSave, Proposal, ProposalState
from processes.models import Case, CaseState, Definition, DefinitionVersion, VersionState
from processes.registry import flow_for

#: So many states of a draft are kept.
MOST_SAVES = 50
UNDER_WAY = (CaseState.DRAFT, CaseState.IN_REVIEW, CaseState.RETURNED)


def problems_of(definition: Definition, text: str) -> list[Problem]:
    """What lint says of *text* as the next version of *definition*."""
    try:
        flow = flow_for(definition.key)
    except LookupError as error:
        return [Problem("no-flow", "", str(error), "Install the flow's folder again.")]
    return lint_text(text, catalogue_for(flow))


def title_of(definition: Definition) -> str:
    """What the process is called in the reader's language."""
    try:
        return str(flow_for(definition.key).title)
    except LookupError:
        return definition.title


def open_proposal(definition: Definition) -> Proposal | None:
    """The proposal that may still come to something; there is one at most."""
    rows = Proposal.objects.filter(definition=definition, state__in=OPEN)
    return rows.select_related("proposed_by", "decided_by", "definition", "base", "source").first()


def draft_of(definition: Definition) -> Draft | None:
    """The draft, with who began and who changed it."""
    rows = Draft.objects.filter(definition=definition)
    return rows.select_related("definition", "base", "created_by", "changed_by").first()


def newest_version(definition: Definition) -> DefinitionVersion | None:
    """The last version, whether it holds or not."""
    return DefinitionVersion.objects.filter(definition=definition).order_by("-number").first()


def current_version(definition: Definition) -> DefinitionVersion | None:
    """The version that new cases take; None when the definition is retired."""
    held = DefinitionVersion.objects.filter(definition=definition, state=VersionState.PUBLISHED)
    return held.order_by("-number").first()


def since(version: DefinitionVersion) -> datetime.datetime:
    """When a version began to hold."""
    return version.published_at or timezone.now()


def versions_of(definition: Definition) -> QuerySet[DefinitionVersion]:
    """The versions, newest first, with their people and without their texts."""
    rows = DefinitionVersion.objects.filter(definition=definition).order_by("-number")
    people = rows.select_related("proposal__proposed_by", "proposal__decided_by")
    return people.defer("bpmn", "proposal__text")


def running_by_version(definition: Definition) -> dict[UUID, int]:
    """Version -> how many cases of *definition* are under way on it."""
    rows = Case.objects.filter(flow_key=definition.key, state__in=UNDER_WAY)
    return dict(rows.order_by().values_list("version").annotate(Count("pk")))


def running_by_key() -> dict[str, int]:
    """Key of a definition -> how many of its cases are under way, from the index alone."""
    rows = Case.objects.filter(state__in=UNDER_WAY).order_by()
    return dict(rows.values_list("flow_key").annotate(Count("pk")))


def history_of(definition: Definition) -> QuerySet[DesignEvent]:
    """The trail of *definition*."""
    return DesignEvent.objects.filter(definition=definition)


def saves_of(draft: Draft) -> QuerySet[DraftSave]:
    """The states a draft was in, newest first, without their texts."""
    return DraftSave.objects.filter(draft=draft).select_related("by").defer("text").order_by("-id")


def due_proposals(now: datetime.datetime) -> QuerySet[Proposal]:
    """Approved proposals whose day has come."""
    rows = Proposal.objects.filter(state=ProposalState.SCHEDULED, holds_from__lte=now)
    return rows.order_by("holds_from", "id")

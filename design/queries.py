"""What the pages of processes show."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from common.paging import page_of_keys
from processes.evolve import queries as evolve
from processes.evolve.models import OPEN, DesignEvent, Proposal
from processes.models import Definition, DefinitionVersion, VersionState

EVENTS_A_PAGE = 15


@dataclass(frozen=True)
class Row:
    """A definition in the list."""

    definition: Definition
    current: DefinitionVersion | None
    proposal: Proposal | None
    running: int

    @property
    def title(self) -> str:
        """What it is called in the reader's language."""
        return evolve.title_of(self.definition)

    @property
    def draft(self) -> Any:
        """The draft, if there is one."""
        return getattr(self.definition, "draft", None)


def rows() -> list[Row]:
    """All definitions by title, with what holds and what is going on."""
    held = DefinitionVersion.objects.filter(state=VersionState.PUBLISHED).defer("bpmn")
    proposals = Proposal.objects.filter(state__in=OPEN).select_related("proposed_by").defer("text")
    found = Definition.objects.select_related("draft__changed_by", "draft__base").defer(
        "draft__text", "draft__base__bpmn"
    )
    found = found.prefetch_related(
        Prefetch("versions", held.order_by("-number"), to_attr="held"),
        Prefetch("proposals", proposals, to_attr="open_proposals"),
    )
    running = evolve.running_by_key()
    return [
        Row(
            each,
            next(iter(_fetched(each, "held")), None),
            next(iter(_fetched(each, "open_proposals")), None),
            running.get(each.key, 0),
        )
        for each in found.order_by("title", "key")
    ]


def _fetched(definition: Definition, name: str) -> list[Any]:
    """What was prefetched under *name*."""
    return list(getattr(definition, name))


def history(definition: Definition, after: str) -> tuple[list[tuple[DesignEvent, str]], str]:
    """Lines of the trail, newest first, with who did it; and where the next page begins, or nothing.

    Raises BadCursor.
    """
    lines = evolve.history_of(definition)
    page = page_of_keys(lines, ("-id",), after=after, size=EVENTS_A_PAGE)
    events = list(lines.filter(pk__in=page.keys).order_by("-id"))
    people = User.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    named = [(each, people[each.actor_id].name if each.actor_id in people else "") for each in events]
    return named, page.next

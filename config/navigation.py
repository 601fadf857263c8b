"""The entries of the two navigations; what a person sees follows from the roles held."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import IMPORTERS, OPERATORS, REVIEWERS, STAFF


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a navigation; *key* is the keyboard way to it."""

    route: str
    icon: str
    label: str | Promise
    roles: frozenset[str] = frozenset()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry for one request: its address, and whether it leads to the page shown now."""

    url: str
    icon: str
    label: str | Promise
    key: str
    current: bool
    count: int = 0


DESK = (
    Entry("approvals:inbox", icon="inbox", label=_("Inbox"), roles=REVIEWERS, key="g i"),
    Entry("approvals:done", icon="checks", label=_("Decided"), roles=REVIEWERS, key="g d"),
    Entry("approvals:copies", icon="copy", label=_("Copies"), roles=STAFF, key="g y"),
    Entry("cases:list", icon="stack-2", label=_("Cases"), roles=OPERATORS, key="g c"),
    Entry("students:list", icon="school", label=_("Students"), roles=STAFF, key="g s"),
    Entry("students:import", icon="table-import", label=_("Import"), roles=IMPORTERS, key="g m"),
)
ME = (
    Entry("destinations:me", icon="route", label=_("My destination")),
    Entry("students:record", icon="id", label=_("My record")),
    Entry("messaging:notices", icon="bell", label=_("Notices")),
)


def desk_links(request: HttpRequest, roles: frozenset[str], copies: int) -> list[Link]:
    """The staff navigation for somebody who holds *roles*; copies carry the number of unread ones."""
    return _links(request, [entry for entry in DESK if entry.roles & roles], {"approvals:copies": copies})


def student_links(request: HttpRequest, unread: int) -> list[Link]:
    """The bar at the foot of a student's pages; notices carry the number of unread ones."""
    return _links(request, list(ME), {"messaging:notices": unread})


def _links(request: HttpRequest, entries: list[Entry], counts: dict[str, int] | None = None) -> list[Link]:
    urls = {entry.route: reverse(entry.route) for entry in entries}
    here = max((url for url in urls.values() if request.path.startswith(url)), key=len, default="")
    return [
        Link(
            url=urls[entry.route],
            icon=entry.icon,
            label=entry.label,
            key=entry.key,
            current=urls[entry.route] == here,
            count=(counts or {}).get(entry.route, 0),
        )
        for entry in entries
    ]

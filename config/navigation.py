"""The entries of the two navigations; what a person sees follows from the roles held."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import has_right, roles_of, school_roles_of
from accounts.rights.catalogue import Right
from accounts.roles import (
    CONFIRMERS,
    DESIGNERS,
    LOG_READERS,
    MANAGERS,
    REVIEWERS,
    SECURITY_KEEPERS,
    STAFF,
    TWO_IN_ONE,
    Role,
)
from employers.models import MembershipState
from employers.queries import membership_of
from privacy.assessments.rules import READERS as ASSESSMENT_READERS
from talks.queries import acts_for_library_employer


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a navigation; *key* is the keyboard way to it.

    It shows to whoever has the *right* or holds one of the *roles*, *whole_school* ones for the university.
    *counted* says what its number counts, unread ones unless told.
    """

    route: str
    icon: str
    label: str | Promise
    roles: frozenset[str] = frozenset()
    right: str = ""
    key: str = ""
    whole_school: bool = False
    counted: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry for one request: its address, and whether it leads to the page shown now."""

    url: str
    icon: str
    label: str | Promise
    key: str
    current: bool
    count: int = 0
    counted: str | Promise = ""


UNREAD = _("unread:")
#: Below `/me/`, yet about what is kept on whoever reads it.
EVERYBODYS = ("privacy:own_data", "consents:list", "consents:notice")
SECADMINS = frozenset({Role.SECADMIN})
DESK = (
    Entry("approvals:inbox", icon="inbox", label=_("Inbox"), roles=REVIEWERS, key="g i"),
    Entry("approvals:done", icon="checks", label=_("Decided"), roles=REVIEWERS, key="g d"),
    Entry("approvals:copies", icon="copy", label=_("Copies"), roles=STAFF, key="g y"),
    Entry("cases:list", icon="stack-2", label=_("Cases"), right=Right.OPERATE_CASES, key="g c"),
    Entry(
        "incidents:list",
        icon="urgent",
        label=_("Incidents"),
        right=Right.OPERATE_CASES,
        key="g x",
        counted=_("waiting:"),
    ),
    Entry("students:list", icon="school", label=_("Students"), right=Right.SEE_STUDENTS, key="g s"),
    Entry("employers:library", icon="building", label=_("Employers"), right=Right.SEE_EMPLOYERS, key="g e"),
    Entry("talks:week", icon="presentation", label=_("Campus talks"), right=Right.SEE_TALKS, key="g t"),
    Entry("exports:list", icon="file-export", label=_("Exports"), right=Right.REVEAL_STUDENTS, key="g v"),
    Entry("students:import", icon="table-import", label=_("Import"), right=Right.IMPORT_STUDENTS, key="g m"),
    Entry(
        "accounts:help",
        icon="key",
        label=_("Sign-in help"),
        roles=SECURITY_KEEPERS,
        key="g h",
        whole_school=True,
    ),
    Entry("processes:calendar", icon="calendar", label=_("Calendar"), right=Right.KEEP_CALENDAR, key="g k"),
    Entry(
        "operations:state",
        icon="heartbeat",
        label=_("System"),
        roles=MANAGERS | {Role.SYSADMIN},
        key="g w",
    ),
    Entry(
        "organisation:tree",
        icon="hierarchy-2",
        label=_("Organisation tree"),
        roles=MANAGERS,
        key="g o",
        whole_school=True,
    ),
    Entry("personnel:list", icon="users", label=_("People"), roles=MANAGERS, key="g l", whole_school=True),
    Entry(
        "design:list",
        icon="sitemap",
        label=_("Processes"),
        roles=DESIGNERS,
        key="g p",
        whole_school=True,
    ),
    Entry("rights:groups", icon="users-group", label=_("User groups"), roles=SECADMINS, key="g u"),
    Entry("rights:people", icon="user-search", label=_("Rights of a person"), roles=SECADMINS, key="g r"),
    Entry("rights:officers", icon="shield-half", label=_("Officers"), roles=TWO_IN_ONE, key="g f"),
    Entry("rights:operations", icon="users", label=_("Second person"), roles=CONFIRMERS, key="g 2"),
    Entry(
        "retention:table",
        icon="hourglass",
        label=_("Periods of keeping"),
        roles=MANAGERS | {Role.SYSADMIN, Role.SECADMIN},
        key="g z",
    ),
    Entry(
        "assessments:list",
        icon="clipboard-check",
        label=_("Impact assessments"),
        roles=ASSESSMENT_READERS,
        key="g j",
        whole_school=True,
    ),
    Entry("access:list", icon="eye", label=_("Access log"), roles=LOG_READERS, key="g a", whole_school=True),
    Entry("rights:changes", icon="list-search", label=_("Record of rights"), roles=LOG_READERS, key="g b"),
)
ME = (
    Entry("destinations:me", icon="route", label=_("My destination")),
    Entry("students:record", icon="id", label=_("My record")),
    Entry("messaging:notices", icon="bell", label=_("Notices")),
)


EMPLOYER = (
    Entry("employers:home", icon="building", label=_("My organisation")),
    Entry("talks:own_list", icon="presentation", label=_("Talks")),
    Entry("employers:people", icon="users", label=_("People")),
    Entry("messaging:notices", icon="bell", label=_("Notices")),
)


def desk_links(request: HttpRequest, user: User, copies: int, incidents: int) -> list[Link]:
    """The staff navigation for what *user* is appointed to.

    Copies carry the number of unread ones, incidents of those that wait.
    """
    roles = {False: roles_of(user), True: school_roles_of(user)}
    shown = [
        entry
        for entry in DESK
        if entry.roles & roles[entry.whole_school] or (entry.right and has_right(user, entry.right))
    ]
    return _links(request, shown, {"approvals:copies": copies, "incidents:list": incidents})


def own_links(request: HttpRequest, user: User, unread: int) -> list[Link]:
    """The bar at the foot of a student's or an employer's pages; notices carry the number of unread ones."""
    return _links(request, _own_entries(request, user), {"messaging:notices": unread})


def _own_entries(request: HttpRequest, user: User) -> list[Entry]:
    own = membership_of(user) if not _is_of_graduates(request.path) else None
    if own is None:
        return list(ME)
    hidden = set()
    if own.state not in (MembershipState.ACTIVE, MembershipState.APPLYING):
        hidden.add("employers:people")
    if acts_for_library_employer(user) is None:
        hidden.add("talks:own_list")
    return [entry for entry in EMPLOYER if entry.route not in hidden]


def _is_everybodys(path: str) -> bool:
    """Whether a page below `/me/` is about what is kept on oneself, and not for graduates alone."""
    return path.startswith(tuple(reverse(route) for route in EVERYBODYS))


def _is_of_graduates(path: str) -> bool:
    return path.startswith(reverse("destinations:me")) and not _is_everybodys(path)


def _links(request: HttpRequest, entries: list[Entry], counts: dict[str, int] | None = None) -> list[Link]:
    urls = {entry.route: reverse(entry.route) for entry in entries}
    shown = "" if _is_everybodys(request.path) else request.path
    here = max((url for url in urls.values() if shown.startswith(url)), key=len, default="")
    return [
        Link(
            url=urls[entry.route],
            icon=entry.icon,
            label=entry.label,
            key=entry.key,
            current=urls[entry.route] == here,
            count=(counts or {}).get(entry.route, 0),
            counted=entry.counted or UNREAD,
        )
        for entry in entries
    ]

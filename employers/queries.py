"""Reusable reads about employers and their people."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import UnitKind, User
from accounts.queries import has_right, held_by
from accounts.rights.catalogue import Right
from accounts.roles import EMPLOYER_REVIEWERS
from common.paging import page_of_keys
from common.stdnums import valid_uscc
from employers.models import (
    LIVE_MEMBERSHIPS,
    Employer,
    EmployerState,
    EmployerTag,
    EmployerUser,
    MembershipState,
)
from employers.names import alike, name_core
from forms.models import Attachment
from processes.models import Case
from processes.registry import flow_for

FLOW_KEY = "employer_vetting"

ORDERS = {"name": ("name_pinyin", "id"), "new": ("-id",)}
SIMILAR_CANDIDATES = 200
SIMILAR_SHOWN = 5
CORE_PREFIX = 2


# --- the person at the browser ----------------------------------------------------------------------


def membership_of(user: User) -> EmployerUser | None:
    """Where *user* acts, applies or asks to join, else where it was last; None for everybody else.

    Asked once per user object, that is once per request.
    """
    if not hasattr(user, "_membership"):
        memberships = EmployerUser.objects.filter(user=user).select_related("employer")
        # A live key sorts before none in descending order on both databases.
        found = memberships.order_by("-live_key", "-asked_at").first()
        user._membership = found  # type: ignore[attr-defined]
    return user._membership  # type: ignore[attr-defined]


def forget_membership(user: User) -> None:
    """Ask again next time: it was changed."""
    if hasattr(user, "_membership"):
        del user._membership


def own_cases(user: User, employer: Employer) -> QuerySet[Case]:
    """The cases that *user* opened for *employer*, newest first."""
    kind = ContentType.objects.get_for_model(Employer)
    cases = Case.objects.filter(subject_type=kind, subject_id=employer.pk, initiator=user)
    return cases.order_by("-created")


def own_attachments(user: User) -> QuerySet[Attachment]:
    """Every file of every vetting case that *user* opened."""
    kind = ContentType.objects.get_for_model(Employer)
    return Attachment.objects.filter(
        case_id__in=Case.objects.filter(subject_type=kind, initiator=user).values("pk")
    )


def papers_of(employer: Employer) -> QuerySet[Attachment]:
    """Every file that was handed in with an application for *employer*."""
    kind = ContentType.objects.get_for_model(Employer)
    cases = Case.objects.filter(subject_type=kind, subject_id=employer.pk).values("pk")
    return Attachment.objects.filter(case_id__in=cases, submissions__isnull=False).distinct()


# --- people of an employer --------------------------------------------------------------------------


def people_of(employer: Employer) -> QuerySet[EmployerUser]:
    """Who acts for an employer or wants to, owners first."""
    return (
        EmployerUser.objects.filter(employer=employer, state__in=LIVE_MEMBERSHIPS)
        .select_related("user", "decided_by")
        .order_by("-role", "asked_at")
    )


def active_since(moment: datetime.datetime) -> QuerySet[EmployerUser]:
    """Who signed in, asked to join or was let in since *moment*: their employers are active.

    Who left before it signs in for somebody else.
    """
    there, lately = Q(state__in=LIVE_MEMBERSHIPS), Q(decided_at__gte=moment)
    let_in = lately & ~Q(state=MembershipState.ENDED)
    signed_in = Q(user__last_login__gte=moment) & (there | lately)
    return EmployerUser.objects.filter(let_in | signed_in | Q(asked_at__gte=moment))


def successors(employer: Employer, case: Case) -> QuerySet[EmployerUser]:
    """Who of an employer could go on with a case in the place of its applicant."""
    acting = people_of(employer).filter(state=MembershipState.ACTIVE)
    return acting.exclude(user=case.initiator_id)


def cases_in_hand(user: User, employer: Employer) -> list[Case]:
    """The open cases that *user* opened on behalf of an employer, whatever the flow."""
    rows = Case.objects.filter(initiator=user, finished=None).order_by("pk")
    return [case for case in rows if flow_for(case.flow_key).behalf_of(case.subject) == employer]


def owners_of(employer: Employer) -> list[User]:
    """Who decides who else acts for an employer."""
    return [person.user for person in people_of(employer) if person.is_owner]


def asking(employer: Employer) -> QuerySet[EmployerUser]:
    """Who asks to join, the longest wait first."""
    return people_of(employer).filter(state=MembershipState.ASKED).order_by("asked_at")


# --- the library ------------------------------------------------------------------------------------


def may_decide_joins(user: User) -> bool:
    """Whether *user* may let somebody join an employer for the school; employers belong to no college."""
    held = (each for each in held_by(user) if each.role in EMPLOYER_REVIEWERS)
    return any(each.unit.kind == UnitKind.UNIVERSITY for each in held)


def employers_in_scope(user: User) -> QuerySet[Employer]:
    """The employers a member of staff may see: all that handed something in, or none."""
    if not has_right(user, Right.SEE_EMPLOYERS):
        return Employer.objects.none()
    return Employer.objects.exclude(submitted_at=None)


def matching(text: str) -> Q:
    """Name, former and short names, credit code, pinyin or its initials."""
    text = text.strip()
    latin = text.replace(" ", "").lower()
    found = Q(name__contains=text) | Q(short_name__contains=text) | Q(former_names__contains=text)
    if latin.isascii() and latin.isalnum():
        found |= Q(uscc__startswith=latin.upper())
        found |= Q(name_pinyin__startswith=latin) | Q(name_pinyin__contains=f" {latin}")
    return found


@dataclass(frozen=True)
class EmployerFilters:
    """What the address asks for; empty text means everything."""

    text: str = ""
    state: str = ""
    nature: str = ""
    industry: str = ""
    list_state: str = ""
    tag: str = ""
    sort: str = "name"

    @property
    def narrowing(self) -> bool:
        """Whether anything but the order is asked for."""
        return any((self.text, self.state, self.nature, self.industry, self.list_state, self.tag))


@dataclass(frozen=True)
class EmployerPage:
    """One page of the list, and how many the whole list has."""

    employers: list[Employer]
    next: str
    total: int
    admitted: int
    sort: str


def employer_page(user: User, filters: EmployerFilters, *, after: str = "") -> EmployerPage:
    """A page of the employers in scope. Raises BadCursor."""
    rows = employers_in_scope(user).filter(_wanted(filters))
    total, admitted = rows.count(), rows.filter(state=EmployerState.APPROVED).count()
    if filters.state in EmployerState:
        rows = rows.filter(state=filters.state)
    sort = filters.sort if filters.sort in ORDERS else "name"
    page = page_of_keys(rows, ORDERS[sort], after=after)
    found = Employer.objects.prefetch_related("tags").in_bulk(page.keys)
    return EmployerPage([found[key] for key in page.keys], page.next, total, admitted, sort)


def _wanted(filters: EmployerFilters) -> Q:
    """The condition that *filters* stand for, but for the state."""
    wanted = matching(filters.text) if filters.text else Q()
    for column in ("nature", "industry", "list_state"):
        if value := getattr(filters, column):
            wanted &= Q(**{column: value})
    if filters.tag:
        wanted &= Q(Exists(EmployerTag.objects.filter(employer=OuterRef("pk"), code=filters.tag)))
    return wanted


def by_uscc(uscc: str) -> Employer | None:
    """The employer under a credit code, whatever its state."""
    return Employer.objects.filter(uscc=uscc).first() if valid_uscc(uscc) else None


def similar_to(name: str, without: Employer) -> list[Employer]:
    """Other employers in library or review whose name is much like *name*, the most alike first."""
    core = name_core(name)
    rows = (
        Employer.objects.filter(name_core__startswith=core[:CORE_PREFIX])
        .exclude(pk=without.pk)
        .exclude(submitted_at=None)
        .only("name", "uscc", "state", "name_core")
        .order_by("name_core", "id")
    )
    found = [each for each in rows[:SIMILAR_CANDIDATES] if alike(core, each.name_core)]
    return sorted(found, key=lambda each: each.name_core != core)[:SIMILAR_SHOWN]


def named(keys: Iterable[str]) -> dict[str, Employer]:
    """Key as text -> employer, for those that exist."""
    rows = Employer.objects.filter(pk__in=list(keys)).only("name", "uscc", "state", "list_state")
    return {str(row.pk): row for row in rows}

"""Reads of groups, of what a person may do in effect, of operations and of the record."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise

from accounts.models import Appointment, Unit, UnitKind, User
from accounts.queries import appointments_of, given_to, held_by, staff_accounts
from accounts.rights.catalogue import FACTS, ROOMS, Right
from accounts.rights.models import Operation, OperationState, RightsChange, UserGroup
from accounts.roles import Role
from common.paging import page_of_keys

NEWEST_FIRST = ("-id",)
MOST_FOUND = 20
_LEVELS = (UnitKind.COLLEGE, UnitKind.MAJOR, UnitKind.CLASS)


def groups() -> QuerySet[UserGroup]:
    """All groups by name, with their rights and `people`, the number of members."""
    rows = UserGroup.objects.annotate(people=Count("unit_rights__user", distinct=True))
    return rows.prefetch_related("permissions").order_by("-is_active", "name")


def people_called(text: str) -> list[User]:
    """Staff whose name or sign-in name has *text* in it, a few of them; nobody for no text."""
    text = text.strip()
    if not text:
        return []
    found = staff_accounts().filter(Q(name__contains=text) | Q(username__startswith=text))
    return list(found.order_by("name", "username")[:MOST_FOUND])


@dataclass(frozen=True, slots=True)
class Ground:
    """Why somebody has a right: a role or a group, for a unit; it *counts* unless the right needs the whole
    school."""

    unit: Unit
    role: str = ""
    group: UserGroup | None = None
    counts: bool = True

    @property
    def words(self) -> str | Promise:
        """The role or the group by name."""
        return self.group.name if self.group else Role(self.role).label


@dataclass(frozen=True, slots=True)
class Effect:
    """One right of a person with its grounds; empty when the person does not have it."""

    right: Right
    sensitive: bool
    grounds: list[Ground]

    @property
    def holds(self) -> bool:
        """Whether the person has it anywhere."""
        return any(ground.counts for ground in self.grounds)


def effects_on(person: User) -> list[tuple[str | Promise, list[Effect]]]:
    """What *person* may do in effect, room by room, and why (three queries)."""
    given = defaultdict(list)
    for each in given_to(person):
        given[each.permission.codename].append(each)
    names = {group.pk: group for group in UserGroup.objects.filter(unit_rights__user=person).distinct()}
    rooms = []
    for room, rights in ROOMS:
        effects = []
        for right in rights:
            facts = FACTS[right]
            grounds = [
                Ground(held.unit, role=held.role, counts=_counts(held.unit, facts.whole_school))
                for held in held_by(person)
                if held.role in facts.roles
            ]
            grounds += [
                Ground(
                    each.content_object,
                    group=names[each.group_id],
                    counts=_counts(each.content_object, facts.whole_school),
                )
                for each in given[right]
            ]
            effects.append(Effect(right, facts.sensitive, grounds))
        rooms.append((room, effects))
    return rooms


def _counts(unit: Unit, whole_school: bool) -> bool:
    return not whole_school or unit.kind == UnitKind.UNIVERSITY


def resting(person: User) -> list[Appointment]:
    """Appointments that do not count because the person is one of the three officers."""
    counting = {held.pk for held in held_by(person)}
    return [each for each in appointments_of(person) if each.pk not in counting]


def unit_levels(chosen: Sequence[int]) -> tuple[Unit | None, list[tuple[str, list[Unit], int]]]:
    """The unit that *chosen* (college, major, class; 0 for all) leads to, and the selects from there on.

    A key that is not under the one before counts as not chosen.
    """
    place = Unit.objects.filter(kind=UnitKind.UNIVERSITY).order_by("path").first()
    levels: list[tuple[str, list[Unit], int]] = []
    for kind, key in zip(_LEVELS, chosen, strict=True):
        if place is None:
            break
        below = Unit.objects.filter(kind=kind, is_active=True, path__startswith=place.path)
        offered = list(below.order_by("path"))
        picked = next((unit for unit in offered if unit.pk == key), None)
        levels.append((kind, offered, picked.pk if picked else 0))
        if picked is None:
            break
        place = picked
    return place, levels


def waiting_operations() -> list[Operation]:
    """What waits for a second person, the longest wait first."""
    rows = Operation.objects.filter(state=OperationState.WAITING)
    return list(rows.select_related("subject", "asked_by").order_by("id"))


def settled_operations(after: str) -> tuple[list[Operation], str]:
    """A page of what was answered, the newest first, and the next page. Raises BadCursor."""
    page = page_of_keys(
        Operation.objects.exclude(state=OperationState.WAITING), NEWEST_FIRST, after=after, size=20
    )
    found = Operation.objects.select_related("subject", "asked_by", "decided_by").in_bulk(page.keys)
    return [found[key] for key in page.keys], page.next


def changes(after: str, about: UUID | None = None) -> tuple[list[RightsChange], str]:
    """A page of the record of rights, the newest first, and the next page. Raises BadCursor."""
    rows = RightsChange.objects.filter(subject=about) if about else RightsChange.objects.all()
    page = page_of_keys(rows, NEWEST_FIRST, after=after)
    found = RightsChange.objects.select_related("by", "second", "subject").in_bulk(page.keys)
    return [found[key] for key in page.keys], page.next

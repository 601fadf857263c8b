"""Every write to user groups and their members, and what may be done to them (brief 2.7.2, rules 6.3).

Security administrators alone write here. What gives somebody a sensitive right is asked for and confirmed by
a second person; taking rights away needs nobody else.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Appointment, Unit, User
from accounts.queries import is_staff_account
from accounts.rights import second_person
from accounts.rights.catalogue import NEEDS, SENSITIVE, Right
from accounts.rights.models import Operation, UnitRight, UserGroup
from accounts.rights.second_person import SensitiveKind
from accounts.rights.trail import record
from accounts.roles import OFFICERS
from common.errors import BadInput, Refused
from common.verdict import ALLOWED, Verdict, refused


def with_needed(rights: Iterable[str]) -> frozenset[str]:
    """*rights* with those they are of no use without."""
    chosen = frozenset(rights)
    return chosen | {NEEDS[right] for right in chosen if right in NEEDS}


def can_delete(group: UserGroup) -> Verdict:
    """A group with members cannot be deleted (features F148)."""
    if group.unit_rights.exists():
        return refused(_("%(group)s has members. Take them out first, or put it out of use.") % _named(group))
    return ALLOWED


def can_place(person: User, group: UserGroup) -> Verdict:
    """May *person* become a member? Officers hold nothing else, and closed accounts nothing at all."""
    who = {"name": person.name} | _named(group)
    if not person.is_active:
        return refused(_("The account of %(name)s is closed.") % who)
    if not is_staff_account(person):
        return refused(_("%(name)s does not work at the school.") % who)
    if Appointment.objects.filter(user=person, role__in=OFFICERS).exists():
        return refused(_("%(name)s is one of the three officers, who do no business.") % who)
    if not group.is_active:
        return refused(_("%(group)s is out of use.") % who)
    return ALLOWED


def gained(group: UserGroup, rights: frozenset[str], *, is_active: bool) -> frozenset[str]:
    """The sensitive rights that members would gain by a change; none while nobody is in the group."""
    if not is_active or not group.unit_rights.exists():
        return frozenset()
    before = group.rights if group.is_active else frozenset()
    return (rights - before) & SENSITIVE


def _named(group: UserGroup) -> dict[str, str]:
    return {"group": group.name}


def _permissions(rights: Iterable[str]) -> list[Permission]:
    kind = ContentType.objects.get_for_model(Unit)
    return list(Permission.objects.filter(content_type=kind, codename__in=list(rights)))


def _locked(group: UserGroup) -> UserGroup:
    return UserGroup.objects.select_for_update().get(pk=group.pk)


@transaction.atomic
def make_group(name: str, note: str, rights: Iterable[str], by: User, *, ip: str = "") -> UserGroup:
    """A new group without members. Raises BadInput when nothing is chosen or the name is taken."""
    chosen = with_needed(rights)
    group = UserGroup(name=name.strip(), note=note.strip())
    _save(group, chosen)
    record("group_made", by, ip=ip, group=group.name, rights=sorted(chosen))
    return group


def copy_group(group: UserGroup, by: User, *, ip: str = "") -> UserGroup:
    """A new group with the same rights and no members, called *copy of*."""
    name = _("Copy of %(group)s") % _named(group)
    taken = set(UserGroup.objects.filter(name__startswith=name[:30]).values_list("name", flat=True))
    numbered = [name[:40], *(f"{name[:36]} {number}" for number in range(2, 100))]
    free = next(each for each in numbered if each not in taken)
    return make_group(free, group.note, group.rights, by, ip=ip)


@transaction.atomic
def change_group(
    group: UserGroup,
    by: User,
    *,
    name: str,
    note: str,
    rights: Iterable[str],
    is_active: bool,
    reason: str = "",
    ip: str = "",
) -> Operation | None:
    """Rename a group, change its rights, put it out of use or back; members have it at their next request.

    What would give members a sensitive right waits for a second person: the rest is done, the operation comes
    back. Raises BadInput and Refused.
    """
    group, chosen = _locked(group), with_needed(rights)
    waiting = gained(group, chosen, is_active=is_active)
    group.name, group.note = name.strip(), note.strip()
    if not waiting:
        _change(group, chosen, is_active, by, None, ip)
        return None
    terms = _terms(group, waiting) | {"rights": sorted(chosen)}
    operation = second_person.ask(WIDEN, group.pk.hex, by, reason=reason, ip=ip, **terms)
    keeps_out = not group.is_active  # putting it back into use is what gives the rights
    meanwhile = chosen if keeps_out else (chosen - waiting) or group.rights
    _change(group, meanwhile, not keeps_out, by, None, ip)
    return operation


def _change(
    group: UserGroup, rights: frozenset[str], is_active: bool, by: User, second: User | None, ip: str
) -> None:
    before, was_active = group.rights, group.is_active
    group.is_active = is_active
    _save(group, rights)
    for person, unit in members_of(group):
        _lay(group, person, unit)
    told: dict[str, Any] = {"added": sorted(rights - before), "removed": sorted(before - rights)}
    if is_active != was_active:
        told["is_active"] = is_active
    record("group_changed", by, second=second, ip=ip, group=group.name, **told)


def _save(group: UserGroup, rights: frozenset[str]) -> None:
    if not group.name:
        raise BadInput(_("Give the group a name."))
    if not rights:
        raise BadInput(_("Choose at least one right."))
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError:
        raise BadInput(_("There is a group of this name already.")) from None
    group.permissions.set(_permissions(rights))
    group._prefetched_objects_cache = {}  # type: ignore[attr-defined]


@transaction.atomic
def delete_group(group: UserGroup, by: User, *, ip: str = "") -> None:
    """Delete a group without members. Raises Refused."""
    group = _locked(group)
    can_delete(group).require()
    record("group_deleted", by, ip=ip, group=group.name, rights=sorted(group.rights))
    group.delete()


def members_of(group: UserGroup) -> list[tuple[User, Unit]]:
    """Who is in the group for which unit, by name (two queries)."""
    pairs = set(UnitRight.objects.filter(group=group).values_list("user_id", "content_object_id"))
    people = User.objects.in_bulk({user for user, _unit in pairs})
    units = Unit.objects.in_bulk({unit for _user, unit in pairs})
    found = [(people[user], units[unit]) for user, unit in pairs]
    return sorted(found, key=lambda pair: (pair[0].name, pair[0].username, pair[1].path))


@transaction.atomic
def place(
    person: User, group: UserGroup, unit: Unit, by: User, *, reason: str = "", ip: str = ""
) -> Operation | None:
    """Let *person* have the rights of *group* for *unit* and everything under it.

    A group with sensitive rights waits for a second person: the operation comes back. Raises Refused
    and BadInput.
    """
    group = _locked(group)
    can_place(person, group).require()
    if _is_member(person, group, unit):
        raise Refused(_("%(name)s is in the group for this unit already.") % {"name": person.name})
    sensitive = group.rights & SENSITIVE
    if not sensitive:
        _place(group, person, unit, by, None, ip)
        return None
    terms = _terms(group, sensitive) | {"unit": unit.pk, "unit_name": unit.name}
    about = f"{group.pk.hex}:{person.pk.hex}:{unit.pk}"
    return second_person.ask(PLACE, about, by, reason=reason, subject=person, ip=ip, **terms)


def _terms(group: UserGroup, waiting: Iterable[str]) -> dict[str, Any]:
    """What an operation on a group needs, and its words: names stay as they were when it was asked."""
    return {"group": group.pk.hex, "group_name": group.name, "gained": sorted(waiting)}


def _is_member(person: User, group: UserGroup, unit: Unit) -> bool:
    return UnitRight.objects.filter(user=person, group=group, content_object=unit).exists()


def _place(group: UserGroup, person: User, unit: Unit, by: User, second: User | None, ip: str) -> None:
    _lay(group, person, unit)
    about = {"group": group.name, "unit": unit.name, "rights": sorted(group.rights)}
    record("placed", by, subject=person, second=second, ip=ip, **about)


def _lay(group: UserGroup, person: User, unit: Unit) -> None:
    """Exactly one row for each right of the group."""
    rows = UnitRight.objects.filter(group=group, user=person, content_object=unit)
    wanted = {permission.pk for permission in group.permissions.all()}
    rows.exclude(permission__in=wanted).delete()
    there = set(rows.values_list("permission_id", flat=True))
    UnitRight.objects.bulk_create(
        UnitRight(group=group, user=person, content_object=unit, permission_id=each)
        for each in sorted(wanted - there)
    )


@transaction.atomic
def take_out(person: User, group: UserGroup, unit: Unit, by: User, *, ip: str = "") -> None:
    """End a membership; it counts no more from the next request on. Raises Refused when there is none."""
    group = _locked(group)
    if not _is_member(person, group, unit):
        raise Refused(_("%(name)s is not in the group for this unit any more.") % {"name": person.name})
    UnitRight.objects.filter(user=person, group=group, content_object=unit).delete()
    record("taken_out", by, subject=person, ip=ip, group=group.name, unit=unit.name)


def _group_of(operation: Operation) -> UserGroup:
    """The group it is about, locked. Raises Refused when it is gone or was widened since."""
    group = UserGroup.objects.select_for_update().filter(pk=UUID(operation.terms["group"])).first()
    if group is None:
        raise Refused(_("This group was deleted in between."))
    return group


def _widen(operation: Operation, second: User, ip: str) -> None:
    group, terms = _group_of(operation), operation.terms
    rights = group.rights | set(terms["gained"]) if group.is_active else frozenset(terms["rights"])
    if gained(group, with_needed(rights), is_active=True) - set(terms["gained"]):
        raise Refused(_("The group was changed since this was asked for. Let it be asked for again."))
    _change(group, with_needed(rights), True, operation.asked_by, second, ip)


def _confirmed_place(operation: Operation, second: User, ip: str) -> None:
    group, terms, person = _group_of(operation), operation.terms, operation.subject
    unit = Unit.objects.filter(pk=terms["unit"]).first()
    if unit is None or person is None:
        raise Refused(_("This unit was dissolved in between."))
    can_place(person, group).require()
    if (group.rights & SENSITIVE) - set(terms["gained"]):
        raise Refused(_("The group was changed since this was asked for. Let it be asked for again."))
    _place(group, person, unit, operation.asked_by, second, ip)


def _rights_said(operation: Operation) -> str:
    return _(", ").join(str(Right(right).label) for right in operation.terms["gained"] if right in Right)


def _widen_said(operation: Operation) -> str:
    said = {"group": operation.terms["group_name"], "rights": _rights_said(operation)}
    return _("Members of %(group)s gain: %(rights)s") % said


def _place_said(operation: Operation) -> str:
    said = {
        "name": operation.subject.name if operation.subject else "",
        "group": operation.terms["group_name"],
        "unit": operation.terms["unit_name"],
        "rights": _rights_said(operation),
    }
    return _("%(name)s comes into %(group)s for %(unit)s: %(rights)s") % said


WIDEN = second_person.register(
    SensitiveKind(
        "widen_group",
        label=gettext_lazy("Give a group sensitive rights"),
        carry_out=_widen,
        words=_widen_said,
    )
)
PLACE = second_person.register(
    SensitiveKind(
        "place_member",
        label=gettext_lazy("Place somebody in a group with sensitive rights"),
        carry_out=_confirmed_place,
        words=_place_said,
    )
)

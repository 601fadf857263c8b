"""Who may change the organisation, and what a change must not break."""

import datetime
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, UnitKind
from accounts.organisation import queries
from accounts.organisation.followers import carriers, followers
from accounts.organisation.models import ChangeKind, ChangeState, UnitChange
from common.verdict import ALLOWED, Verdict, refused

FARTHEST = datetime.timedelta(days=366)
UNDO_WINDOW = datetime.timedelta(days=30)
LEVELS = (UnitKind.UNIVERSITY, UnitKind.COLLEGE, UnitKind.MAJOR, UnitKind.CLASS)


def kind_below(kind: str) -> str:
    """The level under *kind*; empty below a class."""
    place = LEVELS.index(UnitKind(kind)) + 1
    return LEVELS[place].value if place < len(LEVELS) else ""


def verbs_for(unit: Unit) -> list[ChangeKind]:
    """What can be asked of *unit* at all."""
    if unit.kind == UnitKind.UNIVERSITY:
        return [ChangeKind.ADD, ChangeKind.RENAME]
    if not unit.is_active:
        return [ChangeKind.REOPEN]
    verbs = [ChangeKind.RENAME, ChangeKind.MOVE, ChangeKind.MERGE, ChangeKind.SPLIT, ChangeKind.CLOSE]
    if unit.kind == UnitKind.COLLEGE:
        verbs.remove(ChangeKind.MOVE)  # there is one university to be in
    return [ChangeKind.ADD, *verbs] if kind_below(unit.kind) else verbs


def can_take_effect_on(day: datetime.date) -> Verdict:
    """Changes hold from today or a later day of the coming year."""
    today = timezone.localdate()
    if day < today:
        return refused(_("The day has passed. Choose today or a later day."))
    if day > today + FARTHEST:
        return refused(_("Plan a year ahead at most."))
    return ALLOWED


def obstacles(change: UnitChange) -> list[str]:
    """Everything that stands in the way of *change* as things are now, in the reader's language."""
    match change.kind:
        case ChangeKind.ADD:
            found = _in_the_way_of_adding(change)
        case ChangeKind.RENAME:
            found = _name_taken(change, queries.parent_of(change.unit), but=change.unit)
        case ChangeKind.MOVE:
            found = _in_the_way_of_moving(change)
        case ChangeKind.MERGE:
            found = _in_the_way_of_merging(change)
        case ChangeKind.SPLIT:
            found = _in_the_way_of_splitting(change)
        case ChangeKind.CLOSE:
            found = _in_the_way_of_closing(change)
        case _:
            found = _in_the_way_of_reopening(change)
    return list(dict.fromkeys(found))


def _names(unit: Unit | None) -> dict[str, object]:
    return {"unit": unit.name if unit else ""}


def _in_the_way_of_adding(change: UnitChange) -> Iterable[str]:
    parent = change.target
    if parent is None or not parent.is_active or not kind_below(parent.kind):
        yield _("Nothing can be added under “%(unit)s”.") % _names(parent)
        return
    yield from _name_taken(change, parent)


def _name_taken(change: UnitChange, parent: Unit | None, but: Unit | None = None) -> Iterable[str]:
    if parent is None:
        return
    name, code = change.values.get("name", ""), change.values.get("code", "")
    others = Unit.objects.get_children(parent).filter(is_active=True)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.filter(name=name).exists():
        yield _("There is a unit called “%(name)s” there already.") % {"name": name}
    if (
        code
        and Unit.objects.filter(kind=_kind_of(change), code=code, is_active=True)
        .exclude(pk=but.pk if but else None)
        .exists()
    ):
        yield _("The code %(code)s is another unit's.") % {"code": code}


def _kind_of(change: UnitChange) -> str:
    if change.kind == ChangeKind.ADD and change.target is not None:
        return kind_below(change.target.kind)
    return change.unit.kind if change.unit else ""


def _in_the_way_of_moving(change: UnitChange) -> Iterable[str]:
    unit, parent = change.unit, change.target
    if unit is None or parent is None or not unit.is_active or not parent.is_active:
        yield _("One of the units is closed.")
        return
    if kind_below(parent.kind) != unit.kind:
        yield _("“%(unit)s” cannot lie there: choose a unit one level above it.") % _names(unit)
        return
    if queries.parent_of(unit) == parent:
        yield _("“%(unit)s” lies there already.") % _names(unit)
    if Unit.objects.get_children(parent).filter(name=unit.name, is_active=True).exclude(pk=unit.pk).exists():
        yield _("There is a unit called “%(name)s” there already.") % {"name": unit.name}


def _in_the_way_of_merging(change: UnitChange) -> Iterable[str]:
    unit, into = change.unit, change.target
    if unit is None or into is None or not unit.is_active or not into.is_active:
        yield _("One of the units is closed.")
        return
    if unit.pk == into.pk or unit.kind != into.kind or unit.kind == UnitKind.UNIVERSITY:
        yield _("Choose another unit of the same level.")
        return
    yield from _same_classes(unit, into)


def _same_classes(unit: Unit, into: Unit) -> Iterable[str]:
    """Classes of one name would be two in one major, and nobody could tell their students apart."""
    for child, twin in queries.twins(unit, into):
        if child.kind == UnitKind.CLASS:
            words = _("Both “%(unit)s” and “%(into)s” have a class “%(name)s”. Rename or merge these first.")
            yield words % {"unit": unit.name, "into": into.name, "name": child.name}
        else:
            yield from _same_classes(child, twin)


def _in_the_way_of_splitting(change: UnitChange) -> Iterable[str]:
    unit = change.unit
    if unit is None or not unit.is_active or unit.kind == UnitKind.UNIVERSITY:
        yield _("One of the units is closed.")
        return
    yield from _name_taken(change, queries.parent_of(unit))
    parts = change.values.get("units", [])
    inside = set(Unit.objects.get_children(unit).filter(pk__in=parts).values_list("pk", flat=True))
    if len(inside) != len(set(parts)):
        yield _("Some of the chosen units no longer lie in “%(unit)s”.") % _names(unit)
    if not parts and not any(change.values.get("members", {}).values()):
        yield _("Choose what goes to the new unit.")


def _in_the_way_of_closing(change: UnitChange) -> Iterable[str]:
    unit = change.unit
    if unit is None or not unit.is_active or unit.kind == UnitKind.UNIVERSITY:
        yield _("It is closed already.")
        return
    if Unit.objects.get_children(unit).filter(is_active=True).exists():
        yield _("There are units in it. Close or move them first.")
    inside = Unit.objects.filter(path__startswith=unit.path)
    for follower in followers():
        number = sum(follower.tally(inside).values()) if follower.holds_open else 0
        if number:
            words = _("%(number)s %(things)s are still there. Finish them, or merge the unit into another.")
            yield words % {"number": number, "things": follower.label}


def _in_the_way_of_reopening(change: UnitChange) -> Iterable[str]:
    unit = change.unit
    if unit is None or unit.is_active:
        yield _("It is in use.")
        return
    parent = queries.parent_of(unit)
    if parent is None or not parent.is_active:
        yield _("The unit above it is closed. Use that again first.")
        return
    if Unit.objects.get_children(parent).filter(name=unit.name, is_active=True).exists():
        yield _("There is a unit called “%(name)s” there already.") % {"name": unit.name}


def can_call_off(change: UnitChange) -> Verdict:
    """Only what waits for its day can be called off."""
    if change.is_scheduled:
        return ALLOWED
    return refused(_("It has been done already, or called off."))


def can_undo(change: UnitChange) -> Verdict:
    """Undone is the last change of all units it touched, within 30 days."""
    if change.state != ChangeState.DONE or change.done_at is None:
        return refused(_("Only what was done can be undone."))
    if timezone.now() - change.done_at > UNDO_WINDOW:
        return refused(_("It was done more than 30 days ago. Make a new change instead."))
    touched = queries.touched_by(change)
    later = UnitChange.objects.filter(state=ChangeState.DONE, done_at__gt=change.done_at)
    since = later.filter(Q(unit__in=touched) | Q(target__in=touched)).exclude(pk=change.pk).first()
    if since is not None:
        words = _("These units were changed again since: %(change)s. Undo that first.")
        return refused(words % {"change": since})
    return _can_take_away(change)


def _can_take_away(change: UnitChange) -> Verdict:
    """A unit that the change added goes; nothing but what the change brought may be in it."""
    brought = {key for key, _from in change.outcome.get("moved", [])}
    for unit in Unit.objects.filter(pk__in=change.outcome.get("added", [])):
        more = Unit.objects.get_children(unit).exclude(pk__in=brought).exists()
        posts = unit.appointments.exclude(pk__in=change.outcome.get("posts", {}).get("created", []))
        if more or posts.exists() or _has_more_members(change, unit):
            words = _("“%(unit)s” has got more since. Merge it into another unit instead.")
            return refused(words % _names(unit))
    return ALLOWED


def _has_more_members(change: UnitChange, unit: Unit) -> bool:
    """Whether anything has come into *unit* since that the change did not bring."""
    for follower in carriers():
        brought = sum(
            len(keys)
            for name, _source, target, keys in change.outcome.get("carried", [])
            if (name, target) == (follower.key, unit.pk)
        )
        if follower.tally(Unit.objects.filter(pk=unit.pk)).get(unit.pk, 0) > brought:
            return True
    return False

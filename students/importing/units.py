"""The organisation as a file sees it: college, major, class under the university."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from accounts.actions import add_unit
from accounts.models import Unit, UnitKind
from accounts.organisation.queries import successors
from common.bulk import insert_rows, update_rows
from students.importing.choices import plain
from students.importing.problems import Problem

LEVELS = (UnitKind.COLLEGE, UnitKind.MAJOR, UnitKind.CLASS)
_GENERIC_CLASS = re.compile(r"(\d{2,4}级)?第?[\d一二三四五六七八九十]+班?")
"""Class names that say nothing of their major, such as 1班: every major may have one."""


class Place(NamedTuple):
    """Where a row puts a student: three names, and the national code of the major."""

    college: str
    major: str
    student_class: str
    major_code: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """For comparing places."""
        return plain(self.college), plain(self.major), plain(self.student_class)

    @property
    def names(self) -> tuple[str, str, str]:
        """College, major and class."""
        return self.college, self.major, self.student_class


class Organisation:
    """The units of the school in memory, and those that a file would add."""

    def __init__(self, scope: Sequence[str] | None = None) -> None:
        """*scope*: paths of the units the importing person looks after; None for all."""
        self._scope = scope
        self._claims: dict[str, Counter[Place]] = defaultdict(Counter)
        self.reload()

    def reload(self) -> None:
        """Read the units anew; what rows claim stays."""
        self._root: Unit | None = None
        self._units: dict[int, Unit] = {}
        self._by_path: dict[str, Unit] = {}
        self._last_child: dict[str, str] = {}
        self._named: dict[tuple[str, str], Unit] = {}
        self._coded: dict[tuple[str, str], Unit] = {}
        self._classes: dict[str, list[Unit]] = defaultdict(list)
        for unit in Unit.objects.order_by("path"):
            self._remember(unit)
        for source, target in successors().items():
            if source in self._units and target in self._units:
                self._name(self._units[source], self._units[target])

    def _remember(self, unit: Unit) -> None:
        self._units[unit.pk] = unit
        self._take(unit.path, unit)
        if not unit.is_active:  # nobody new is put there
            return
        self._name(unit, unit)
        if unit.kind == UnitKind.UNIVERSITY:
            self._root = self._root or unit
        if unit.kind == UnitKind.CLASS:
            self._classes[plain(unit.name)].append(unit)

    def _name(self, unit: Unit, found: Unit) -> None:
        """Let whoever writes the names of *unit* find a unit: itself, or what it was merged into."""
        parent = unit.path[: -Unit.steplen]
        self._named.setdefault((parent, plain(unit.name)), found)
        for other in filter(None, (unit.code, unit.short_name)):
            self._coded.setdefault((parent, plain(other)), found)

    # --- reading ------------------------------------------------------------------------------

    def claim(self, place: Place, rows: int = 1) -> None:
        """Count the opinion of so many *rows* of where a class belongs; the majority is right."""
        self._claims[plain(place.student_class)][Place(*place.names)] += rows

    def find(self, place: Place) -> Unit | None:
        """The class, when it is already there."""
        found = self._walk(place)
        return found[-1] if len(found) == len(LEVELS) + 1 else None

    def ids_of(self, places: Iterable[Place | None]) -> dict[Place | None, int]:
        """Place -> key of its class, for places that are there."""
        found = {place: self.find(place) for place in set(places) if place}
        return {place: unit.pk for place, unit in found.items() if unit}

    def _walk(self, place: Place) -> list[Unit]:
        """The units on the way from the university to *place*, as far as they exist."""
        found = [self._root] if self._root else []
        for name in place.names if found else ():
            key = (found[-1].path, plain(name))
            child = self._named.get(key) or self._coded.get(key)
            if child is None:
                break
            found.append(child)
        return found

    def place_of(self, unit_id: int) -> Place:
        """The names on the way down to the unit."""
        path = self._units[unit_id].path
        ends = range(2 * Unit.steplen, len(path) + 1, Unit.steplen)
        names = [self._by_path[path[:end]].name for end in ends]
        return Place(*(names + [""] * len(LEVELS))[: len(LEVELS)])

    def problem_with(self, place: Place) -> Problem | None:
        """Why nobody can be put there: the class is another major's, or the place is out of scope."""
        return self._elsewhere(place) or self._outside(place)

    def _elsewhere(self, place: Place) -> Problem | None:
        name = plain(place.student_class)
        if _GENERIC_CLASS.fullmatch(name) or self.find(place):
            return None
        if known := self._classes.get(name):
            own = next((unit.pk for unit in known if self.covers(unit.pk)), None)
            if own is None:
                return Problem("student_class", "class_taken_elsewhere", "", {"name": place.student_class})
            home = self.place_of(own)
        else:
            home = max(self._claims[name], key=self._claims[name].__getitem__, default=place)
        if home.key == place.key:
            return None
        params = {"name": home.student_class, "major": home.major, "college": home.college}
        return Problem("student_class", "class_elsewhere", place.student_class, params)

    def _outside(self, place: Place) -> Problem | None:
        if self._scope is None:
            return None
        found = self._walk(place)
        if found and found[-1].path.startswith(tuple(self._scope)):
            return None
        return Problem("college", "outside_scope", place.college, {"name": place.college})

    def covers(self, unit_id: int) -> bool:
        """Whether the unit is one the importing person looks after."""
        return self._scope is None or self._units[unit_id].path.startswith(tuple(self._scope))

    def missing(self, places: Iterable[Place]) -> list[Place]:
        """The places that are not there yet, each once."""
        wanted = {place.key: place for place in places}
        return [place for place in wanted.values() if self.find(place) is None]

    # --- growing ------------------------------------------------------------------------------

    def grow(self, places: Iterable[Place]) -> list[Unit]:
        """Add what is missing on the way to *places*, three statements a level; the units added.

        Call inside a transaction: the university's row is locked, so two imports never make the same
        unit twice.
        """
        places = self.missing(places)
        if not places:
            return []
        self._lock()
        added: list[Unit] = []
        for level in range(len(LEVELS)):
            added += self._add_level(level, places)
        return added

    def _lock(self) -> None:
        if not Unit.objects.filter(kind=UnitKind.UNIVERSITY).exists():
            add_unit(None, UnitKind.UNIVERSITY, settings.SCHOOL_NAME, code=settings.SCHOOL_CODE)
        list(Unit.objects.select_for_update().filter(kind=UnitKind.UNIVERSITY))
        self.reload()

    def _add_level(self, level: int, places: list[Place]) -> list[Unit]:
        wanted: dict[tuple[str, str], Unit] = {}
        for place in places:
            found = self._walk(place)
            name = place.names[level]
            if len(found) == level + 1 and (found[-1].path, plain(name)) not in wanted:
                wanted[found[-1].path, plain(name)] = Unit(
                    kind=LEVELS[level],
                    name=name,
                    code=place.major_code if LEVELS[level] == UnitKind.MAJOR else "",
                    depth=found[-1].depth + 1,
                )
        return self._save_children(wanted)

    def _save_children(self, wanted: dict[tuple[str, str], Unit]) -> list[Unit]:
        """Give every new unit its path below its parent, as treebeard would, and save them at once."""
        parents: dict[str, Unit] = {}
        for (parent_path, _name), unit in wanted.items():
            parent = parents.setdefault(parent_path, self._by_path[parent_path])
            parent.numchild += 1
            unit.path = Unit._get_path(parent_path, unit.depth, self._next_step(parent_path))
            self._take(unit.path, unit)
        if wanted:
            insert_rows(Unit, list(wanted.values()))
            update_rows(Unit, list(parents.values()), ["numchild"])
        saved = list(Unit.objects.filter(path__in=[unit.path for unit in wanted.values()]).order_by("path"))
        for unit in saved:
            self._remember(unit)
        return saved

    def _next_step(self, parent_path: str) -> int:
        last = self._last_child.get(parent_path, "")
        return 1 + (Unit._str2int(last[-Unit.steplen :]) if last else 0)

    def _take(self, path: str, unit: Unit) -> None:
        """Note the unit at *path* and, if so, as the last under its parent."""
        self._by_path[path] = unit
        parent = path[: -Unit.steplen]
        self._last_child[parent] = max(path, self._last_child.get(parent, ""))


@transaction.atomic
def remove_empty(unit_ids: Sequence[int]) -> int:
    """Delete those of the units that have no students, nobody appointed and nothing under them."""
    removed = 0
    while doomed := list(_childless(unit_ids)):
        Unit.objects.filter(pk__in=doomed).delete()
        removed += len(doomed)
    return removed


def _childless(unit_ids: Sequence[int]) -> Iterable[int]:
    free = {
        "numchild": 0,
        "students": None,
        "appointments": None,
        "unit_changes": None,
        "target_changes": None,
    }
    units = Unit.objects.filter(pk__in=unit_ids, **free)
    return units.values_list("pk", flat=True)

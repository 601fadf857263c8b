"""What the page of a replay shows: how many cases differ, the work of every step and role, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.models import Unit
from accounts.roles import Role
from processes.bpmn.model import Element
from processes.bpmn.reader import read
from processes.evolve import reasons, trial_queries
from processes.evolve.models import Draft
from processes.evolve.replay import Replayer
from processes.evolve.trial_records import Trial, TrialCase, TrialKind
from processes.evolve.trials import result_of
from processes.models import CaseState

#: So many units stand on the page, those with the largest change first; the file has all.
MOST_UNITS = 40
#: So many roles stand beside the chain.
MOST_ROLES = 3
#: So many cases are replayed beside the chain, or as many as can be in that time.
SAMPLE, SECONDS = 1000, 0.25


def role_name(role: str) -> str:
    """Who is asked, in words."""
    said = {"initiator": _("The applicant"), "doer": _("Who did an earlier step")}
    return said.get(role) or (str(Role(role).label) if role in Role.values else role)


@dataclass(frozen=True)
class Line:
    """One bar: how often somebody was asked and would be, in the whole season or (*weekly*) in a week."""

    name: str
    kind: str
    key: str
    before: float
    after: float
    gained: int
    lost: int
    most: float
    people: int | None = None
    hours: float | None = None

    @property
    def change(self) -> int | None:
        """By how many of a hundred it changes; None when nobody was asked before."""
        return round(100 * (self.after - self.before) / self.before) if self.before else None

    @property
    def change_size(self) -> int:
        """The change without its sign."""
        return abs(self.change or 0)

    @property
    def more_key(self) -> str:
        """The name of the number of cases in which they are asked more often."""
        return f"{self.kind}+{self.key}"

    @property
    def less_key(self) -> str:
        """The name of the number of cases in which they are asked less often."""
        return f"{self.kind}-{self.key}"

    @property
    def differs(self) -> bool:
        """Whether anything changes."""
        return self.before != self.after or bool(self.gained or self.lost)

    @property
    def before_width(self) -> float:
        """The length of the bar of before, of a hundred."""
        return round(100 * self.before / self.most, 1) if self.most else 0

    @property
    def after_width(self) -> float:
        """The length of the bar of after, of a hundred."""
        return round(100 * self.after / self.most, 1) if self.most else 0

    @property
    def each(self) -> float | None:
        """How much more a week every one of the people has; None when nobody holds the role there."""
        return (self.after - self.before) / self.people if self.people else None

    @property
    def span(self) -> timedelta | None:
        """Half of the recorded tasks took no longer."""
        return None if self.hours is None else timedelta(hours=self.hours)


class ReplayPage:
    """The numbers of a replay that is done, in the reader's language."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.result = trial, trial.result
        self.language = get_language() or ""

    @cached_property
    def elements(self) -> Mapping[str, Element]:
        """The steps by their ids: those of the draft, and those that it no longer has."""
        new = dict(read(self.trial.text).elements)
        return new | {k: e for k, e in read(self.trial.base.bpmn).elements.items() if k not in new}

    @property
    def tiles(self) -> list[tuple[str, str, int]]:
        """What differs: the number's name, what it says, how many cases."""
        said = {
            "others": _("go another way"),
            "otherwise": _("end with another result"),
            "stuck": _("get stuck"),
            "shifted": _("go the same way past other people"),
        }
        return [(name, words, self.result[name]) for name, words in said.items()]

    @cached_property
    def levels(self) -> list[Line]:
        """Every step of people in the order of the draft, then those that it no longer has."""
        found = self.result["levels"]
        order = [key for key in self.elements if key in found] + [k for k in found if k not in self.elements]
        most = _most(found.values())
        return [
            _line(self.step(key), "level", key, found[key], 1, most, hours=found[key]["hours"])
            for key in order
        ]

    @cached_property
    def roles(self) -> list[Line]:
        """The work of each role in a week, the largest change first."""
        found, weeks = self.result["roles"], self.result["weeks"]
        most = _most(found.values()) / weeks
        lines = [_line(role_name(k), "role", k, each, weeks, most) for k, each in found.items()]
        return sorted(lines, key=_by_change)

    @cached_property
    def units(self) -> list[Line]:
        """The work of each role in each unit in a week, the largest change first."""
        found, weeks = [each for each in self.result["pools"] if each["unit"]], self.result["weeks"]
        names = dict(Unit.objects.filter(pk__in={e["unit"] for e in found}).values_list("pk", "name"))
        people = trial_queries.people_in_pools(
            [(each["role"], each["unit"]) for each in found], timezone.localdate()
        )
        most = _most(found) / weeks
        lines = [
            _line(
                f"{names.get(each['unit'], '?')} · {role_name(each['role'])}",
                "pool",
                f"{each['role']}@{each['unit']}",
                each,
                weeks,
                most,
                people=people.get((each["role"], each["unit"]), 0),
            )
            for each in found
        ]
        return sorted(lines, key=_by_change)

    @property
    def changed_units(self) -> list[Line]:
        """The units whose work changes most."""
        return [line for line in self.units if line.differs][:MOST_UNITS]

    @property
    def more_units(self) -> int:
        """How many units change that are not shown."""
        return max(0, sum(line.differs for line in self.units) - MOST_UNITS)

    @property
    def placed(self) -> list[tuple[str, str]]:
        """Steps of before, each with the one of the draft that takes its place."""
        found = self.trial.mapping.get("by_hand", {})
        return [(self.step(old), self.step(new)) for old, new in found.items()]

    def step(self, key: str) -> str:
        """What a step is called."""
        return _label(self.elements, key, self.language)

    def way(self, keys: Iterable[str]) -> str:
        """A way in words: the steps one after another."""
        return " → ".join(self.step(key) for key in keys)

    def number_said(self, number: str) -> str | None:
        """What a number counts, in words; None for one that the replay has not."""
        for name, words, _count in self.tiles:
            if number == name:
                return _("Cases that %(what)s") % {"what": words}
        for line in (*self.levels, *self.roles, *self.units):
            if number == line.more_key:
                return _("Cases with more work for: %(who)s") % {"who": line.name}
            if number == line.less_key:
                return _("Cases with less work for: %(who)s") % {"who": line.name}
        return None

    def table(self) -> tuple[list[str], list[list[str]]]:
        """All numbers as a table: header and rows."""
        header = [
            _("What"),
            _("Step, role or unit"),
            _("Before"),
            _("After"),
            _("Change in %"),
            _("Cases with more"),
            _("Cases with less"),
            _("Half within, hours"),
            _("Number of people"),
        ]
        rows = [[_("Cases"), words, "", "", "", str(count)] for _name, words, count in self.tiles]
        kinds = ((_("Step"), self.levels), (_("Role, a week"), self.roles), (_("Unit, a week"), self.units))
        rows += [[kind, *_cells(line)] for kind, lines in kinds for line in lines]
        return header, rows


class MovePage:
    """What a preview of moving running cases found, in the reader's language."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.result = trial, trial.result
        self.language = get_language() or ""

    @cached_property
    def _old(self) -> Mapping[str, Element]:
        return read(self.trial.base.bpmn).elements

    @cached_property
    def _new(self) -> Mapping[str, Element]:
        return read(self.trial.text).elements

    @property
    def steps(self) -> list[tuple[str, str, int]]:
        """Where cases wait, where they would go on, how many."""
        return [
            (_label(self._old, old, self.language), _label(self._new, new, self.language), count)
            for old, new, count in self.result["steps"]
        ]

    @property
    def stays(self) -> list[tuple[str, str, int]]:
        """Why cases would stay: the words, the number's name, how many."""
        return [
            (self._why(reason, node), f"stays:{reason}:{node}", count)
            for reason, node, count in self.result["reasons"]
        ]

    @property
    def stay_count(self) -> int:
        """How many cases would stay."""
        return sum(count for _reason, _node, count in self.result["reasons"])

    def way(self, _keys: Iterable[str]) -> str:
        """A case that only moves has no way of its own to show."""
        return ""

    def number_said(self, number: str) -> str | None:
        """What a number counts, in words; None for one that the preview has not."""
        return next((words for words, name, _count in self.stays if name == number), None)

    def _why(self, reason: str, node: str) -> str:
        if reason == reasons.RULE:
            return _("A rule is in the way; each case says which.")
        return reasons.words(reason, node, dict(self._new) | dict(self._old), self.language)


@dataclass(frozen=True)
class Live:
    """What stands beside the chain while it is changed: *total* cases, a season's (*whole*) or some."""

    total: int
    result: Mapping[str, Any]
    whole: bool

    @property
    def others(self) -> int:
        """How many cases go another way."""
        return int(self.result["others"])

    @property
    def stuck(self) -> int:
        """How many cases get stuck."""
        return int(self.result["stuck"])

    @property
    def changes(self) -> list[tuple[str, str]]:
        """The roles whose work changes most, with the change of a week."""
        loads = self.result["roles"]
        order = sorted(loads, key=lambda role: -abs(loads[role]["after"] - loads[role]["before"]))
        changed = [role for role in order if loads[role]["after"] != loads[role]["before"]]
        return [(role_name(role), _change_said(loads[role])) for role in changed[:MOST_ROLES]]


def live_of(draft: Draft) -> Live:
    """What the draft would change: from its last whole replay, else from the newest cases, within a moment.

    Raises UnsoundDefinition when the draft cannot be run.
    """
    whole = trial_queries.latest_of(draft, TrialKind.REPLAY)
    if whole is not None and not whole.is_running:
        return Live(whole.total, whole.result, True)
    key = draft.definition.key
    keys = trial_queries.newest_finished(key, SAMPLE)
    found = Replayer(key, draft.text).run_within(keys, SECONDS)
    return Live(found.total, result_of(found), False)


def _change_said(load: Mapping[str, int]) -> str:
    """`+14 % a week`, or that somebody is asked who was not before."""
    before, after = load["before"], load["after"]
    if not before:
        return pgettext("step", "new")
    return _("%(change)s %% a week") % {"change": f"{100 * (after - before) / before:+.0f}"}


Page = ReplayPage | MovePage


def page_of(trial: Trial) -> Page:
    """The numbers of a trial that is done."""
    return ReplayPage(trial) if trial.kind == TrialKind.REPLAY else MovePage(trial)


def end_of(page: Page, found: TrialCase) -> str:
    """How a case would end in the draft, or why it would stay."""
    if found.message:
        return found.message
    if found.stuck:
        return _("gets stuck at “%(step)s”") % {"step": page.way([found.stuck])}
    before, after = str(CaseState(found.case.state).label), str(CaseState(found.outcome).label)
    return after if before == after else f"{before} → {after}"


def _label(elements: Mapping[str, Element], key: str, language: str) -> str:
    return elements[key].label(language) if key in elements else key


def season_name(trial: Trial) -> str:
    """Which cases were replayed."""
    return season_words(trial.cohort)


def season_words(cohort: int | None) -> str:
    """A season as a menu shows it."""
    return _("Last 12 months") if cohort is None else _("Cohort %(year)s") % {"year": cohort}


def _cells(line: Line) -> list[str]:
    change = "" if line.change is None else str(line.change)
    hours = "" if line.hours is None else f"{line.hours:.1f}"
    people = "" if line.people is None else str(line.people)
    numbers = [f"{line.before:.4g}", f"{line.after:.4g}", change, str(line.gained), str(line.lost)]
    return [line.name, *numbers, hours, people]


def _line(
    name: str,
    kind: str,
    key: str,
    load: Mapping[str, Any],
    weeks: float,
    most: float,
    *,
    people: int | None = None,
    hours: float | None = None,
) -> Line:
    before, after = load["before"] / weeks, load["after"] / weeks
    return Line(name, kind, key, before, after, load["gained"], load["lost"], most, people, hours)


def _most(loads: Iterable[Mapping[str, Any]]) -> float:
    return max((max(each["before"], each["after"]) for each in loads), default=0)


def _by_change(line: Line) -> tuple[float, str]:
    return -abs(line.after - line.before), line.name

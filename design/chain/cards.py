"""A chain as the page shows it: cards with words, gaps with names, columns for branches."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from accounts.models import UnitKind
from accounts.roles import Role
from design.chain.menus import Variable, said
from design.problems import Told
from processes.bpmn.chain import items
from processes.bpmn.chain.branches import DECIDING, OURS
from processes.bpmn.lint.people import MEMBERS
from processes.bpmn.model import (
    ALL,
    ANY,
    EXCLUSIVE_GATEWAY,
    INCLUSIVE_GATEWAY,
    PARALLEL_GATEWAY,
    RATIO,
    Element,
)


@dataclass
class Card:
    """One item of the line. *kind* says which template part draws it."""

    kind: str
    id: str
    name: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Told] = field(default_factory=list)
    before: str = ""
    #: The gaps into which the buttons up and down put it; empty where there is none.
    up: str = ""
    down: str = ""
    when: str = ""
    attached: list[str] = field(default_factory=list)
    columns: list["Column"] = field(default_factory=list)
    can_add_way: bool = False
    has_conditions: bool = False


@dataclass
class Line:
    """Cards one below the other, and the gap behind the last one."""

    cards: list[Card]
    after: str = ""


@dataclass
class Column:
    """A way of a branch."""

    flow: str
    name: str
    condition: str
    is_default: bool
    is_locked: bool
    line: Line
    problems: list[Told] = field(default_factory=list)
    can_remove: bool = False
    can_move: bool = False


@dataclass(frozen=True)
class Painter:
    """Makes cards of items; knows the names of levels, the variables and what lint said."""

    chain: items.Chain
    known: Mapping[str, Variable]
    problems: Mapping[str, list[Told]]

    def line(self, path: items.Path) -> Line:
        """A path as cards."""
        cards = [self._card(step.item, step.before.key if step.before else "") for step in path.steps]
        after = path.after.key if path.after else ""
        gaps = [card.before for card in cards] + [after]
        for number, card in enumerate(cards):
            if card.kind in ("level", "automatic", "branch") and card.before:
                card.up = gaps[number - 1] if number and gaps[number - 1] else ""
                card.down = gaps[number + 2] if number + 2 < len(gaps) else ""
        return Line(cards, after)

    def _card(self, item: items.Item, before: str) -> Card:
        card = Card(_KINDS[type(item)], item.element.id, name_of(item.element), before=before)
        card.problems = list(self.problems.get(item.element.id, []))
        card.attached = [self.attached(each) for each in getattr(item, "attached", ())]
        if isinstance(item, items.Level):
            self._level(card, item)
        elif isinstance(item, items.Branch):
            self._branch(card, item)
        elif isinstance(item, items.Locked):
            card.lines = [(_("Only in the diagram"), _LOCKED[item.reason]())]
        return card

    @staticmethod
    def attached(locked: items.Locked) -> str:
        return " → ".join(name_of(each) for each in (locked.element, *locked.contains))

    def _level(self, card: Card, item: items.Level) -> None:
        task = item.element
        card.lines = [
            (pgettext("level", "Who"), self.who(task)),
            (pgettext("level", "How many"), how_many(task)),
            (pgettext("level", "May"), self.may(task)),
            (pgettext("level", "By when"), by_when(task)),
        ]
        if item.gate is not None:
            condition = item.gate.condition
            text = said(condition, self.known) if condition else item.gate.flow.condition
            card.when = (
                _("Left out when %(condition)s") if item.gate.skips else _("Only when %(condition)s")
            ) % {"condition": text}
            card.problems += self.problems.get(item.gate.flow.id, [])

    def who(self, task: Element) -> str:
        """Who does a task, in words."""
        if task.is_initiators:
            return _("The applicant")
        if task.doer_of:
            other = self.chain.places.get(task.doer_of)
            name = name_of(other.element) if other is not None else task.doer_of
            return _("The person who did “%(level)s”") % {"level": name}
        if not task.role:
            return _("People named in the case") if task.loop else _("Nobody yet")
        role = Role(task.role).label if task.role in Role.values else task.role
        unit = UnitKind(task.unit_kind).label if task.unit_kind in UnitKind.values else task.unit_kind
        return f"{role} · {unit}"

    def may(self, task: Element) -> str:
        """What the people of a level may do, in words."""
        can = [] if task.is_initiators else [_("approve")]
        target = self.chain.places.get(task.settings.get("returnTo", ""))
        if not task.is_initiators:
            where = name_of(target.element) if target is not None else _("the applicant")
            can.append(_("return to %(level)s") % {"level": where})
        can += [_("reject")] if task.flag("canReject") else []
        can += [_("decide many at once")] if task.flag("batch") else []
        count = len(task.settings.get("mayEdit", "").split())
        if count:
            can.append(
                ngettext("change %(count)s field", "change %(count)s fields", count) % {"count": count}
            )
        return _(", ").join(can) or _("fill in and submit")

    def _branch(self, card: Card, item: items.Branch) -> None:
        kind = item.element.type
        card.lines = [
            (_("Branch"), _BRANCHES[kind]() if kind in _BRANCHES else _("the first thing that happens"))
        ]
        card.has_conditions = kind in DECIDING
        card.can_add_way = kind in OURS and bool(item.leads_to)
        count = sum(not way.is_default for way in item.ways)
        for way in item.ways:
            text = said(way.condition, self.known) if way.condition else way.flow.condition
            column = Column(way.flow.id, name_of_flow(way), text, way.is_default, False, self.line(way.path))
            column.is_locked = bool(way.flow.condition) and way.condition is None
            column.problems = self.problems.get(way.flow.id, [])
            column.can_remove = kind in OURS and not way.is_default
            column.can_move = card.has_conditions and not way.is_default and count > 1
            card.columns.append(column)


def how_many(task: Element) -> str:
    """How many people decide, and how, in words."""
    loop = task.loop
    if loop is None:
        return _("One person")
    people = _("Everybody who holds the role") if loop.collection in ("", MEMBERS) else _("The people named")
    agree = {ALL: _("all have to agree"), ANY: _("one has to agree")}.get(loop.complete)
    if agree is None:
        share = f"{float(loop.ratio or 0.5):.0%}" if loop.complete == RATIO or loop.ratio else "50%"
        agree = _("%(share)s have to agree") % {"share": share}
    order = _("one after another") if loop.sequential else _("side by side")
    return _(", ").join([people, agree, order])


def by_when(task: Element) -> str:
    """Deadline, reminder and escalation, in words."""
    due, remind = task.settings.get("dueWorkdays"), task.settings.get("remindWorkdays")
    if not due:
        return _("No deadline")
    days = int(due) if due.isdigit() else 0
    parts = [ngettext("%(days)s workday", "%(days)s workdays", days) % {"days": due}]
    if remind:
        parts.append(_("reminder %(days)s before") % {"days": remind})
    if task.settings.get("escalateWorkdays"):
        parts.append(_("escalated %(days)s after") % {"days": task.settings["escalateWorkdays"]})
    return _(", ").join(parts)


def name_of(element: Element) -> str:
    """The name of an element in the reader's language; a place for one that has none."""
    name = element.label(get_language() or "")
    return name if name != element.id else _("(without a name)")


def name_of_flow(way: items.Way) -> str:
    """The name of a way in the reader's language, or empty."""
    english = (get_language() or "").startswith("en")
    return (english and way.flow.settings.get("nameEn", "")) or way.flow.name


_KINDS: Mapping[type, str] = {
    items.Start: "start",
    items.Level: "level",
    items.Automatic: "automatic",
    items.Branch: "branch",
    items.Meeting: "meeting",
    items.Locked: "locked",
    items.End: "end",
    items.Jump: "jump",
}
_LOCKED = {
    "subprocess": lambda: _("a process of its own within this one"),
    "call": lambda: _("another process is called"),
    "event": lambda: _("the case waits for a time or a message"),
    "boundary": lambda: _("something happens while people are at work"),
    "detail": lambda: _("it holds something that no menu can say"),
    "aside": lambda: _("it begins by itself"),
}
_BRANCHES = {
    EXCLUSIVE_GATEWAY: lambda: _("the first way whose condition holds"),
    INCLUSIVE_GATEWAY: lambda: _("every way whose condition holds"),
    PARALLEL_GATEWAY: lambda: _("all ways side by side"),
}

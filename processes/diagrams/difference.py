"""What differs between two versions, in plain words, and what of it is marked in the drawings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import UnitKind
from accounts.roles import Role
from processes.bpmn.diff import (
    ADDED,
    CHANGED,
    CONTENT,
    FLOW,
    MOVED,
    PROCESS,
    REMOVED,
    Change,
    Difference,
    diff,
)
from processes.bpmn.model import Model
from processes.bpmn.picture import picture
from processes.bpmn.reader import read
from processes.diagrams.words import flow_name, name_of, type_name

#: Facet of `processes.bpmn.diff` -> what people call it.
FACETS: Mapping[str, Promise] = {
    "name": pgettext_lazy("difference", "Name"),
    "nameEn": _("English name"),
    "type": _("Kind"),
    "key": _("Key"),
    "inside": _("Inside the group"),
    "from": pgettext_lazy("difference", "From"),
    "to": pgettext_lazy("difference", "To"),
    "condition": _("Condition"),
    "default": _("Way when no condition holds"),
    "attachedTo": _("Sits on"),
    "interrupting": _("Ends the step it sits on"),
    "called": _("Process called"),
    "inputs": _("Data handed over"),
    "outputs": _("Data taken back"),
    "rules": _("Rules"),
    "event": _("What it waits for"),
    "timer": _("When"),
    "timerWorkdays": _("After workdays"),
    "loop": _("Several people"),
    "collection": _("Who is asked"),
    "complete": _("Decided when"),
    "ratio": _("Share that has to agree"),
    "weights": _("Weights of the votes"),
    "initiator": _("Done by the applicant"),
    "role": _("Role"),
    "unit": _("Level of the unit"),
    "doerOf": _("Same person as at step"),
    "dueWorkdays": _("Deadline in workdays"),
    "remindWorkdays": _("Reminder, workdays before"),
    "escalateWorkdays": _("Reported upwards, workdays after"),
    "escalateTo": _("Reported to"),
    "canReject": _("May reject"),
    "batch": _("May be decided together"),
    "resubmit": _("After a correction"),
    "returnTo": _("Returned to"),
    "onEmpty": _("When nobody holds the role"),
    "onSame": _("When the person has decided before"),
    "onConflict": _("On a conflict of interest"),
    "onObjection": _("On an objection"),
    "result": _("Result is kept in"),
    "copyTo": _("Copy to"),
    "form": _("Form"),
    "mayEdit": _("Fields that may be edited"),
    "ask": _("What is asked"),
    "askEn": _("What is asked, in English"),
    "handler": _("What it does"),
    "run": _("When it runs"),
}
KINDS: Mapping[str, Promise] = {
    ADDED: pgettext_lazy("difference", "added"),
    REMOVED: pgettext_lazy("difference", "removed"),
    CHANGED: pgettext_lazy("difference", "changed"),
    MOVED: _("moved in the drawing"),
}
SIGNS: Mapping[str, str] = {ADDED: "+", REMOVED: "−", CHANGED: "≠", MOVED: "↔"}
#: Values that mean the same wherever they stand.
_VALUES: Mapping[str, Promise] = {
    "true": _("yes"),
    "false": _("no"),
    "all": _("all agree"),
    "any": _("one decides"),
    "ratio": _("a share agrees"),
    "weighted": _("a share of the weights agrees"),
    "sequential": _("one after another"),
    "parallel": _("side by side"),
    "timer": _("a time"),
    "message": _("a message"),
    "error": _("an error"),
    "terminate": _("ends the whole process"),
    "now": _("at once"),
    "later": _("afterwards, by itself"),
    "to_returner": _("straight to who returned it"),
    "all_levels": _("through all levels again"),
    "up": _("one level higher"),
}
#: Facets whose values are words of people or of the school, never ours.
_AS_WRITTEN = frozenset({"name", "nameEn", "ask", "askEn", "key", "condition", "rules", "form", "result"})


@dataclass(frozen=True)
class Said:
    """One facet in words, before and after; empty: not set."""

    facet: str
    before: str
    after: str


@dataclass(frozen=True)
class Row:
    """One line of the table of differences."""

    kind: str
    kind_name: str
    sign: str
    element_id: str
    name: str
    type: str
    changes: tuple[Said, ...]


class DifferencePage:
    """Two versions side by side, in the reader's language. Raises BpmnError for what cannot be read."""

    def __init__(self, before: str, after: str) -> None:
        self.language = get_language() or ""
        self._texts = (before, after)
        self._models = (read(before), read(after))
        self._found = diff(before, after)

    @property
    def before(self) -> dict[str, Any]:
        """The drawing of the earlier version: what is gone, what is changed."""
        return self._drawing(0, {REMOVED, CHANGED})

    @property
    def after(self) -> dict[str, Any]:
        """The drawing of the later version: what is new, what is changed."""
        return self._drawing(1, {ADDED, CHANGED})

    @property
    def rows(self) -> list[Row]:
        """All differences in words, but for what only lies elsewhere in the drawing."""
        return [self._row(each) for each in self._found if each.kind != MOVED]

    @property
    def moved(self) -> list[Row]:
        """What only lies elsewhere in the drawing."""
        return [self._row(each) for each in self._found if each.kind == MOVED and each.type != FLOW]

    @property
    def legend(self) -> list[dict[str, str]]:
        """What the colours mean."""
        return [
            {"state": kind, "sign": SIGNS[kind], "words": str(KINDS[kind])}
            for kind in (ADDED, REMOVED, CHANGED)
        ]

    def _drawing(self, side: int, shown: set[str]) -> dict[str, Any]:
        marks = {
            each.element_id: {"state": each.kind, "sign": SIGNS[each.kind]}
            for each in self._found
            if each.kind in shown and each.type != PROCESS
        }
        return {"bpmn": picture(self._texts[side], self.language), "marks": marks}

    def _row(self, each: Difference) -> Row:
        model = self._models[0 if each.kind == REMOVED else 1]
        changes = each.changes if each.kind == CHANGED else tuple(c for c in each.changes if c.facet in _TOLD)
        return Row(
            kind=each.kind,
            kind_name=str(KINDS[each.kind]),
            sign=SIGNS[each.kind],
            element_id="" if each.type == PROCESS else each.element_id,
            name=self._name(each, model),
            type=type_name(each.type),
            changes=tuple(self._said(change) for change in changes),
        )

    def _name(self, each: Difference, model: Model) -> str:
        if each.type == PROCESS:
            return each.name
        if each.type != FLOW:
            return name_of(model.elements[each.element_id], self.language)
        flow = model.flows[each.element_id]
        return flow_name(flow, *(self._element(key, model) for key in (flow.source, flow.target)))

    def _element(self, key: str, model: Model) -> str:
        return name_of(model.elements[key], self.language) if key in model.elements else key

    def _said(self, change: Change) -> Said:
        if change.facet == CONTENT:
            return Said(gettext("Something that this system keeps but does not read"), "", "")
        before, after = (
            self._value(change.facet, value, model)
            for value, model in zip((change.before, change.after), self._models, strict=True)
        )
        return Said(facet_name(change.facet), before, after)

    def _value(self, facet: str, value: str, model: Model) -> str:
        if facet in _REFERENCES and value in model.elements:
            return name_of(model.elements[value], self.language)
        if facet == "role" and value in Role.values:
            return str(Role(value).label)
        if facet == "type":
            return type_name(value)
        if facet == "default" and value in model.flows:
            flow = model.flows[value]
            return flow_name(flow, *(self._element(key, model) for key in (flow.source, flow.target)))
        if facet == "unit" and value in UnitKind.values:
            return str(UnitKind(value).label)
        return value if facet in _AS_WRITTEN else str(_VALUES.get(value, value))


#: Facets that name an element.
_REFERENCES = frozenset({"from", "to", "attachedTo", "inside", "doerOf", "returnTo"})
#: Of what is new or gone, only this is said.
_TOLD = frozenset({"role", "unit", "condition", "dueWorkdays", "handler", "called", "timer", "timerWorkdays"})


def facet_name(facet: str) -> str:
    """What people call a facet; a variable of the case by its name, an unknown one as it is written."""
    if facet.startswith("variable "):
        return gettext("Case variable %(name)s") % {"name": facet.partition(" ")[2]}
    return str(FACETS.get(facet, facet))

"""What people send from the panel of a level, and rows of conditions."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from design.chain import menus
from design.chain.cards import name_of
from design.chain.fresh import english_name
from processes.bpmn.chain.conditions import ALL as BOTH
from processes.bpmn.chain.conditions import ANY as EITHER
from processes.bpmn.chain.conditions import Condition, Row
from processes.bpmn.chain.items import Chain, Level
from processes.bpmn.lint.people import MEMBERS
from processes.bpmn.model import ALL, ANY, RATIO, Loop

ALWAYS, SKIP, ONLY = "always", "skip", "only"
INITIATOR, ROLE, DOER, KEPT = "initiator", "role", "doer", "kept"
ONE = "one"
#: Rows a condition may have here.
MOST_ROWS = 6

_SELECT = {"class": "form-select"}
_CHECK = {"class": "form-check-input"}
_NUMBER = {"class": "form-control", "min": "1", "max": "365", "inputmode": "numeric"}


def _choice(label: Any, choices: Any = (), **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.Select(_SELECT), **more)


def _days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=1, max_value=365, required=False, widget=forms.NumberInput(_NUMBER)
    )


def _flag(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=forms.CheckboxInput(_CHECK))


#: How several people decide: who has to agree, or the share of those who have to.
PEOPLE = [
    (ONE, _("One person")),
    (ALL, _("Everybody; all have to agree")),
    (ANY, _("Everybody; one has to agree")),
    ("0.5", _("Everybody; half have to agree")),
    ("0.667", _("Everybody; two thirds have to agree")),
]


class LevelForm(forms.Form):
    """The settings of a level: who, how many, what they may do, by when."""

    name = forms.CharField(
        label=pgettext_lazy("level", "Name"), max_length=60, widget=forms.TextInput({"class": "form-control"})
    )
    name_en = forms.CharField(
        label=_("English name"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"class": "form-control"}),
    )
    who = _choice(_("Who does it"))
    role = _choice(_("Role"), required=False)
    unit = _choice(_("Of which part of the university"), required=False)
    doer = _choice(_("Whose level"), required=False)
    people = _choice(_("How many decide"), PEOPLE)
    sequential = _flag(_("One after another"))
    can_reject = _flag(_("May reject for good"))
    batch = _flag(_("May decide many at once"))
    return_to = _choice(_("A return goes to"), required=False)
    may_edit = forms.MultipleChoiceField(
        label=_("Fields that may be changed here"),
        required=False,
        widget=forms.CheckboxSelectMultiple(_CHECK),
    )
    due = _days(_("Workdays until it is due"))
    remind = _days(_("Reminder, workdays before"))
    escalate = _days(_("Escalated, workdays after"))
    escalate_to = _choice(_("Escalated to"), required=False)
    on_empty = _choice(
        _("When nobody holds the role"),
        [("wait", _("Wait")), ("up", _("Ask one level up")), ("skip", _("Pass the level"))],
        required=False,
    )
    on_same = _choice(
        _("When the person has approved before"),
        [("ask", _("Ask again")), ("skip", _("Pass the level"))],
        required=False,
    )
    when = _choice(
        _("When the level is looked at"),
        [
            (ALWAYS, _("Always")),
            (SKIP, _("Left out when a condition holds")),
            (ONLY, _("Only when a condition holds")),
        ],
    )

    def __init__(self, level: Level, chain: Chain, key: str, data: QueryDict | None = None) -> None:
        super().__init__(data, initial=initial_of(level))
        self.level = level
        kept = (self.initial["doer"], self.initial["return_to"])
        before = chain.before.get(level.element.id, ())
        levels = [each.element for each in chain.levels() if each is not level]
        levels = [each for each in levels if each.id in before or each.id in kept]
        others = [(each.id, name_of(each)) for each in levels if each.id != chain.home or each.id in kept]
        doers = [(each.id, name_of(each)) for each in levels if each.loop is None and not each.is_initiators]
        self._offer("role", menus.roles())
        self._offer("unit", menus.units())
        self._offer("escalate_to", [("", _("Nobody")), *menus.roles()])
        self._offer("doer", doers)
        self._offer("return_to", [("", _("The applicant")), *others])
        fields = menus.form_fields(key)
        self._offer("may_edit", fields)
        who = [(ROLE, _("Whoever holds a role")), (INITIATOR, _("The applicant"))]
        who += [(DOER, _("The person of an earlier level"))] if doers else []
        self._offer("who", [*who, (KEPT, _("As now"))] if self.initial["who"] == KEPT else who)
        if self.initial["people"] == KEPT:
            self._offer("people", [(KEPT, _("As now")), *PEOPLE])
        if not fields:
            del self.fields["may_edit"]
        if level.gate is not None and level.gate.condition is None:
            self._offer("when", [(KEPT, _("As now: it was written in the diagram")), (ALWAYS, _("Always"))])

    def _offer(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """What belongs together: a reminder comes after the beginning, an escalation goes to somebody."""
        given = self.cleaned_data
        due, remind = given.get("due"), given.get("remind")
        if due and remind and remind >= due:
            self.add_error("remind", _("Fewer workdays than the level has."))
        if remind and not due and "due" not in self.errors:
            self.add_error("due", _("A reminder needs a deadline."))
        if given.get("escalate") and not due and "due" not in self.errors:
            self.add_error("due", _("An escalation needs a deadline."))
        if given.get("who") == DOER and given.get("on_empty") == "up" and not given.get("escalate_to"):
            self.add_error("escalate_to", _("Say who is asked when nobody decided the earlier level."))
        return given

    def settings(self) -> dict[str, str]:
        """What was chosen, as settings of the definition; empty ones go."""
        given, who = self.cleaned_data, self.cleaned_data["who"]
        flags = {"canReject": given["can_reject"], "batch": given["batch"]}
        found = {name: "true" if value else "" for name, value in flags.items()}
        found |= {
            "nameEn": english_name(given["name"], given["name_en"]),
            "returnTo": given["return_to"],
            "dueWorkdays": str(given["due"] or ""),
            "remindWorkdays": str(given["remind"] or ""),
            "escalateWorkdays": str(given["escalate"] or ""),
            "escalateTo": given["escalate_to"],
            "onEmpty": "" if given["on_empty"] == "wait" and who != DOER else given["on_empty"],
            "onSame": "" if given["on_same"] == "ask" else given["on_same"],
        }
        if "may_edit" in given:
            found["mayEdit"] = " ".join(given["may_edit"])
        if who != KEPT:
            found |= {
                "initiator": "true" if who == INITIATOR else "",
                "role": given["role"] if who == ROLE else "",
                "unit": given["unit"] if who == ROLE else "",
                "doerOf": given["doer"] if who == DOER else "",
            }
        return found

    def loop(self) -> Loop | None:
        """How several people decide; None: one person."""
        people, sequential = self.cleaned_data["people"], self.cleaned_data["sequential"]
        if people == KEPT:
            return self.level.element.loop
        if people == ONE:
            return None
        if people in (ALL, ANY):
            return Loop(sequential, "", people)
        return Loop(sequential, "", RATIO, people)


def initial_of(level: Level) -> dict[str, Any]:
    """What the form shows of a level."""
    task, settings, loop = level.element, level.element.settings, level.element.loop
    people = ONE if loop is None else loop.ratio if loop.complete == RATIO else loop.complete
    named = loop is not None and loop.collection not in ("", MEMBERS)
    if named or people not in (ONE, ALL, ANY, "0.5", "0.667"):
        people = KEPT
    when = ALWAYS if level.gate is None else SKIP if level.gate.skips else ONLY
    if level.gate is not None and level.gate.condition is None:
        when = KEPT
    who = INITIATOR if task.is_initiators else DOER if task.doer_of else ROLE if task.role else KEPT
    return {
        "name": task.name,
        "name_en": settings.get("nameEn", ""),
        "who": who,
        "role": task.role,
        "unit": task.unit_kind,
        "doer": task.doer_of,
        "people": people,
        "sequential": loop is not None and loop.sequential,
        "can_reject": task.flag("canReject"),
        "batch": task.flag("batch"),
        "return_to": settings.get("returnTo", ""),
        "may_edit": settings.get("mayEdit", "").split(),
        "due": settings.get("dueWorkdays", ""),
        "remind": settings.get("remindWorkdays", ""),
        "escalate": settings.get("escalateWorkdays", ""),
        "escalate_to": settings.get("escalateTo", ""),
        "on_empty": settings.get("onEmpty", "wait"),
        "on_same": settings.get("onSame", "ask"),
        "when": when,
    }


def condition_from(data: QueryDict) -> Condition:
    """The rows that were sent, those without a variable left out."""
    rows = []
    for number in range(MOST_ROWS):
        variable = data.get(f"row-{number}-variable", "")
        if variable:
            values = tuple(each.strip() for each in data.getlist(f"row-{number}-values") if each.strip())
            rows.append(Row(variable, data.get(f"row-{number}-comparison", ""), values))
    return Condition(tuple(rows), EITHER if data.get("together") == EITHER else BOTH)

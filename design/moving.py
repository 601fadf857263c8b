"""Which step takes the place of one that the new version has not, as people say it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from processes.bpmn.model import USER_TASK, Element
from processes.evolve.mapping import Line, Plan
from processes.evolve.reasons import words
from processes.models import DefinitionVersion


def chosen_in(mapping: Mapping[str, Any]) -> dict[str, str]:
    """What a person chose on the page of a move, as its form sends it."""
    chosen = {f"at-{old}": new for old, new in mapping.get("by_hand", {}).items()}
    return chosen | {f"give-up-{name}": "on" for name in mapping.get("given_up", ())}


def move_url(source: DefinitionVersion, mapping: Mapping[str, Any]) -> str:
    """The page on which cases of *source* are moved by this mapping."""
    page, chosen = reverse("design:move", args=[source.definition.key, source.number]), chosen_in(mapping)
    return f"{page}?{urlencode(chosen)}" if chosen else page


class PlacingForm(forms.Form):
    """A menu for each step without a counterpart, a box for each variable whose values would be lost.

    What is not one of the choices counts as not chosen.
    """

    #: What it means that nothing takes the place of a step.
    nothing = _("none: its cases stay")

    def __init__(self, plan: Plan, data: Mapping[str, str]) -> None:
        super().__init__(data)
        self._plan, self._language = plan, get_language() or ""
        for line in self._lost:
            self.fields[f"at-{line.old.id}"] = self._menu(line)
        for name in self._variables:
            self.fields[f"give-up-{name}"] = forms.BooleanField(
                label=_("Values of “%(name)s” may be lost") % {"name": name},
                required=False,
                widget=forms.CheckboxInput({"class": "form-check-input"}),
            )
        self.is_valid()

    @property
    def by_hand(self) -> dict[str, str]:
        """Old id -> new id, as chosen."""
        return {n.removeprefix("at-"): v for n, v in self.cleaned_data.items() if n.startswith("at-") and v}

    @property
    def given_up(self) -> list[str]:
        """Variables whose values may be lost."""
        return [
            n.removeprefix("give-up-") for n, v in self.cleaned_data.items() if n.startswith("give-up-") and v
        ]

    @property
    def places(self) -> list[tuple[str, str]]:
        """The steps of the new version that may take the place of one: id and name, in document order."""
        kinds = {line.old.type for line in self._lost}
        return [(e.id, self._label(e)) for e in self._plan.new.model.elements.values() if e.type in kinds]

    @property
    def _lost(self) -> list[Line]:
        return [line for line in self._plan.lines() if line.new is None]

    @property
    def _variables(self) -> Iterable[str]:
        return self._plan.variables

    def _menu(self, line: Line) -> forms.ChoiceField:
        alike = [each for each in self._plan.new.model.elements.values() if each.type == line.old.type]
        choices = [("", self.nothing), *((each.id, self._label(each)) for each in alike)]
        elements = self._plan.old.model.elements
        return forms.ChoiceField(
            label=self._label(line.old),
            choices=choices,
            required=False,
            help_text=words(line.reason, line.old.id, elements, self._language),
        )

    def _label(self, element: Element) -> str:
        return element.label(self._language)


class ReplayedForm(PlacingForm):
    """Which steps take the place of those at which people decided and which a draft on trial has not."""

    nothing = _("none: what was said there does not count")

    @property
    def _lost(self) -> list[Line]:
        return [line for line in super()._lost if line.old.type == USER_TASK]

    @property
    def _variables(self) -> Iterable[str]:
        return ()

"""Which step takes the place of one that the new version has not, as people say it."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from processes.bpmn.model import Element
from processes.evolve.mapping import Line, Plan
from processes.evolve.reasons import words


class PlacingForm(forms.Form):
    """A menu for each step without a counterpart, a box for each variable whose values would be lost.

    What is not one of the choices counts as not chosen.
    """

    def __init__(self, plan: Plan, data: Mapping[str, str]) -> None:
        super().__init__(data)
        self._plan, self._language = plan, get_language() or ""
        for line in plan.lines():
            if line.new is None:
                self.fields[f"at-{line.old.id}"] = self._menu(line)
        for name in plan.variables:
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

    def _menu(self, line: Line) -> forms.ChoiceField:
        alike = [each for each in self._plan.new.model.elements.values() if each.type == line.old.type]
        choices = [("", _("none: its cases stay")), *((each.id, self._label(each)) for each in alike)]
        elements = self._plan.old.model.elements
        return forms.ChoiceField(
            label=self._label(line.old),
            choices=choices,
            required=False,
            help_text=words(line.reason, line.old.id, elements, self._language),
        )

    def _label(self, element: Element) -> str:
        return element.label(self._language)

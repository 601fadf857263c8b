"""What people send to change the organisation."""

import datetime
import hashlib
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit
from accounts.organisation import queries, rules
from accounts.organisation.changes import Wish
from accounts.organisation.followers import carriers
from accounts.organisation.models import ChangeKind

_NAMED = (ChangeKind.ADD, ChangeKind.RENAME, ChangeKind.SPLIT)
_AIMED = {
    ChangeKind.MOVE: pgettext_lazy("organisation", "Move to"),
    ChangeKind.MERGE: pgettext_lazy("organisation", "Merge into"),
}


class ChangeForm(forms.Form):
    """One form for every change; it asks only what the change needs."""

    target = forms.TypedChoiceField(coerce=int)
    name = forms.CharField(label=pgettext_lazy("organisation", "Name"), max_length=80)
    short_name = forms.CharField(label=_("Short name"), max_length=30, required=False)
    code = forms.CharField(
        label=pgettext_lazy("organisation", "Code"),
        max_length=30,
        required=False,
        help_text=_("The school's own code of the unit; spreadsheets may name it."),
    )
    units = forms.TypedMultipleChoiceField(
        label=_("Units that go to the new one"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )
    copy_posts = forms.BooleanField(
        label=_("Whoever is appointed to the old unit is so to the new one as well"), required=False
    )
    effective_on = forms.DateField(
        label=_("Takes effect on"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today at once; a later day shortly after midnight."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Such as the number of the document that decided it."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(
        self, kind: ChangeKind, unit: Unit, data: QueryDict | None, initial: Mapping[str, Any]
    ) -> None:
        today = timezone.localdate()
        super().__init__(data, initial={"effective_on": today, "copy_posts": True} | dict(initial))
        self.kind, self.unit = kind, unit
        self.fields["effective_on"].widget.attrs["min"] = today.isoformat()
        self._ask_target()
        if kind not in _NAMED:
            self._drop("name", "short_name", "code")
        if kind == ChangeKind.RENAME:
            names = {name: getattr(unit, name) for name in ("name", "short_name", "code")}
            self.initial = {**names, **self.initial}
        self._ask_parts()

    def _drop(self, *names: str) -> None:
        for name in names:
            del self.fields[name]

    def _ask_target(self) -> None:
        if self.kind not in _AIMED:
            self._drop("target")
            return
        field: Any = self.fields["target"]
        found = {
            ChangeKind.MOVE: queries.possible_parents,
            ChangeKind.MERGE: queries.possible_partners,
        }[self.kind](self.unit)
        field.label = _AIMED[self.kind]
        field.choices = [("", "—"), *queries.labels_of(found)]

    def _ask_parts(self) -> None:
        if self.kind != ChangeKind.SPLIT:
            self._drop("units", "copy_posts")
            return
        field: Any = self.fields["units"]
        _above, children = queries.family(self.unit)
        field.choices = [(each.pk, each.name) for each in children if each.is_active]
        if not field.choices:
            self._drop("units")
        for follower in carriers():
            members = follower.members(self.unit)
            if members:
                self.fields[f"members-{follower.key}"] = forms.MultipleChoiceField(
                    label=_("Who goes to the new unit"),
                    required=False,
                    choices=[(each.key, f"{each.name} {each.note}") for each in members],
                    widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
                )

    def clean_effective_on(self) -> datetime.date:
        """A day that can be planned for."""
        day: datetime.date = self.cleaned_data["effective_on"]
        verdict = rules.can_take_effect_on(day)
        if not verdict:
            raise forms.ValidationError(str(verdict.reason))
        return day

    def wish(self) -> Wish:
        """What was asked for."""
        said = self.cleaned_data
        asked = ("name", "short_name", "code", "units", "copy_posts")
        values = {name: said[name] for name in asked if name in said}
        members = {
            follower.key: said[f"members-{follower.key}"]
            for follower in carriers()
            if f"members-{follower.key}" in said
        }
        if members:
            values["members"] = members
        if self.kind == ChangeKind.ADD:
            return Wish(self.kind, said["effective_on"], said["reason"], None, self.unit, values)
        target = Unit.objects.get(pk=said["target"]) if "target" in said else None
        return Wish(self.kind, said["effective_on"], said["reason"], self.unit, target, values)

    def seal(self) -> str:
        """What was looked at in the preview: the same for the same answers, whoever sends them."""
        names = sorted(set(self.fields) - {"reason"})
        said = repr([str(self.cleaned_data.get(name)) for name in names])
        return hashlib.sha256(said.encode()).hexdigest()

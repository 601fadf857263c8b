"""What people send to change the calendar."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from processes.calendar import rules
from processes.calendar.models import CalendarDay, ChangeKind

_RADIO = {"class": "form-check-input"}
_DATE = "%Y-%m-%d"
_SATURDAY = 5

KINDS = [
    (ChangeKind.OFF.value, _("Day off")),
    (ChangeKind.WORK.value, _("Workday")),
    (ChangeKind.RESET.value, _("Back to the public holidays: drop what the school changed")),
]


def _day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format=_DATE)
    return forms.DateField(label=label, input_formats=[_DATE], widget=widget)


class SpanForm(forms.Form):
    """From which day to which; the last may be left out in an address."""

    first = forms.DateField(input_formats=[_DATE])
    last = forms.DateField(input_formats=[_DATE], required=False)


class ChangeForm(forms.Form):
    """Which days become what, and why."""

    first = _day_field(_("First day"))
    last = _day_field(_("Last day"))
    kind = forms.ChoiceField(
        label=_("What these days are"),
        choices=KINDS,
        widget=forms.RadioSelect(_RADIO),
        help_text=_("It holds for every day from the first to the last, weekends included."),
    )
    name = forms.CharField(
        label=pgettext_lazy("calendar", "Name"),
        max_length=60,
        required=False,
        help_text=_("What people read in the calendar, such as winter holidays or sports day."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Where it was announced, for the log below the calendar."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """A span that can be changed, and a name for what the school decides itself."""
        given = self.cleaned_data
        if given.get("first") and given.get("last"):
            verdict = rules.can_change(given["first"], given["last"])
            if not verdict:
                self.add_error("last", str(verdict.reason))
        needs_name = given.get("kind") in (ChangeKind.OFF, ChangeKind.WORK) and "name" not in self.errors
        if needs_name and not given.get("name"):
            self.add_error("name", _("Give these days a name, so that everybody knows why they differ."))
        return given


def proposal(first: datetime.date, last: datetime.date, row: CalendarDay | None) -> dict[str, Any]:
    """What the form proposes: what the school chose for the first day (*row*), else the other way round."""
    is_workday = row.is_workday if row else first.weekday() < _SATURDAY
    if row is None or not row.is_local:
        return {"first": first, "last": last, "kind": ChangeKind.OFF if is_workday else ChangeKind.WORK}
    kind = ChangeKind.WORK if is_workday else ChangeKind.OFF
    return {"first": first, "last": last, "kind": kind, "name": row.name, "note": row.note}

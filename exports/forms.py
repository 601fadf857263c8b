"""What somebody says who asks for a list: columns, purpose, recipient, how long, and the consent."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exports import covering
from exports.columns import USUAL, ColumnGroup, groups_for
from exports.models import Export

_WEEKS = datetime.timedelta(days=14)
_PLACES = [("inside", _("Within the school")), ("outside", _("The province or another body"))]


class AskForm(forms.Form):
    """The second step of asking: what the file holds and what it is for."""

    columns = forms.MultipleChoiceField(
        label=_("Columns"), error_messages={"required": _("Choose at least one column.")}
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        min_length=5,
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What is done with it; the reviewer decides by this."),
    )
    recipient = forms.CharField(
        label=_("Who gets the file"), max_length=100, help_text=_("Person and office, such as yourself.")
    )
    outside = forms.ChoiceField(
        label=_("Where the recipient is"),
        choices=_PLACES,
        widget=forms.RadioSelect({"class": "form-check-input"}),
    )
    consent = forms.FileField(
        label=_("Consent of the province"),
        required=False,
        help_text=_("PDF or photo. Needed when the recipient is outside the school."),
    )
    assessment = forms.ChoiceField(
        label=_("Impact assessment"),
        required=False,
        help_text=_("The signed one that covers this recipient. Needed when that is outside the school."),
    )
    keep_until = forms.DateField(
        label=_("Kept until"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Every copy is deleted by then."),
    )

    def __init__(
        self,
        kind: str,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        export: Export | None = None,
    ) -> None:
        super().__init__(data, files, initial=_known(export))
        self.groups: list[ColumnGroup] = groups_for(kind)
        offered = [(column.key, column.label) for group in self.groups for column in group.columns]
        self.fields["columns"].choices = offered  # type: ignore[attr-defined]
        covered = [("", _("None")), *((each.key, each.title) for each in covering.holding().values())]
        self.fields["assessment"].choices = covered  # type: ignore[attr-defined]

    def clean_outside(self) -> bool:
        """Whether the file leaves the school."""
        return self.cleaned_data["outside"] == "outside"

    @property
    def chosen(self) -> set[str]:
        """The keys of the columns that are ticked."""
        return set(self["columns"].value() or ())


def _known(export: Export | None) -> dict[str, Any]:
    if export is None:
        return {"columns": USUAL, "outside": "inside", "keep_until": timezone.localdate() + _WEEKS}
    names = ("columns", "purpose", "recipient", "keep_until")
    place = "outside" if export.outside else "inside"
    more = {"outside": place, "assessment": str(export.assessment or "")}
    return {name: getattr(export, name) for name in names} | more

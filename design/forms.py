"""What people send to change a process."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from design.replaying import season_words
from processes.bpmn.reader import MAX_BYTES
from processes.evolve.publication import Terms

NOW, LATER = "now", "later"
_RADIO = {"class": "form-check-input"}
_MOMENT = "%Y-%m-%dT%H:%M"


class TermsForm(forms.Form):
    """On which terms something is proposed."""

    note = forms.CharField(
        label=_("What changes, and why"),
        max_length=200,
        widget=forms.Textarea({"rows": 2, "data-focus": ""}),
        help_text=_("Your colleague reads it before approving; it stays with the version for good."),
    )
    when = forms.ChoiceField(
        label=_("From when"),
        choices=[(NOW, _("As soon as it is approved")), (LATER, _("From a day and time"))],
        initial=NOW,
        widget=forms.RadioSelect(_RADIO),
    )
    holds_from = forms.DateTimeField(
        label=_("Day and time"),
        required=False,
        input_formats=[_MOMENT],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=_MOMENT),
    )

    def clean(self) -> dict[str, Any]:
        """A later day has to be given and to come."""
        given = super().clean() or {}
        if given.get("when") == LATER and "holds_from" not in self.errors:
            moment = given.get("holds_from")
            if moment is None:
                self.add_error("holds_from", _("Give the day and time."))
            elif moment <= timezone.now():
                self.add_error("holds_from", _("This moment has passed. Choose a later one."))
        return given

    @property
    def terms(self) -> Terms:
        """What was chosen."""
        given = self.cleaned_data
        moment: datetime.datetime | None = given["holds_from"] if given["when"] == LATER else None
        return Terms(given["note"], moment)


class SeasonForm(forms.Form):
    """Which finished cases to replay."""

    def __init__(self, seasons: Iterable[tuple[int, int]], data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        cohorts = [(str(cohort), f"{season_words(cohort)} ({count:,})") for cohort, count in seasons]
        choices = [("", season_words(None)), *cohorts]
        self.fields["season"] = forms.ChoiceField(label=_("Which cases"), choices=choices, required=False)

    @property
    def cohort(self) -> int | None:
        """The cohort; None for the last twelve months."""
        chosen = self.cleaned_data["season"]
        return int(chosen) if chosen else None


class UploadForm(forms.Form):
    """A file for the draft, and the revision that its sender saw."""

    file = forms.FileField(label=_("BPMN file"), widget=forms.FileInput({"accept": ".bpmn,.xml"}))
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean_file(self) -> Any:
        """Too large a file is refused unread."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            most = {"most": MAX_BYTES // 1024 // 1024}
            raise forms.ValidationError(_("The file is larger than %(most)s MB."), params=most)
        return file


class RevisionForm(forms.Form):
    """The revision of a draft that a person saw."""

    revision = forms.IntegerField(min_value=1)


class NumberForm(forms.Form):
    """The number of a version."""

    number = forms.IntegerField(min_value=1)

"""What is written in an assessment."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.assessments.actions import FIELDS
from privacy.assessments.models import Assessment
from privacy.assessments.rules import LONGEST_DAYS

LONGEST_TEXT = 4000
REVIEW_AFTER_DAYS = 365


def _text(label: Any, hint: Any) -> forms.CharField:
    area = forms.Textarea({"rows": 5})
    return forms.CharField(label=label, help_text=hint, max_length=LONGEST_TEXT, widget=area)


class AssessmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A draft: every part has to say something, and the review comes within three years."""

    processing = _text(
        gettext_lazy("What is processed, and why"),
        gettext_lazy("Which data of whom, for which purpose, and why it is lawful and needed."),
    )
    influence = _text(
        gettext_lazy("Influence on people, and risks"),
        gettext_lazy("What could happen to them, how likely, and how bad."),
    )
    measures = _text(
        gettext_lazy("Measures"), gettext_lazy("What protects them, and whether it fits the risk.")
    )
    conclusion = _text(
        gettext_lazy("Conclusion"), gettext_lazy("Whether it may be done, and on which terms.")
    )
    next_review = forms.DateField(
        label=gettext_lazy("Next review"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("A year from now, unless something changes earlier."),
    )

    class Meta:
        model = Assessment
        fields = FIELDS

    def clean_next_review(self) -> datetime.date:
        """A day ahead of us, not farther than `LONGEST_DAYS`."""
        day: datetime.date = self.cleaned_data["next_review"]
        today = timezone.localdate()
        if not today < day <= today + datetime.timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError(_("Choose a day after today, within three years."))
        return day


def first_review() -> datetime.date:
    """The review that is proposed: a year from today."""
    return timezone.localdate() + datetime.timedelta(days=REVIEW_AFTER_DAYS)

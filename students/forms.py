"""What people send when they import: the file, the columns."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from students.importing.columns import BY_FIELD, COLUMNS, ERASABLE
from students.models import ImportBatch, ImportMode, masked, without_numbers

_NEW_YEAR_MONTH = 9
_RADIO = {"class": "form-check-input"}
_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


def usual_cohort(today: datetime.date) -> int:
    """The year in which the students of this academic year graduate."""
    return today.year + (today.month >= _NEW_YEAR_MONTH)


class UploadForm(forms.Form):
    """A spreadsheet and what is to be done with it."""

    file = forms.FileField(label=_("Spreadsheet"), help_text=_(".xlsx, .xls or CSV; one row a student."))
    cohort = forms.IntegerField(label=_("Graduating year"), min_value=1980, max_value=2200)
    mode = forms.ChoiceField(
        label=_("What to do with the rows"), choices=ImportMode.choices, widget=forms.RadioSelect(_RADIO)
    )

    def __init__(self, data: Mapping[str, Any] | None = None, files: Any = None) -> None:
        initial = {"cohort": usual_cohort(timezone.localdate()), "mode": ImportMode.UPSERT}
        super().__init__(data, files, initial=initial)
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.csv,.txt"


class ColumnsForm(forms.Form):
    """Which column of the file is which field, the mode, and which blank cells erase."""

    mode = forms.ChoiceField(
        label=_("What to do with the rows"), choices=ImportMode.choices, widget=forms.RadioSelect(_RADIO)
    )

    def __init__(self, batch: ImportBatch, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"mode": batch.mode})
        self.batch = batch
        choices = [("", _("not read")), *((column.field, _labelled(column.field)) for column in COLUMNS)]
        for index, header in enumerate(batch.headers):
            self.fields[f"column-{index}"] = forms.ChoiceField(
                label=header, choices=choices, required=False, initial=batch.columns.get(index, "")
            )
            self.fields[f"erase-{index}"] = forms.BooleanField(required=False)

    @property
    def mapping(self) -> dict[int, str]:
        """Column index -> field name."""
        chosen = {index: self.cleaned_data[f"column-{index}"] for index in range(len(self.batch.headers))}
        return {index: name for index, name in chosen.items() if name}

    @property
    def erase(self) -> list[str]:
        """Fields whose blank cells erase what is there."""
        return [name for index, name in self.mapping.items() if self.cleaned_data[f"erase-{index}"]]

    def lines(self) -> list[dict[str, Any]]:
        """What the page shows for each column of the file."""
        sample = self.batch.sample or []
        return [
            {
                "anchor": f"header-{index}",
                "header": header or "—",
                "samples": [
                    self._shown(index, row[index]) for row in sample if row[index : index + 1] > [""]
                ],
                "choice": self[f"column-{index}"],
                "erase": self[f"erase-{index}"] if self._may_erase(index) else None,
            }
            for index, header in enumerate(self.batch.headers)
        ]

    def _shown(self, index: int, text: str) -> str:
        column = BY_FIELD.get(self.batch.columns.get(index, ""))
        return masked(text) if column and column.sensitive else without_numbers(text)

    def _may_erase(self, index: int) -> bool:
        return (self[f"column-{index}"].value() or "") in ERASABLE


def _labelled(field: str) -> str:
    column = BY_FIELD[field]
    label = capfirst(str(column.label))
    return f"{label} *" if column.must_be_filled else label


class BindForm(forms.Form):
    """Who somebody says to be; what is asked follows from the school's setting (flows 12)."""

    student_no = forms.CharField(label=_("Student number"), max_length=20, widget=forms.TextInput(_PLAIN))
    name = forms.CharField(
        label=_("Your name"), max_length=50, widget=forms.TextInput({"autocomplete": "name"})
    )
    id_end = forms.RegexField(
        r"^\s*[0-9]{3}[0-9Xx]\s*$",
        label=_("Last four of your identity number"),
        widget=forms.TextInput(_PLAIN | {"maxlength": "6"}),
        error_messages={"invalid": _("Four characters: digits, the last may be an X.")},
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=128,
        help_text=_("If you have never signed in, leave this empty: you choose one on the next page."),
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    answer = forms.IntegerField(
        min_value=0, max_value=99, widget=forms.TextInput(_PLAIN | {"inputmode": "numeric"})
    )

    def __init__(
        self,
        proof: str,
        question: tuple[int, int] | None,
        data: Mapping[str, Any] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.sum = sum(question) if question else None
        asked = {"name_id": ("name", "id_end"), "name": ("name",), "none": ("password",)}[proof]
        for field in {"name", "id_end", "password"} - set(asked):
            del self.fields[field]
        if question is None:
            del self.fields["answer"]
        else:
            words = _("How much is %(one)s plus %(other)s? Answer with a number.")
            self.fields["answer"].label = words % {"one": question[0], "other": question[1]}

    def clean_answer(self) -> int:
        """The sum has to be right."""
        given: int = self.cleaned_data["answer"]
        if given != self.sum:
            raise forms.ValidationError(_("That is not the sum. Please count again."))
        return given


class FirstPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """The first password of one's own, twice."""

    error_messages = {"password_mismatch": _("The two new passwords differ. Type the same one twice.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].widget.attrs.pop("autofocus", None)
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password2"].help_text = ""

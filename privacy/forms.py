"""What somebody says who asks about their own data, and the officer who answers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.security.forms import PresentPasswordForm
from common.errors import BadInput
from privacy import correcting
from privacy.holdings import askable
from privacy.models import DataRequest, RequestKind
from students.queries import student_of

_ABOUT_SOMETHING = frozenset({RequestKind.DELETION, RequestKind.RESTRICTION, RequestKind.WITHDRAWAL})


class AskForm(PresentPasswordForm):
    """One request; typing the password is the check of who asks (flows 33)."""

    about = forms.ChoiceField(label=pgettext_lazy("personal data", "Which data"))
    field = forms.ChoiceField(label=_("Which field is wrong"), required=False)
    wanted = forms.CharField(
        label=_("What shall stand there"),
        max_length=200,
        required=False,
        help_text=_("As it stands on the paper that proves it."),
    )
    said = forms.CharField(
        label=pgettext_lazy("personal data", "In your own words"),
        min_length=5,
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
    )
    field_order = ("about", "field", "wanted", "said", "password")

    def __init__(
        self,
        user: User,
        kind: str,
        data: Mapping[str, Any] | None = None,
        *,
        known: DataRequest | None = None,
    ) -> None:
        initial = (
            {name: getattr(known, name) for name in ("about", "field", "wanted", "said")} if known else None
        )
        super().__init__(user, data, initial=initial)
        self._keep_what_fits(kind, known)

    def _keep_what_fits(self, kind: str, known: DataRequest | None) -> None:
        if kind in _ABOUT_SOMETHING and known is None:
            self.fields["about"].choices = [("", "—"), *askable(self.user)]  # type: ignore[attr-defined]
        else:
            del self.fields["about"]
        if kind == RequestKind.CORRECTION and student_of(self.user):
            none = ("", _("something else, said below"))
            self.fields["field"].choices = [none, *correcting.fields()]  # type: ignore[attr-defined]
        else:
            del self.fields["field"], self.fields["wanted"]

    def clean(self) -> dict[str, Any]:
        """What shall stand in a field is there, and can be read as that field."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        field, wanted = said.get("field", ""), said.get("wanted", "")
        if field and not wanted:
            self.add_error("wanted", _("Say what shall stand there instead."))
        elif field in correcting.WRITTEN_AT_ONCE:
            try:
                correcting.value_of(field, wanted)
            except BadInput as error:
                self.add_error("wanted", str(error))
        return said


class AnswerForm(forms.Form):
    """The officer's answer."""

    answer = forms.CharField(
        label=_("Answer to the person"),
        min_length=5,
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("What was done, or what the person wanted to know. It is sent as a notice."),
    )
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

"""Signing in and changing the password."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import actions, rules
from accounts.models import LONGEST_MAIL, User
from accounts.posts import possible_substitutes
from accounts.security import actions as door
from accounts.security import rules as door_rules
from accounts.security.forms import check_present
from common.http import client_ip


class SignInForm(AuthenticationForm):
    """Number and password; the answer never tells which of the two was wrong."""

    username = forms.CharField(
        label=_("Student number or staff number (employers: mail address)"),
        max_length=LONGEST_MAIL,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    error_messages = {
        "invalid_login": _("The sign-in name or the password is wrong. Upper and lower case matter in both."),
    }

    def clean_username(self) -> str:
        """Mail addresses are kept in lower case."""
        name: str = self.cleaned_data["username"].strip()
        return name.lower() if "@" in name else name

    def clean(self) -> dict[str, Any]:
        """Check the password, unless this address tried too often for this name."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not (name and password and self.request):
            return self.cleaned_data
        ip = client_ip(self.request)
        verdict = rules.can_try_password(name, ip) and door_rules.can_try_from(name, ip)
        if not verdict:
            raise ValidationError(str(verdict.reason), code="paused")
        try:
            cleaned = super().clean()
        except ValidationError:
            door.note_wrong_password(name, self.request)
            raise
        actions.forget_sign_in_failures(name, ip)
        return cleaned


class AbsenceForm(forms.Form):
    """From when until when somebody is away, and who does the work meanwhile."""

    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Last day included.")
    )
    substitute = forms.ChoiceField(label=_("My tasks go to"), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = possible_substitutes(user)
        self._people = {each.user.pk.hex: each.user for each in colleagues}
        field: Any = self.fields["substitute"]
        named = [(e.user.pk.hex, f"{e.user.name} · {e.get_role_display()} · {e.unit}") for e in colleagues]
        field.choices = [("", _("whoever stands in for my role")), *named]

    @property
    def person(self) -> User | None:
        """The substitute chosen; None for whoever stands in for the role."""
        return self._people.get(self.cleaned_data["substitute"])


class ChangePasswordForm(PasswordChangeForm):
    """Old password once, new password twice."""

    error_messages = PasswordChangeForm.error_messages | {
        "password_mismatch": _("The two new passwords differ. Type the same one twice."),
        "password_unchanged": _("This is the present password. Choose another one."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Present password")
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self) -> str:
        """Wrong ones are counted, as everywhere."""
        password: str = self.cleaned_data["old_password"]
        check_present(self.user, password)
        return password

    def clean_new_password1(self) -> str:
        """The new password must be a new one."""
        new: str = self.cleaned_data["new_password1"]
        if new == self.cleaned_data.get("old_password"):
            raise ValidationError(self.error_messages["password_unchanged"], code="password_unchanged")
        return new

    def save(self, commit: bool = True) -> User:
        """Set the new password."""
        door.set_password(self.user, self.cleaned_data["new_password1"])
        return self.user

"""What people type around the door."""

import ipaddress
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import rules as counting
from accounts.actions import count_sign_in_failure, forget_sign_in_failures
from accounts.models import LONGEST_MAIL, User
from accounts.security import actions
from accounts.security.models import Network, Outcome

_NEW = {"autocomplete": "new-password"}


class CodeForm(forms.Form):
    """A code of the app, or a recovery code; wrong ones are counted for the person, from wherever."""

    code = forms.CharField(
        label=pgettext_lazy("second step", "Code"),
        max_length=20,
        help_text=_("Six digits from the app, or one of your recovery codes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, user: User, origin: actions.Origin, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user, self._origin = user, origin

    def clean(self) -> dict[str, Any]:
        """The code is used up with this."""
        if self.errors:
            return self.cleaned_data
        code = self.cleaned_data["code"]
        name = actions.code_name(self._user)
        verdict = counting.can_try_password(name, "")
        if not verdict:
            raise ValidationError(str(verdict.reason), code="paused")
        if not self._is_right(code):
            count_sign_in_failure(name, "")
            actions.record(self._user, Outcome.WRONG_CODE, self._origin)
            words = _(
                "This code is wrong or used up. Codes of the app change every 30 seconds; type the one shown "
                "now."
            )
            self.add_error("code", words)
            return self.cleaned_data
        forget_sign_in_failures(name, "")
        return self.cleaned_data

    def _is_right(self, code: str) -> bool:
        return actions.use_code(self._user, code)


class FirstCodeForm(CodeForm):
    """The first code of an app that has just scanned the picture, and the password once more.

    Whoever sits down at a session left open must not make the account theirs by an app of their own.
    """

    password = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Code shown by the app"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, user: User, origin: actions.Origin, secret: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, origin, *args, **kwargs)
        self._secret = secret

    def clean_password(self) -> str:
        """Wrong ones are counted."""
        password: str = self.cleaned_data["password"]
        check_present(self._user, password)
        return password

    def _is_right(self, code: str) -> bool:
        self.codes = actions.begin_second_step(self._user, self._secret, code.strip().replace(" ", ""))
        return bool(self.codes)


def check_present(user: User, password: str) -> None:
    """Raise ValidationError unless this is the present *password* of *user*, who is signed in.

    Five wrong ones pause it for 15 minutes, whatever addresses they come from: whoever sits at a session
    left open guesses no more than somebody at the door. Nobody else can cause that pause.
    """
    name = actions.present_name(user)
    verdict = counting.can_try_password(name, "")
    if not verdict:
        raise ValidationError(str(verdict.reason), code="paused")
    if not user.check_password(password):
        count_sign_in_failure(name, "")
        raise ValidationError(_("This is not your present password."), code="password_incorrect")
    forget_sign_in_failures(name, "")


class PresentPasswordForm(forms.Form):
    """The present password once more, before something about the door changes."""

    password = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Wrong ones are counted."""
        password: str = self.cleaned_data["password"]
        check_present(self.user, password)
        return password


class MailForm(PresentPasswordForm):
    """Where links for a new password go."""

    address = forms.EmailField(
        label=_("Mail address"),
        max_length=LONGEST_MAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
    )
    field_order = ("address", "password")


class ResetForm(forms.Form):
    """Who wants a new password."""

    typed = forms.CharField(
        label=_("Sign-in name or mail address"),
        max_length=LONGEST_MAIL,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class NewPasswordForm(forms.Form):
    """A new password twice, for who came by a link."""

    new_password1 = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs=_NEW),
        help_text=_(
            "At least 10 characters; three or four unrelated words with a digit and a sign are easy to "
            "remember."
        ),
    )
    new_password2 = forms.CharField(
        label=_("New password again"), strip=False, widget=forms.PasswordInput(attrs=_NEW)
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_new_password1(self) -> str:
        """By the same rules as everywhere."""
        password: str = self.cleaned_data["new_password1"]
        password_validation.validate_password(password, self._user)
        return password

    def clean_new_password2(self) -> str:
        """The same again."""
        again: str = self.cleaned_data["new_password2"]
        first = self.cleaned_data.get("new_password1")
        if first and first != again:
            raise ValidationError(_("The two new passwords differ. Type the same one twice."))
        return again


class NetworkForm(forms.Form):
    """A range of addresses and its name."""

    name = forms.CharField(
        label=_("Name of the network"), max_length=60, help_text=_("Such as: campus network, dormitories.")
    )
    cidr = forms.CharField(
        label=_("Address range"),
        max_length=50,
        help_text=_("Such as 10.0.0.0/8 or 2001:da8::/32."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_cidr(self) -> str:
        """The range as networks write it."""
        try:
            network = ipaddress.ip_network(self.cleaned_data["cidr"].strip(), strict=False)
        except ValueError as error:
            raise ValidationError(_("This is no range of addresses. Write it like 10.0.0.0/8.")) from error
        if Network.objects.filter(cidr=str(network)).exists():
            raise ValidationError(_("This range has a name already."))
        return str(network)

"""What people send at the gate: the organisation, the account, the wish to join."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from employers.actions import Person
from employers.flows.vetting.forms import schema
from forms.schema.cleaning import clean
from forms.schema.problems import Invalid

#: Code of the error that says that a mail address has an account.
TAKEN = "taken"


def _checked(key: str, value: str) -> str:
    """*value* as the registration form cleans its field *key*. Raises ValidationError with its words."""
    try:
        return clean(schema().by_key[key], value) or ""
    except Invalid as error:
        raise ValidationError(str(error.error)) from error


class OrganisationForm(forms.Form):
    """Who registers: name and credit code, as on the licence."""

    name = forms.CharField(
        label=_("Full name of the organisation"),
        max_length=100,
        help_text=_("Exactly as on the licence and the seal."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    uscc = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        help_text=_("18 characters, on the licence."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_name(self) -> str:
        """As the registration form takes it."""
        return _checked("name", self.cleaned_data["name"])

    def clean_uscc(self) -> str:
        """With its check character."""
        return _checked("uscc", self.cleaned_data["uscc"])


class PersonForm(forms.Form):
    """Position and phone of somebody who has an account."""

    position = forms.CharField(
        label=_("Your position"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    phone = forms.CharField(
        label=_("Your phone"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, user: User | None, data: Any = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_phone(self) -> str:
        """A number somebody can be called at."""
        return _checked("operator_mobile", self.cleaned_data["phone"])

    def person(self) -> Person:
        """Who this is; to be asked when the form is valid."""
        account = {"name": self.user.name, "email": self.user.username} if self.user else {}
        known = {"name", "email", "phone", "position", "remark"} & self.cleaned_data.keys()
        said = {key: self.cleaned_data[key] for key in known}
        return Person(**account | said, password=self.cleaned_data.get("password1", ""))


class AccountForm(PersonForm):
    """The same with a new account: name, mail address to sign in with, password twice."""

    name = forms.CharField(
        label=_("Your name"), max_length=50, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.CharField(
        label=_("Mail address"),
        max_length=254,
        help_text=_("You sign in with it. Best the address your organisation gave you."),
        widget=forms.EmailInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "inputmode": "email"}
        ),
    )
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_(
            "At least 10 characters; three or four unrelated words with a digit and a sign are easy to "
            "remember."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    field_order: tuple[str, ...] = ("name", "position", "phone", "email", "password1", "password2")

    def clean_name(self) -> str:
        """A person's name."""
        return _checked("operator_name", self.cleaned_data["name"])

    def clean_email(self) -> str:
        """An address that has no account yet."""
        email = _checked("operator_email", self.cleaned_data["email"])
        if User.objects.filter(username=email).exists():
            words = _("This mail address has an account already. Sign in with it first.")
            raise ValidationError(words, code=TAKEN)
        return email

    def clean(self) -> dict[str, Any]:
        """Both passwords the same, and a good one."""
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ. Type the same one twice."))
        elif first:
            user = User(username=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("name", ""))
            try:
                password_validation.validate_password(first, user)
            except ValidationError as error:
                self.add_error("password1", error)
        return self.cleaned_data


class RemarkMixin(forms.Form):
    """A word to whoever decides."""

    remark = forms.CharField(
        label=_("A word to whoever decides"),
        max_length=200,
        required=False,
        help_text=_("Such as: your department, who may confirm that you work there."),
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


class JoinForm(RemarkMixin, PersonForm):
    """Asking to join with an account one has."""


class JoinAccountForm(RemarkMixin, AccountForm):
    """Asking to join with a new account."""

    field_order = (*AccountForm.field_order, "remark")

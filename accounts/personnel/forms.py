"""What people send about staff."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Appointment, Unit, User
from accounts.organisation.queries import labels_of
from accounts.personnel import rules
from accounts.posts import reviewers_around
from accounts.roles import OFFICERS, REVIEWERS, SPECIALISTS, STAFF, Role


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **more)


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Such as the number of the document that decided it."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class ContactForm(forms.Form):
    """A person's name and how they are reached."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=50)
    mobile = forms.RegexField(
        rules.MOBILE,
        label=_("Mobile phone"),
        required=False,
        error_messages={"invalid": _("This is no mobile phone number of 11 digits.")},
    )
    email = forms.EmailField(label=_("E-mail"), required=False)


class PersonForm(ContactForm):
    """A new member of staff."""

    username = forms.RegexField(
        rules.USERNAME,
        label=_("Staff number"),
        help_text=_("It is also the sign-in name."),
        error_messages={"invalid": _("2 to 30 letters, digits, dots or dashes.")},
    )
    field_order = ["name", "username", "mobile", "email"]


class AppointForm(forms.Form):
    """A role for a unit, from one day to another; officers are seated by two people, elsewhere."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", "—"), *((role.value, role.label) for role in Role if role in STAFF)],
        help_text=_("Officers are seated by the security administrators, by two people."),
    )
    unit = forms.TypedChoiceField(label=pgettext_lazy("organisation", "Unit"), coerce=int)
    starts_on = _day(_("From"))
    ends_on = _day(_("Until"), required=False, help_text=_("Last day included; empty: without an end."))
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(Unit.objects.filter(is_active=True).order_by("path"))
        self._units = {unit.pk: unit for unit in units}
        field: Any = self.fields["unit"]
        field.choices = [("", "—"), *labels_of(units)]
        self.initial.setdefault("starts_on", timezone.localdate())

    @property
    def chosen_unit(self) -> Unit:
        """The unit that was chosen."""
        return self._units[self.cleaned_data["unit"]]


class EndForm(forms.Form):
    """Until when an appointment holds."""

    ends_on = _day(_("Until"), required=False, help_text=_("Last day included; empty: without an end."))
    reason = _reason()

    def __init__(self, appointment: Appointment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("ends_on", appointment.ends_on or timezone.localdate())


class SubstituteForm(forms.Form):
    """Who does the work of a role at a unit while nobody who holds it there is at work, and on which days."""

    role = forms.ChoiceField(label=_("Role"))
    person = forms.ChoiceField(label=_("Who stands in"))
    starts_on = _day(_("From"))
    ends_on = _day(_("Until"), required=False, help_text=_("Last day included; empty: without an end."))
    reason = _reason()

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        roles = [role for role in Role if role in REVIEWERS and rules.can_hold(role, unit)]
        fields["role"].choices = [("", "—"), *((role.value, role.label) for role in roles)]
        around = reviewers_around({unit.path}, REVIEWERS - SPECIALISTS - OFFICERS | set(roles))
        self._people = {held.user.pk.hex: held.user for held in around}
        named = [(e.user.pk.hex, f"{e.user.name} · {e.get_role_display()} · {e.unit}") for e in around]
        fields["person"].choices = [("", "—"), *named]
        self.initial.setdefault("starts_on", timezone.localdate())

    @property
    def chosen_person(self) -> User:
        """The person who was chosen."""
        return self._people[self.cleaned_data["person"]]


class StaffUploadForm(forms.Form):
    """A spreadsheet of staff."""

    file = forms.FileField(label=_("Spreadsheet"), help_text=_(".xlsx, .xls or CSV; one row an appointment."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.csv,.txt"

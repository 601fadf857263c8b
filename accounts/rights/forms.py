"""What security administrators send."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import staff_accounts
from accounts.rights.catalogue import ROOMS, SENSITIVE, Right
from accounts.rights.models import UserGroup
from accounts.rights.officers import open_seats
from accounts.roles import Role

LONGEST_REASON = 200


def reason_field(**more: Any) -> forms.CharField:
    """Why a sensitive operation is wanted."""
    return forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The second person reads it; it stays in the record."),
        **more,
    )


class GroupForm(forms.Form):
    """Name, note and rights of a group."""

    name = forms.CharField(label=_("Name of the group"), max_length=40)
    note = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    rights = forms.MultipleChoiceField(
        label=_("Rights"),
        choices=Right.choices,
        error_messages={"required": _("Choose at least one right.")},
    )
    is_active = forms.BooleanField(label=_("in use"), required=False)
    reason = reason_field(required=False)

    def __init__(self, data: Any = None, *, group: UserGroup | None = None) -> None:
        initial: dict[str, Any] = {"is_active": True, "rights": []}
        if group is not None:
            initial = {"name": group.name, "note": group.note, "is_active": group.is_active}
            initial["rights"] = sorted(group.rights)
        super().__init__(data, initial=initial)
        if group is None:
            del self.fields["is_active"], self.fields["reason"]

    @property
    def rooms(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        """The catalogue as check boxes, room by room."""
        chosen = set(self["rights"].value() or [])
        return [(room, [_box(right, right.value in chosen) for right in rights]) for room, rights in ROOMS]


def _box(right: Right, checked: bool) -> dict[str, Any]:
    return {"value": right.value, "label": right.label, "checked": checked, "sensitive": right in SENSITIVE}


class PersonField(forms.CharField):
    """A member of the staff by sign-in name."""

    def clean(self, value: Any) -> User:
        """The person. Raises ValidationError when nobody of the staff signs in so."""
        text = super().clean(value)
        person = staff_accounts().filter(username=text.strip()).first() if text else None
        if person is None:
            raise ValidationError(_("Nobody of the staff signs in with this name."))
        return person


class SeatForm(forms.Form):
    """Whom to seat where, and why."""

    person = PersonField(
        label=_("Staff number"), max_length=254, widget=forms.TextInput({"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Seat"))
    risk_note = forms.CharField(
        label=_("Why one person keeps both, and who watches over it"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["role"]
        field.choices = [(role.value, role.label) for role in open_seats()]
        if Role.SYSTEM_AND_SECURITY not in open_seats():
            del self.fields["risk_note"]


class ReasonForm(forms.Form):
    """Why, in a few words."""

    reason = reason_field()

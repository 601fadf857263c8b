"""What a security administrator says to hold data back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import LONGEST_MAIL
from privacy.retention.actions import LONGEST_REASON


class HoldForm(forms.Form):
    """Whose data is not to be erased, and why."""

    username = forms.CharField(
        label=_("Sign-in name"), max_length=LONGEST_MAIL, help_text=_("The student or staff number.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, help_text=_("Such as the number of the dispute.")
    )

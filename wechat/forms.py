"""What people say about WeChat."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wechat.actions import BINDING


class ConsentForm(forms.Form):
    """The tick without which nothing is bound."""

    agreed = forms.BooleanField(
        label=_("I agree that the school keeps which WeChat is mine, to sign me in and to notify me."),
        error_messages={"required": _("Without your consent nothing is bound.")},
    )

    @property
    def text(self) -> str:
        """What is agreed to, in the wording that is kept with the consent."""
        return BINDING.text()

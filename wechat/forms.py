"""What people say about WeChat."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class ConsentForm(forms.Form):
    """The tick without which nothing is bound."""

    agreed = forms.BooleanField(
        label=_("I agree that the school keeps which WeChat is mine, to sign me in and to notify me."),
        error_messages={"required": _("Without your consent nothing is bound.")},
    )

    @property
    def months(self) -> int:
        """How long a binding is kept after graduation."""
        return int(settings.WECHAT_KEEP_MONTHS)

"""Floor 7: what people may ask of the data that the school holds on them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Personal data")

    def ready(self) -> None:
        """Show the notice at sign-in."""
        from privacy.consents import signals

        signals.connect()

"""Floor 7: what people may ask of the data that the school holds on them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Personal data")

    def ready(self) -> None:
        """Declare notices, log words, what exports may go out under, and show the notice at sign-in."""
        from privacy import log_words, notices  # noqa: F401
        from privacy.assessments import covering  # noqa: F401
        from privacy.consents import signals
        from privacy.retention import log_words as _of_retention  # noqa: F401

        signals.connect()

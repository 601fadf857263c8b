"""Floor 6: lists with personal data that leave the system."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    name = "exports"
    verbose_name = _("Exports")

    def ready(self) -> None:
        """Declare the notices of this room, and how the access log speaks of exports."""
        from exports import log_words, notices  # noqa: F401

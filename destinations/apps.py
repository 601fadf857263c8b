"""Floor 5: destination filing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DestinationsConfig(AppConfig):
    name = "destinations"
    verbose_name = _("Destinations")

    def ready(self) -> None:
        """Declare the notices of this room."""
        from destinations import notices  # noqa: F401

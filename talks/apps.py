"""Floor 5: campus talks of employers, and the venues in which they are held."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TalksConfig(AppConfig):
    name = "talks"
    verbose_name = _("Campus talks")

    def ready(self) -> None:
        """Declare the notices of this room."""
        from talks import notices  # noqa: F401

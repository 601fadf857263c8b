"""Floor 5: campus talks of employers, and the venues in which they are held."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TalksConfig(AppConfig):
    name = "talks"
    verbose_name = _("Campus talks")

    def ready(self) -> None:
        """Declare the notices of this room, who sees how many talks, and its part of the demo."""
        from accounts.personnel import sights
        from common.demo import more_parts
        from talks import notices  # noqa: F401
        from talks.demo import load_talks
        from talks.sights import CALENDAR

        sights.register(CALENDAR)
        if load_talks not in more_parts:
            more_parts.append(load_talks)

"""Floor 5: destination filing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DestinationsConfig(AppConfig):
    name = "destinations"
    verbose_name = _("Destinations")

    def ready(self) -> None:
        """Declare the notices of this room, and that every graduate owes a destination."""
        from destinations.notices import STILL_OWED
        from destinations.queries import handed_in
        from students.owing import Owed, register

        label = _("Destination not filed")
        register(Owed("destination", label, handed_in, STILL_OWED, "destinations:me"))

"""Floor 4: employers, their vetting and their people."""

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EmployersConfig(AppConfig):
    name = "employers"
    verbose_name = _("Employers")

    def ready(self) -> None:
        """Declare the notices, who sees how many employers, and whose accounts are not the staff's."""
        from accounts.personnel import sights
        from accounts.queries import OUTSIDERS
        from employers import notices  # noqa: F401
        from employers.sights import LIBRARY

        sights.register(LIBRARY)
        OUTSIDERS.append(Q(memberships__isnull=False))

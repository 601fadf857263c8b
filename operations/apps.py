"""Floor 8: whether every part is well, and what happens when one is not."""

import datetime
from typing import ClassVar

from django.apps import AppConfig
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = _("Operations")
    started_at: ClassVar[datetime.datetime]

    def ready(self) -> None:
        """Note when this process began, as parts may be starting still; add to the yearly check list."""
        from operations import checks  # noqa: F401

        OperationsConfig.started_at = timezone.now()

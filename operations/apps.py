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
        """Note when this process began: what was not heard of yet may be starting as well."""
        OperationsConfig.started_at = timezone.now()

"""Floor 2: the workflow engine."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "processes"
    verbose_name = _("Processes")

    def ready(self) -> None:
        from processes import checks, registry  # noqa: F401

        registry.discover()

"""Floor 2: the workflow engine."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "processes"
    verbose_name = _("Processes")

    def ready(self) -> None:
        from processes import checks, registry  # noqa: F401
        from processes.audit.verify import more_checks
        from processes.evolve.trail import faults

        registry.discover()
        if faults not in more_checks:
            more_checks.append(faults)

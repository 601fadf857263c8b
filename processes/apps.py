"""Floor 2: the workflow engine."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "processes"
    verbose_name = _("Processes")

    def ready(self) -> None:
        from accounts.organisation.followers import register
        from processes import checks, following, registry  # noqa: F401
        from processes.audit.dossiers import dossier_faults
        from processes.audit.verify import more_checks
        from processes.evolve.trail import faults

        registry.discover()
        for check in (faults, dossier_faults):
            if check not in more_checks:
                more_checks.append(check)
        register(following.TASKS)
        register(following.CASES)

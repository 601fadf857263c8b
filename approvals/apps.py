"""Floor 3: what people do with tasks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = _("Approvals")

    def ready(self) -> None:
        from approvals.commitments import changed_submissions
        from processes.audit.verify import more_checks

        if changed_submissions not in more_checks:
            more_checks.append(changed_submissions)

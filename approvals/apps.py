"""Floor 3: what people do with tasks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = _("Approvals")

    def ready(self) -> None:
        """Let the trail's check look at submissions, the engine tell people something, and count sights."""
        from accounts.personnel import sights
        from approvals import sights as own_sights
        from approvals.commitments import changed_submissions
        from approvals.notices import from_engine
        from processes.audit.verify import more_checks
        from processes.telling import tellers

        if changed_submissions not in more_checks:
            more_checks.append(changed_submissions)
        if from_engine not in tellers:
            tellers.append(from_engine)
        sights.register(own_sights.INBOX)
        sights.register(own_sights.OPERATED)

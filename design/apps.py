"""Floor 5: where administrators redesign the processes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DesignConfig(AppConfig):
    name = "design"
    verbose_name = _("Design of processes")

    def ready(self) -> None:
        """Let designers hear of each other's proposals."""
        from design.notices import of_proposal
        from processes.telling import proposal_tellers

        if of_proposal not in proposal_tellers:
            proposal_tellers.append(of_proposal)

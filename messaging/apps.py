"""Floor 3: notices."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("Notices")

    def ready(self) -> None:
        """Let people hear of what is done about them on the floors below."""
        from accounts.telling import tellers
        from messaging.notices import from_accounts

        if from_accounts not in tellers:
            tellers.append(from_accounts)

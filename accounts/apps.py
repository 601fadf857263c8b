"""Floor 1: people, organisation, appointments, sign-in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and organisation")

    def ready(self) -> None:
        """Note every sign-in, for its owner and in the access log; declare the sensitive operations."""
        from accounts.access import signing_in
        from accounts.rights import groups, officers  # noqa: F401
        from accounts.security import signals

        signals.connect()
        signing_in.connect()

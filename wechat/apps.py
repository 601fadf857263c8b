"""Floor 2: the school's WeChat service account."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WechatConfig(AppConfig):
    name = "wechat"
    verbose_name = _("WeChat")

    def ready(self) -> None:
        """Listen to sign-ins, and look at the settings when they are checked."""
        from wechat import checks, signals  # noqa: F401

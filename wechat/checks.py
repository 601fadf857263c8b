"""`manage.py check` looks whether the settings of WeChat go together."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

_NEEDED = ("WECHAT_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_SITE")
AES_KEY_LENGTH = 43


@register()
def wechat_settings(**_more: Any) -> list[CheckMessage]:
    """What is missing or risky once `WECHAT_APPID` is set."""
    if not settings.WECHAT_APPID:
        return []
    found: list[CheckMessage] = [
        Error(f"{name} is missing. It belongs to WECHAT_APPID.", id="wechat.E001")
        for name in _NEEDED
        if not getattr(settings, name)
    ]
    if settings.WECHAT_AES_KEY and not _is_aes_key(settings.WECHAT_AES_KEY):
        found.append(Error("WECHAT_AES_KEY must be the 43 characters of the console.", id="wechat.E002"))
    if settings.PRODUCTION and settings.WECHAT_PROOF == "none":
        found.append(
            Warning(
                "WECHAT_PROOF=none: whoever knows a student number can take an account that its student has "
                "not used yet.",
                id="wechat.W001",
            )
        )
    return found


def _is_aes_key(text: str) -> bool:
    try:
        return len(text) == AES_KEY_LENGTH and len(base64.b64decode(f"{text}=")) == 32
    except binascii.Error:
        return False

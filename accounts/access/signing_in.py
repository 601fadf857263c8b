"""Signing in and out leaves traces, whichever door it was."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from accounts.access.actions import log_access
from accounts.access.models import Verb
from accounts.access.origin import current_origin


def connect() -> None:
    """From now on Django's signals become lines; outside a request (tests, scripts) they do not."""
    for signal, receiver in (
        (user_logged_in, _signed_in),
        (user_logged_out, _signed_out),
        (user_login_failed, _failed),
    ):
        signal.connect(receiver, dispatch_uid=f"access-log-{receiver.__name__}")


def _signed_in(*, user: Any, **_signal: Any) -> None:
    if current_origin():
        log_access(user, Verb.SIGN_IN, user)


def _signed_out(*, user: Any, **_signal: Any) -> None:
    if current_origin() and user is not None:
        log_access(user, Verb.SIGN_OUT, user)


def _failed(*, credentials: dict[str, Any], **_signal: Any) -> None:
    """Names nobody has are not kept: people type passwords there by mistake."""
    from accounts.models import User

    if current_origin():
        target = User.objects.filter(username=credentials.get("username") or "").first()
        log_access(None, Verb.SIGN_IN_FAILED, target, succeeded=False)

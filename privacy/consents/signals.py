"""Who signs in and has not seen the notice in its present words is shown it first."""

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from accounts.consents.queries import knows_wording
from accounts.models import User
from privacy.consents.notice import NOTICE

OWED = "notice_owed"
"""Set in a session that has to show the notice before anything else."""


def connect() -> None:
    """From now on every sign-in looks whether the notice was read."""
    user_logged_in.connect(_signed_in, dispatch_uid="privacy-notice")


def _signed_in(request: HttpRequest, user: User, **_signal: Any) -> None:
    request.session.pop(OWED, None)
    if settings.PRIVACY_NOTICE and not knows_wording(NOTICE, user):
        request.session[OWED] = True

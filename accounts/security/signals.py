"""Every way in ends here: by password, by a link of another room, in a test."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from accounts.models import User
from accounts.security import actions


def note_sign_in(request: HttpRequest, user: User, **_signal: Any) -> None:
    """The session gets its origin, its end and the second step it owes."""
    actions.begin_session(request, user)


def connect() -> None:
    """Listen; called once when the room is ready."""
    user_logged_in.connect(note_sign_in, dispatch_uid="accounts.security")

"""The session engine: Django's own database engine over rows keyed by a hash, with the person beside them."""

import hashlib
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from accounts.security.models import Session


def digest(session_key: str) -> str:
    """What a session's row is found by; the key has 160 random bits, so a plain hash keeps it."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Reads and writes `Session`; the engine of `SESSION_ENGINE`."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our own table."""
        return Session

    def _get_session_from_db(self) -> Any:
        key = self.session_key or ""
        found = Session.objects.filter(session_key=digest(key), expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        """Whether there is a session under that key."""
        return Session.objects.filter(session_key=digest(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row for *data*, with the person who is signed in."""
        return Session(
            session_key=digest(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
        )

    def delete(self, session_key: str | None = None) -> None:
        """End a session (default: this one)."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=digest(key)).delete()

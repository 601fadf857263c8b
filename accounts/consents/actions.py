"""Giving a consent, and taking it back."""

from django.db import transaction
from django.utils import timezone

from accounts.access.models import Channel
from accounts.access.origin import current_origin
from accounts.consents.models import Consent
from accounts.consents.purposes import Purpose
from accounts.models import User


def consent_to(purpose: Purpose, user: User) -> Consent:
    """An unsaved record that *user* agrees to the wording in use, or was shown it, now and here."""
    origin = current_origin()
    return Consent(
        user=user,
        purpose=purpose.key,
        text_version=purpose.version,
        channel=origin.channel if origin else Channel.PAGE,
    )


def mark_withdrawn(purpose: Purpose, user: User) -> int:
    """Note that *user* takes back whatever they agreed to for *purpose*; gives how many records that ends."""
    return Consent.objects.filter(user=user, purpose=purpose.key, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )


@transaction.atomic
def withdraw(purpose: Purpose, user: User, session: str = "") -> bool:
    """Take a consent back, with all that follows from it; gives whether there was one.

    *session* is the key of the session that asks: it alone stays open. Raises ValueError for a notice,
    which nobody agreed to.
    """
    if purpose.stop is None:
        raise ValueError(f"{purpose.key} tells people something; there is nothing to withdraw.")
    if not mark_withdrawn(purpose, user):
        return False
    purpose.stop(user, session)
    return True

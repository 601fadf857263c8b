"""The mails of the door: to confirm an address, and with a link for a new password."""

import hashlib
import logging
import secrets
from smtplib import SMTPException

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.security import actions, queries
from accounts.security.models import MailAddress, ResetRequest
from accounts.security.rules import RESET_VALID

SALT = "accounts.mail"
CONFIRM_SECONDS = 24 * 60 * 60
_log = logging.getLogger(__name__)


def claim_of(mail: MailAddress) -> list[str]:
    """What the link in a mail says, signed: whose address it is and which."""
    return [str(mail.user_id), mail.digest]


def send_confirmation(mail: MailAddress, site: str) -> None:
    """Send the link that confirms *mail*. Raises OSError or SMTPException when the mail does not go out."""
    link = site + reverse("accounts:confirm_mail", args=[signing.dumps(claim_of(mail), salt=SALT)])
    _send(_("Confirm your mail address"), "confirm", mail.address, {"link": link, "name": mail.user.name})


def ask_for_reset(typed: str, site: str, language: str) -> None:
    """Note the wish and let a worker answer at once; without one the sweep does within a minute."""
    actions.ask_for_reset(typed, site, language)
    transaction.on_commit(_nudge)


def _nudge() -> None:
    from accounts import tasks  # which imports this file

    try:
        tasks.answer_reset_requests.apply_async(retry=False)
    except Exception:  # every broker has its own errors; the wish stands in the database
        _log.info("No broker answers; the sweep sends the mails for new passwords.")


def answer_reset_requests() -> int:
    """Send the links that were asked for; says how many went out. What fails is tried the next time."""
    sent = 0
    since = timezone.now() - RESET_VALID
    for asked in ResetRequest.objects.filter(answered_at=None, asked_at__gt=since).order_by("asked_at")[:200]:
        try:
            sent += _answer(asked)
        except (OSError, SMTPException) as error:
            # Its words may hold the address.
            _log.warning("A mail for a new password could not be sent: %s", type(error).__name__)
    return sent


@transaction.atomic
def _answer(asked: ResetRequest) -> bool:
    """Whoever takes the row first answers it; the row of an unknown name is emptied."""
    if not ResetRequest.objects.filter(pk=asked.pk, answered_at=None).update(
        answered_at=timezone.now(), typed=""
    ):
        return False
    target = queries.reset_target(asked.typed)
    if target is None:
        return False
    user, address = target
    token = secrets.token_urlsafe(32)
    ResetRequest.objects.filter(pk=asked.pk).update(user=user, digest=digest(token))
    minutes = int(RESET_VALID.total_seconds() // 60)
    link = asked.site + reverse("accounts:open_reset", args=[token])
    with translation.override(asked.language or settings.LANGUAGE_CODE):
        _send(_("A new password"), "reset", address, {"link": link, "name": user.name, "minutes": minutes})
    return True


def open_request(hashed: str) -> ResetRequest | None:
    """The request behind the link with this `digest` that is neither used nor too old, or None."""
    if not hashed:
        return None
    since = timezone.now() - RESET_VALID
    found = ResetRequest.objects.filter(digest=hashed, used_at=None, asked_at__gt=since)
    return found.select_related("user").filter(user__is_active=True).first()


def digest(token: str) -> str:
    """What a link is found by; its token has 256 random bits, so a plain hash keeps it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _send(subject: str, name: str, address: str, context: dict[str, object]) -> None:
    said = {"school_name": settings.SCHOOL_NAME, **context}
    body = render_to_string(f"accounts/security/mail_{name}.txt", said)
    send_mail(f"{subject} · {settings.SCHOOL_NAME}", body, None, [address])

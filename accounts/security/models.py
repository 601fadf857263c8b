"""What the door remembers: sessions, sign-ins, second steps, passwords of the past, networks, counts."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField, KeyField
from common.models import Record

HASH = 64
"""Characters of a SHA-256 in hex."""


class SessionManager(BaseSessionManager["Session"]):
    """Sessions of one person."""

    use_in_migrations = False


class Session(AbstractBaseSession):
    """Somebody at a browser. Keeps a hash of the key in the cookie: who reads the table gets in nowhere."""

    session_key = KeyField(max_length=HASH, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    class Privacy:
        personal = frozenset({"user", "session_data"})

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The engine that reads and writes these rows."""
        from accounts.security.sessions import SessionStore

        return SessionStore


class Outcome(models.TextChoices):
    """How an attempt to sign in ended."""

    IN = "in", _("Signed in")
    WRONG_PASSWORD = "wrong_password", _("Wrong password")
    WRONG_CODE = "wrong_code", _("Wrong code of the second step")
    RESET = "reset", _("Password reset by mail")


class SignIn(Record):
    """One attempt to sign in: when, from where, with what (RL-50: kept half a year at least).

    *place* is the name of the school's network, empty for any other; *device* a key of `devices`.
    """

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="sign_ins")
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    ip = models.GenericIPAddressField(null=True)
    place = models.CharField(_("place"), max_length=60, blank=True)
    device = models.CharField(_("device"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = [models.Index(fields=["user", "at"], name="sign_in_by_user")]

    class Privacy:
        personal = frozenset({"user", "ip", "place", "device"})


class OldPassword(Record):
    """The hash of a password somebody had, so that it does not come back."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="old_passwords")
    hash = models.CharField(max_length=128)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("earlier password")
        verbose_name_plural = _("earlier passwords")
        indexes = [models.Index(fields=["user", "at"], name="old_password_by_user")]

    class Privacy:
        personal = frozenset({"user", "hash"})


class SecondStep(Record):
    """Somebody's authenticator app: the secret it shares with us, kept once a code of it was seen.

    *last_step* is the 30 seconds whose code came in last: a code that was looked over a shoulder is used up.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_step")
    secret = EncryptedTextField()
    since = models.DateTimeField(default=timezone.now)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("second step")
        verbose_name_plural = _("second steps")

    class Privacy:
        personal = frozenset({"user", "secret"})


class RecoveryCode(Record):
    """A code that stands in once for the authenticator app; known to its owner alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    digest = KeyField(max_length=HASH)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]

    class Privacy:
        personal = frozenset({"user"})


class MailAddress(Record):
    """Where somebody can be sent a link for a new password; usable once its owner has opened a mail there."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_address")
    address = EncryptedTextField(_("mail address"))
    digest = KeyField(max_length=HASH, db_index=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mail address")
        verbose_name_plural = _("mail addresses")

    class Privacy:
        personal = frozenset({"user", "address"})


class ResetRequest(Record):
    """Somebody typed a name or a mail address and asked for a new password; whose it is is found out later.

    The page writes the same row for a known name and for an unknown one, and so takes the same time.
    """

    typed = EncryptedTextField(blank=True)
    site = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    digest = KeyField(max_length=HASH, blank=True, db_index=True)
    answered_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("request for a new password")
        verbose_name_plural = _("requests for a new password")

    class Privacy:
        personal = frozenset({"typed", "user"})


class Network(Record):
    """A range of addresses that the school calls by a name, such as the campus network."""

    name = models.CharField(_("name"), max_length=60)
    cidr = KeyField(_("address range"), max_length=50, unique=True)

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.name} {self.cidr}"


class Count(models.Model):
    """How often somebody did something within a span of time; who cannot be read from the row."""

    key = KeyField(max_length=HASH, unique=True)
    number = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("count of tries")
        verbose_name_plural = _("counts of tries")

    class Privacy:
        personal: frozenset[str] = frozenset()

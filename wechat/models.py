"""Who is bound to which WeChat, and what goes to and comes from the service account."""

import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedJSONField, EncryptedTextField, KeyField
from common.models import AppendOnly, Record


class Proof(models.TextChoices):
    """What somebody proved before an account was bound to their WeChat (flows 12)."""

    NAME = "name", _("student number and name")
    NAME_ID = "name_id", _("student number, name and the end of the identity number")
    PASSWORD = "password", _("password of the account")
    SIGNED_IN = "signed_in", _("was signed in")
    COUNSELOR = "counselor", _("released by the counselor")


class Binding(Record):
    """An account and the one WeChat that opens it; the row goes when the binding ends."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="wechat", verbose_name=_("account")
    )
    openid = EncryptedTextField()
    openid_index = KeyField(max_length=64, unique=True, editable=False)
    proof = models.CharField(_("how it was proven"), max_length=12, choices=Proof)
    bound_at = models.DateTimeField(_("bound"), default=timezone.now)
    password_mark = KeyField(max_length=64, blank=True)
    """Which password the account had when WeChat last opened it: another one has to be typed once."""

    class Meta:
        verbose_name = _("WeChat binding")
        verbose_name_plural = _("WeChat bindings")

    class Privacy:
        personal = frozenset({"user", "openid", "openid_index", "password_mark"})


class BindingChange(models.TextChoices):
    """What became of a binding."""

    BOUND = "bound", _("bound")
    REPLACED = "replaced", _("replaced by another WeChat")
    UNBOUND = "unbound", _("unbound by its owner")
    UNBOUND_BY_STAFF = "unbound_by_staff", _("unbound by the school")
    EXPIRED = "expired", _("ended after graduation")


class BindingEvent(AppendOnly, Record):
    """One line of the history of an account's bindings. Append-only; no openid stands in it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=BindingChange)
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    proof = models.CharField(max_length=12, choices=Proof, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of a WeChat binding")
        verbose_name_plural = _("changes of WeChat bindings")
        indexes = [models.Index(fields=["user", "at", "id"], name="binding_event_of_person")]

    class Privacy:
        personal = frozenset({"user", "by", "reason"})


class ScanState(models.TextChoices):
    """How far a sign-in by QR code is."""

    WAITING = "waiting", _("waiting for the phone")
    SCANNED = "scanned", _("scanned, to be confirmed on the phone")
    CONFIRMED = "confirmed", _("confirmed on the phone")
    REFUSED = "refused", _("refused on the phone")
    USED = "used", _("used")


class Scan(Record):
    """One sign-in by QR code at a desk: five minutes, one use, for the browser that asked (WX-3)."""

    LIFE: ClassVar[datetime.timedelta] = datetime.timedelta(minutes=5)

    scene_index = KeyField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=ScanState, default=ScanState.WAITING)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(db_index=True)
    next = models.CharField(max_length=300, blank=True)
    ip = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=60, blank=True)
    code_url = models.CharField(max_length=200)
    openid_index = KeyField(max_length=64, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = _("sign-in by QR code")
        verbose_name_plural = _("sign-ins by QR code")

    class Privacy:
        personal = frozenset({"ip", "device", "openid_index", "user"})

    @property
    def is_over(self) -> bool:
        """Whether its five minutes have passed."""
        return timezone.now() >= self.expires_at


class Received(Record):
    """A message or event that WeChat sent, kept until it is dealt with, and a while against repeats."""

    key = KeyField(max_length=64, unique=True)
    content = EncryptedJSONField(null=True)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    handled_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("message from WeChat")
        verbose_name_plural = _("messages from WeChat")

    class Privacy:
        personal = frozenset({"content"})


class LetterState(models.TextChoices):
    """Where a message to somebody's WeChat is."""

    WAITING = "waiting", _("to be sent")
    SENT = "sent", _("sent")
    UNREACHABLE = "unreachable", _("WeChat does not deliver it")
    FAILED = "failed", _("given up")


class Letter(Record):
    """A message to one openid on its way; the openid is forgotten as soon as the way ends."""

    openid = EncryptedTextField(blank=True)
    text = EncryptedTextField()
    state = models.CharField(max_length=12, choices=LetterState, default=LetterState.WAITING)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    next_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    code = models.IntegerField(null=True)
    """The error code of the last try, as WeChat gave it."""

    class Meta:
        verbose_name = _("message to WeChat")
        verbose_name_plural = _("messages to WeChat")
        indexes = [models.Index(fields=["state", "next_at"], name="letter_due")]

    class Privacy:
        personal = frozenset({"openid", "text"})


class ApiToken(models.Model):
    """The token with which the service account calls WeChat; one process renews it, all read it (WX-5)."""

    appid = KeyField(max_length=40, primary_key=True)
    token = EncryptedTextField(blank=True)
    expires_at = models.DateTimeField(default=timezone.now)
    renewing_until = models.DateTimeField(default=timezone.now)
    forced_at = models.DateTimeField(null=True)
    forced_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("WeChat token")
        verbose_name_plural = _("WeChat tokens")

    class Privacy:
        personal = frozenset({"token"})  # nobody's, but as secret

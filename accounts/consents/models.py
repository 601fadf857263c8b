"""Records of consent."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access.models import Channel
from common.fields import KeyField
from common.models import Record


class Consent(Record):
    """Somebody agreed to a text, or was shown one: for what, which wording of it, when and where (RL-30).

    The row outlives the withdrawal and the account by three years, as the proof of both (rules 4.1).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="consents")
    purpose = KeyField(_("purpose"), max_length=40)
    text_version = KeyField(_("wording"), max_length=20)
    at = models.DateTimeField(_("given"), default=timezone.now, editable=False)
    channel = KeyField(_("channel"), max_length=10, choices=Channel, default=Channel.PAGE)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["user", "purpose", "at"], name="consent_by_person")]

    class Privacy:
        personal = frozenset({"user"})

    def __str__(self) -> str:
        return f"{self.purpose} {self.text_version}"

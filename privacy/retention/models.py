"""What is held back from the sweep, and what the sweep did last."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField, KeyField
from common.models import Record


class Hold(Record):
    """Nothing of one person is erased while this stands: a dispute, an inspection (legal hold)."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    reason = EncryptedTextField(_("reason"))
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, editable=False)
    open_for = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    """The person while it stands: one at a time."""

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")

    class Privacy:
        personal = frozenset({"person", "reason", "placed_by", "lifted_by", "open_for"})

    def __str__(self) -> str:
        return str(self.person)


class LastSweep(models.Model):
    """What the latest sweep did with one class of data; every erasure is a line of the access log besides."""

    row = KeyField(max_length=40, primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    erased = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    """How many stayed although their time was over."""
    fault = models.CharField(max_length=200, blank=True)
    """The kind of error that stopped it, empty when all went well."""

    class Meta:
        verbose_name = _("sweep of a class of data")
        verbose_name_plural = _("sweeps of classes of data")

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.row

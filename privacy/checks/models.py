"""What the yearly check list keeps (RL-35)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import Record


class YearCheck(Record):
    """The list of one year: what the officer noted and ticked, and what was found when it was signed off.

    *lines* has a mapping for each item: `note`, `ticked`, and once it is signed off `good` and `number`.
    """

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    lines = models.JSONField(_("notes and ticks"), default=dict)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(_("signed off"), null=True, editable=False)

    class Meta:
        verbose_name = _("yearly check list")
        verbose_name_plural = _("yearly check lists")

    class Privacy:
        personal = frozenset({"signed_by"})

    def __str__(self) -> str:
        return str(self.year)

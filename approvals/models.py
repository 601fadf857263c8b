"""What people keep about their inbox."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import KeyField
from common.models import Record


class SavedView(Record):
    """Filters of the inbox under a name; the owner's list, anybody's link."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = KeyField(_("name"), max_length=40)
    query = models.TextField(_("filters"), blank=True)
    is_default = models.BooleanField(_("opens first"), default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_once")]

    class Privacy:
        personal = frozenset({"owner", "name", "query"})

    def __str__(self) -> str:
        return self.name

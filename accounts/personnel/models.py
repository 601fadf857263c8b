"""What the school knows of its staff beside the account, and the spreadsheets they came from."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.fields import EncryptedJSONField, EncryptedTextField
from common.models import Record

UNDO_WINDOW = datetime.timedelta(hours=24)


class StaffRecord(Record):
    """How a member of staff is reached. Who has one is staff, appointed or not."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_record")
    mobile = EncryptedTextField(_("mobile phone"), blank=True)
    email = EncryptedTextField(_("e-mail"), blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("staff record")
        verbose_name_plural = _("staff records")

    class Privacy:
        personal = frozenset({"user", "mobile", "email"})

    def __str__(self) -> str:
        return str(self.user)


class StaffImportState(models.TextChoices):
    """Where an import of staff stands."""

    CHECKED = "checked", _("Checked, not loaded")
    LOADED = "loaded", _("Loaded")
    UNDONE = "undone", _("Undone")


class StaffImport(Record):
    """One spreadsheet of staff: what the check found, what loading made.

    *rows* are the good rows as they were read, *problems* the faulty ones with what is wrong, *made* the
    keys of what loading made, so that it can be undone.
    """

    file_name = models.CharField(_("file name"), max_length=120)
    state = models.CharField(
        _("state"), max_length=10, choices=StaffImportState, default=StaffImportState.CHECKED
    )
    rows = EncryptedJSONField(null=True)
    problems = EncryptedJSONField(null=True)
    made = models.JSONField(default=dict)
    people = models.PositiveIntegerField(pgettext_lazy("import", "people added"), default=0)
    appointments = models.PositiveIntegerField(pgettext_lazy("import", "appointments made"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    wrong = models.PositiveIntegerField(_("wrong"), default=0)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField(_("loaded"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name = _("import of staff")
        verbose_name_plural = _("imports of staff")

    class Privacy:
        personal = frozenset({"rows", "problems", "uploaded_by"})

    def __str__(self) -> str:
        return self.file_name

    @property
    def undo_until(self) -> datetime.datetime | None:
        """The moment after which it can no longer be undone; None before it is loaded."""
        return self.loaded_at + UNDO_WINDOW if self.loaded_at else None

"""A list that somebody asks for, from the question to the day its file is deleted (flows 32)."""

from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.fields import EncryptedTextField, KeyField
from common.ids import uuid7
from common.models import Record
from processes.queries import cases_on

if TYPE_CHECKING:
    from processes.models import Case


class ExportKind(models.TextChoices):
    """What a row of the list is."""

    STUDENTS = "students", _("Students")
    DESTINATIONS = "destinations", _("Destinations that count now")


class ExportState(models.TextChoices):
    """Where an export stands."""

    DRAFT = "draft", _("With you")
    IN_REVIEW = "in_review", _("In review")
    RETURNED = "returned", _("Returned")
    MAKING = "making", _("Being made")
    READY = "ready", _("Ready")
    TAKEN = "taken", _("Downloaded, file deleted")
    EXPIRED = "expired", _("Expired, file deleted")
    STOPPED = "stopped", _("Stopped")
    REJECTED = "rejected", pgettext_lazy("export", "Refused")
    CANCELLED = "cancelled", _("Given up")


WITH_ASKER = (ExportState.DRAFT, ExportState.RETURNED)


def stored_name(export: "Export", name: str) -> str:
    """A random path, never below an address; nothing a person typed gets into it."""
    return f"exports/{uuid7().hex}"


class Export(Record):
    """One list, asked for by one person; the subject of a case.

    *keys* are the rows that were asked for, so that an approval covers those and no others; they are
    forgotten when the file is made.
    """

    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = KeyField(_("state"), max_length=12, choices=ExportState, default=ExportState.DRAFT)
    kind = KeyField(_("list"), max_length=12, choices=ExportKind)
    query = EncryptedTextField(blank=True)
    """The filters as the list pages have them in their address."""
    about = EncryptedTextField(blank=True)
    """The filters in words."""
    keys = models.JSONField(default=list)
    rows = models.PositiveIntegerField(_("number of rows"), default=0)
    columns = models.JSONField(default=list)
    purpose = models.CharField(_("purpose"), max_length=200)
    recipient = models.CharField(_("recipient"), max_length=100)
    outside = models.BooleanField(_("outside the school"), default=False)
    assessment = models.UUIDField(_("impact assessment"), null=True)
    """The one that another body gets it under; it stands in a register of a higher floor (RL-34)."""
    keep_until = models.DateField(_("kept until"))
    language = KeyField(max_length=10)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)

    file = models.FileField(upload_to=stored_name, max_length=100, blank=True)
    password = EncryptedTextField(blank=True)
    made_rows = models.PositiveIntegerField(default=0)
    """Rows in the file, while it is made the ones that are in it already."""
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    password_shown_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["asker", "asked_at", "id"], name="export_by_asker")]

    class Privacy:
        personal = frozenset({"asker", "query", "about", "keys", "purpose", "recipient", "file", "password"})

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @cached_property
    def case(self) -> "Case":
        """Its case."""
        return cases_on(self)[0]

    @property
    def is_with_asker(self) -> bool:
        """Whether it is the asker who has to go on."""
        return self.state in WITH_ASKER

    @property
    def is_being_made(self) -> bool:
        """Whether a job makes its file."""
        return self.state == ExportState.MAKING

    @property
    def is_ready(self) -> bool:
        """Whether its file can be taken now."""
        return self.state == ExportState.READY and (self.expires_at or timezone.now()) > timezone.now()

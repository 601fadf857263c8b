"""Code tables, form versions, drafts, submissions and their attachments.

A case is only its id here: what a case is, the engine knows.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedJSONField, KeyField
from common.ids import uuid7
from common.models import Record

FIRST_COHORT = 0
LAST_COHORT = 9999


class CodeTable(models.Model):
    """A list of codes under a key, such as `gender`."""

    key = KeyField(_("key"), max_length=60, primary_key=True)
    title = models.CharField(_("title"), max_length=80)
    note = models.TextField(_("note"), blank=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("code table")
        verbose_name_plural = _("code tables")

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.title


class Code(models.Model):
    """One row of a code table, valid for a span of graduating years."""

    table = models.ForeignKey(CodeTable, models.CASCADE, related_name="codes", verbose_name=_("table"))
    code = KeyField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    parent_code = KeyField(_("parent"), max_length=20, blank=True)
    sort = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("offered"), default=True)
    is_local = models.BooleanField(_("the school's own"), default=False)
    valid_from = models.PositiveSmallIntegerField(_("from cohort"), default=FIRST_COHORT)
    valid_to = models.PositiveSmallIntegerField(_("to cohort"), default=LAST_COHORT)
    attributes = models.JSONField(_("further columns"), default=dict, blank=True)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        ordering = ["table", "sort", "code"]
        constraints = [
            models.UniqueConstraint(fields=["table", "code", "valid_from"], name="code_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from")), name="code_span_not_empty"
            ),
        ]

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.code} {self.label()}"

    def label(self, language: str | None = None) -> str:
        """The name in *language* (default: the reader's); Chinese where there is no English name."""
        english = (language or get_language() or "").startswith("en")
        return (english and self.name_en) or self.name

    def holds_for(self, cohort: int) -> bool:
        """Whether graduates of *cohort* use this row."""
        return self.valid_from <= cohort <= self.valid_to


class FormVersion(Record):
    """An immutable numbered description of a form."""

    key = KeyField(_("key"), max_length=60)
    number = models.PositiveIntegerField(_("number"))
    schema = models.JSONField(_("description"))
    digest = KeyField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="form_version_once")]

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"


class Draft(Record):
    """What an applicant has typed so far; one per case, saved over and over."""

    case_id = models.UUIDField(unique=True)
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+")
    values = EncryptedJSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    class Privacy:
        personal = frozenset({"values", "saved_by"})


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Attachments of cases."""

    def present(self) -> "AttachmentQuerySet":
        """Those the applicant has not removed."""
        return self.filter(removed_at=None)


def stored_name(attachment: "Attachment", name: str) -> str:
    """A random path for a stored file; nothing a person typed gets into it."""
    suffix = name.rpartition(".")[2]
    key = uuid7().hex
    return f"attachments/{key[-2:]}/{key}.{suffix}"


class Attachment(Record):
    """An uploaded file that belongs to a field of a case's form."""

    case_id = models.UUIDField(db_index=True)
    field = KeyField(max_length=60)
    kind = KeyField(max_length=30, blank=True)
    name = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = KeyField(max_length=64, db_index=True)
    file = models.FileField(upload_to=stored_name, max_length=100)
    thumbnail = models.FileField(upload_to=stored_name, max_length=100, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    removed_at = models.DateTimeField(_("removed on"), null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    class Privacy:
        personal = frozenset({"name", "sha256", "file", "thumbnail", "uploaded_by"})

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Whether it can be shown as a picture."""
        return self.content_type.startswith("image/")


class Submission(Record):
    """The frozen values of one hand-in of a case's form.

    The digest commits to the values: the audit trail keeps the digest alone, and whoever holds the
    values and the salt can show that they are what was handed in. When their time is over both are
    erased: the digest stays and says nothing any more (ADR 4).
    """

    case_id = models.UUIDField()
    number = models.PositiveSmallIntegerField(_("number"))
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+")
    values = EncryptedJSONField()
    salt = models.CharField(max_length=64, editable=False)
    digest = KeyField(max_length=64, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)
    attachments = models.ManyToManyField(Attachment, related_name="submissions")

    class Meta:
        verbose_name = _("form submission")
        verbose_name_plural = _("form submissions")
        ordering = ["case_id", "number"]
        constraints = [models.UniqueConstraint(fields=["case_id", "number"], name="submission_number_once")]

    class Privacy:
        personal = frozenset({"values", "salt", "submitted_by", "attachments"})

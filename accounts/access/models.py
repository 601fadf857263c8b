"""Lines of the access log, the seals over them, and the files that old lines go to."""

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.access.details import words_of
from common.fields import KeyField
from common.models import AppendOnly, Record


class Channel(models.TextChoices):
    """The way by which somebody came to the data."""

    PAGE = "page", _("Page")
    EXPORT = "export", _("Export")
    API = "api", _("Interface")
    WECHAT = "wechat", _("WeChat")
    ADMIN = "admin", _("Django's admin")
    SHELL = "shell", _("Command line")
    JOB = "job", _("Background job")


class Verb(models.TextChoices):
    """What was done; rooms may write further words, which are shown as they are."""

    VIEW = "view", _("opened a record")
    REVEAL = "reveal", _("uncovered a field")
    FILE = "file", _("opened a file")
    EXPORT = "export", pgettext_lazy("access log", "took an export")
    PASSWORDS = "passwords", _("made first passwords")
    CHANGE = "change", _("changed something")
    SIGN_IN = "sign_in", _("signed in")
    SIGN_OUT = "sign_out", _("signed out")
    SIGN_IN_FAILED = "sign_in_failed", _("failed to sign in")
    PASSWORD = "password", _("changed the own password")
    ADMIN_VIEW = "admin_view", _("looked in the admin")
    ADMIN_ADD = "admin_add", _("added in the admin")
    ADMIN_CHANGE = "admin_change", _("changed in the admin")
    ADMIN_DELETE = "admin_delete", _("deleted in the admin")
    COMMAND = "command", _("ran a command")
    ERASE = "erase", _("erased what had served its time")


class Purpose(models.TextChoices):
    """What somebody wants to see a covered field for."""

    CONTACT = "contact", _("Contact the person")
    MATERIALS = "materials", _("Check papers")
    CORRECTION = "correction", _("Correct the record")
    INSPECTION = "inspection", _("Inspection from above")
    OTHER = "other", _("Another purpose")


#: What is hashed of a line, in this order; part of the contract with whoever verifies an export.
FIELDS = (
    "id", "at", "user_id", "acting_for_id", "channel", "action", "object_type", "object_id", "detail",
    "purpose", "words", "ip", "request_id", "succeeded",
)  # fmt: skip


class AccessLog(AppendOnly, Record):
    """Who saw or did what, when, and what for. Lines are added and read, nothing else.

    Each carries a keyed hash of its own, so that writing one waits for no other. Sealing, once a minute,
    gives it a number and its place in the one chain over all lines.
    """

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    acting_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    channel = KeyField(_("channel"), max_length=10, choices=Channel, default=Channel.JOB)
    action = KeyField(_("what"), max_length=40)
    object_type = KeyField(max_length=60, blank=True)
    object_id = KeyField(max_length=40, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    purpose = KeyField(_("purpose"), max_length=20, blank=True)
    words = models.CharField(max_length=200, blank=True)
    ip = models.GenericIPAddressField(_("from"), null=True)
    request_id = KeyField(_("request"), max_length=36, blank=True)
    succeeded = models.BooleanField(default=True)
    mac = KeyField(max_length=64)
    number = models.PositiveBigIntegerField(null=True, unique=True)
    hash = KeyField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        indexes = [
            models.Index(fields=["at", "id"], name="access_by_time"),
            models.Index(fields=["object_type", "object_id", "at"], name="access_by_object"),
            models.Index(fields=["user", "at"], name="access_by_person"),
            models.Index(fields=["action", "at"], name="access_by_action"),
        ]

    class Privacy:
        personal = frozenset({"user", "acting_for", "ip", "detail", "words"})

    @property
    def action_words(self) -> str | Promise:
        """What was done, in words."""
        return Verb(self.action).label if self.action in Verb else self.action

    @property
    def purpose_words(self) -> str:
        """The purpose as it was chosen, and the person's own words."""
        label = str(Purpose(self.purpose).label) if self.purpose in Purpose else self.purpose
        if not (label and self.words):
            return label or self.words
        return gettext("%(purpose)s: %(words)s") % {"purpose": label, "words": self.words}

    @property
    def object_words(self) -> str:
        """The kind of thing it is about: a model's name in the reader's language, else as it is stored."""
        try:
            return str(apps.get_model(self.object_type)._meta.verbose_name)
        except (LookupError, ValueError):
            return gettext("command") if self.action == Verb.COMMAND else self.object_type

    @property
    def detail_words(self) -> str:
        """The details as their room says them; fields that were uncovered or changed by their names."""
        said = words_of(self.object_type, self.detail)
        if said != self.detail or self.action not in (Verb.REVEAL, Verb.CHANGE):
            return said
        return ", ".join(self._field_words(name) for name in self.detail.split(","))

    def _field_words(self, name: str) -> str:
        try:
            field = apps.get_model(self.object_type)._meta.get_field(name)
        except (LookupError, ValueError, FieldDoesNotExist):
            return name
        return str(getattr(field, "verbose_name", name))


class AccessArchive(Record):
    """A file that lines older than twelve months went to, encrypted; the seals over them stay."""

    file = models.FileField(upload_to="access-log/", max_length=100)
    sha256 = KeyField(max_length=64)
    lines = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("archive of the access log")
        verbose_name_plural = _("archives of the access log")

    class Privacy:
        personal = frozenset({"file"})


class AccessSeal(Record):
    """A signature over the end of the chain: the lines up to number *last*."""

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    head = KeyField(max_length=64)
    signature = models.CharField(max_length=100)
    archive = models.ForeignKey(AccessArchive, models.PROTECT, null=True, related_name="seals")

    class Meta:
        verbose_name = _("seal of the access log")
        verbose_name_plural = _("seals of the access log")

    class Privacy:
        personal: frozenset[str] = frozenset()

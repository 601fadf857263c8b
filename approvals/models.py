"""What people keep about their inbox, copies they got, tasks they gave to others, and batches they ran."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedJSONField, KeyField
from common.models import Record
from processes.models import Case, Task


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


class CarbonCopy(Record):
    """A case sent to somebody to know of 抄送: read-only, with a receipt."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="copies", verbose_name=_("case"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="copies", verbose_name=_("copy to")
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("sent by")
    )
    task_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects: ClassVar[models.Manager["CarbonCopy"]] = models.Manager()

    class Meta:
        verbose_name = _("copy")
        verbose_name_plural = _("copies")
        constraints = [models.UniqueConstraint(fields=["case", "recipient"], name="copy_once")]
        indexes = [
            models.Index(fields=["recipient", "created_at", "id"], name="copy_of_person"),
            models.Index(fields=["recipient", "read_at"], name="copy_unread"),
        ]

    class Privacy:
        personal = frozenset({"recipient", "sender"})

    def __str__(self) -> str:
        return f"{self.case_id} · {self.recipient_id}"


class Way(models.TextChoices):
    """In which way a task was given to a colleague."""

    TRANSFERRED = "transferred", _("handed on")
    DELEGATED = "delegated", _("for an opinion")
    SIGNER = "signer", _("to sign")


class PassedOn(Record):
    """A task that somebody gave to a colleague, so that who gave it finds it again."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="+", verbose_name=_("task"))
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("given to")
    )
    way = KeyField(max_length=12, choices=Way)
    created_at = models.DateTimeField(_("given on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("task given to a colleague")
        verbose_name_plural = _("tasks given to colleagues")
        indexes = [models.Index(fields=["giver", "created_at", "id"], name="passed_on_by")]

    class Privacy:
        personal = frozenset({"giver", "receiver"})

    def __str__(self) -> str:
        return f"{self.way} · {self.task_id}"


class BatchState(models.TextChoices):
    """Where a batch stands."""

    WAITING = "waiting", _("Waiting to begin")
    RUNNING = "running", _("At work")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    UNDONE = "undone", _("Taken back")


class BatchRun(Record):
    """Many tasks decided or handed on alike, by a job; what became of each is kept with it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    verb = KeyField(_("what is done"), max_length=12)
    said = EncryptedJSONField(default=dict)
    ip = KeyField(max_length=39, blank=True)
    language = KeyField(max_length=12, blank=True)
    state = KeyField(_("state"), max_length=10, choices=BatchState, default=BatchState.WAITING)
    undoes = models.ForeignKey("self", models.CASCADE, null=True, related_name="undone_by")
    total = models.PositiveIntegerField(_("tasks"), default=0)
    done = models.PositiveIntegerField(default=0)
    ok = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    progress_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects: ClassVar[models.Manager["BatchRun"]] = models.Manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        indexes = [models.Index(fields=["owner", "created_at"], name="batch_of_person")]

    class Privacy:
        personal = frozenset({"owner", "said", "ip"})

    def __str__(self) -> str:
        return f"{self.verb} · {self.total}"

    @property
    def refused(self) -> int:
        """How many tasks stayed as they were."""
        return self.done - self.ok

    @property
    def is_running(self) -> bool:
        """Whether more is to come."""
        return self.state in (BatchState.WAITING, BatchState.RUNNING)


class BatchItem(models.Model):
    """One task of a batch, and what became of it; without a case when it was not the person's to see."""

    run = models.ForeignKey(BatchRun, models.CASCADE, related_name="items")
    place = models.PositiveIntegerField()
    task_id = models.UUIDField()
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+")
    ok = models.BooleanField(null=True)
    message = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["BatchItem"]] = models.Manager()

    class Meta:
        verbose_name = _("task of a batch")
        verbose_name_plural = _("tasks of batches")
        constraints = [models.UniqueConstraint(fields=["run", "place"], name="batch_item_place")]
        indexes = [models.Index(fields=["run", "ok", "place"], name="batch_item_result")]

    class Privacy:
        personal = frozenset({"case", "message"})

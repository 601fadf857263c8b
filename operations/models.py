"""What the watch over the system keeps: the last sign of life, and every backup with its proof."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import KeyField
from common.models import Record


class SignOfLife(models.Model):
    """When a part last did something that only a working part can do."""

    part = KeyField(max_length=20, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    class Privacy:
        personal = frozenset[str]()

    def __str__(self) -> str:
        return self.part


class RunKind(models.TextChoices):
    """What was done with a backup."""

    BACKUP = "backup", _("Backup")
    RESTORE_TEST = "restore_test", _("Trial restore")


class BackupRun(Record):
    """One backup, or one trial restore of it: where it lies, and how it ended."""

    kind = KeyField(_("kind"), max_length=12, choices=RunKind)
    folder = models.CharField(_("folder"), max_length=200)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), default=timezone.now)
    good = models.BooleanField(_("succeeded"))
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    words = models.TextField(_("result"), blank=True)

    objects: ClassVar[models.Manager["BackupRun"]] = models.Manager()

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        indexes = [models.Index(fields=["kind", "finished_at"], name="backup_by_kind")]

    class Privacy:
        personal = frozenset[str]()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.folder}"

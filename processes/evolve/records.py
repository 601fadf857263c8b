"""Migrations of running cases, and what became of each case."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import KeyField
from common.models import Record


class MigrationState(models.TextChoices):
    """Where a migration stands."""

    WAITING = "waiting", _("Waiting to begin")
    RUNNING = "running", _("At work")
    DONE = "done", _("Done")
    BACK_WAITING = "back_wait", _("Waiting to be taken back")
    BACK_RUNNING = "back_run", _("Being taken back")
    BACK = "back", _("Taken back")


class Migration(Record):
    """Running cases of one version moved to another one of the same definition, by a job."""

    source = models.ForeignKey("processes.DefinitionVersion", models.PROTECT, related_name="migrations_from")
    target = models.ForeignKey("processes.DefinitionVersion", models.PROTECT, related_name="migrations_to")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken back by")
    )
    mapping = models.JSONField(default=dict, help_text="Steps placed by hand, variables given up.")
    ip = KeyField(max_length=39, blank=True)
    language = KeyField(max_length=12, blank=True)
    state = KeyField(_("state"), max_length=10, choices=MigrationState, default=MigrationState.WAITING)
    total = models.PositiveIntegerField(_("cases"), default=0)
    moved = models.PositiveIntegerField(_("moved"), default=0)
    refused = models.PositiveIntegerField(_("not moved"), default=0)
    returned = models.PositiveIntegerField(_("moved back"), default=0)
    stayed = models.PositiveIntegerField(_("gone on since"), default=0)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    progress_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects: ClassVar[models.Manager["Migration"]] = models.Manager()

    class Meta:
        verbose_name = _("migration")
        verbose_name_plural = _("migrations")
        indexes = [models.Index(fields=["source", "created_at"], name="migration_of_version")]

    class Privacy:
        personal = frozenset({"owner", "taken_back_by", "ip"})

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"

    @property
    def goes_back(self) -> bool:
        """Whether its cases are being moved back."""
        return self.state in (MigrationState.BACK_WAITING, MigrationState.BACK_RUNNING)

    @property
    def done(self) -> int:
        """How many cases have been looked at, on the way it is on."""
        return self.returned + self.stayed if self.goes_back else self.moved + self.refused

    @property
    def goal(self) -> int:
        """How many cases there are to look at, on the way it is on."""
        return self.moved if self.goes_back else self.total

    @property
    def is_running(self) -> bool:
        """Whether more is to come, there or back."""
        return self.state not in (MigrationState.DONE, MigrationState.BACK)


class MoveState(models.TextChoices):
    """What became of a case in a migration."""

    WAITING = "waiting", _("Waiting")
    MOVED = "moved", _("Moved")
    REFUSED = "refused", _("Not moved")
    RETURNED = "returned", _("Moved back")
    STAYED = "stayed", _("Gone on since")


class MigrationCase(models.Model):
    """One case of a migration: its result, and what is needed to put it back exactly as it was.

    *before* holds the values of the rows as they were; *event_count* is the case's after the move: a case
    with more events has gone on since.
    """

    migration = models.ForeignKey(Migration, models.CASCADE, related_name="items")
    case = models.ForeignKey("processes.Case", models.CASCADE, related_name="migrations")
    state = KeyField(_("result"), max_length=10, choices=MoveState, default=MoveState.WAITING)
    reason = KeyField(max_length=20, blank=True)
    node_id = KeyField(_("step"), max_length=80, blank=True)
    message = models.CharField(_("why"), max_length=300, blank=True)
    event_count = models.PositiveIntegerField(default=0)
    before = models.JSONField(default=dict)

    objects: ClassVar[models.Manager["MigrationCase"]] = models.Manager()

    class Meta:
        verbose_name = _("case of a migration")
        verbose_name_plural = _("cases of migrations")
        constraints = [models.UniqueConstraint(fields=["migration", "case"], name="migrated_once")]
        indexes = [models.Index(fields=["migration", "state", "id"], name="migration_result")]

    class Privacy:
        personal = frozenset({"case", "before", "message"})

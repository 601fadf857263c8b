"""Changes of the organisation tree, and the trail of people and units."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.fields import KeyField
from common.models import Record, TrailLine


class ChangeKind(models.TextChoices):
    """What can be done to a unit."""

    ADD = "add", pgettext_lazy("organisation", "Add a unit")
    RENAME = "rename", pgettext_lazy("organisation", "Rename")
    MOVE = "move", pgettext_lazy("organisation", "Move")
    MERGE = "merge", pgettext_lazy("organisation", "Merge into another")
    SPLIT = "split", pgettext_lazy("organisation", "Split off a part")
    CLOSE = "close", pgettext_lazy("organisation", "Close")
    REOPEN = "reopen", pgettext_lazy("organisation", "Use again")


class ChangeState(models.TextChoices):
    """Where a change of a unit stands."""

    SCHEDULED = "scheduled", _("Scheduled")
    DONE = "done", _("Done")
    FAILED = "failed", pgettext_lazy("organisation", "Could not be done")
    CANCELLED = "cancelled", pgettext_lazy("organisation", "Called off")
    UNDONE = "undone", _("Undone")


class UnitChange(Record):
    """One change of the tree, on its day or before it.

    *unit* is what changes (empty while a unit is still to be added), *target* what it goes to: the parent
    of a unit that is added or moved, the unit it is merged into. *outcome* holds keys alone: everything that
    was carried along, so that it can be brought back.
    """

    kind = KeyField(_("kind"), max_length=10, choices=ChangeKind)
    state = KeyField(_("state"), max_length=10, choices=ChangeState, default=ChangeState.SCHEDULED)
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, null=True, related_name="unit_changes")
    target = models.ForeignKey("accounts.Unit", models.PROTECT, null=True, related_name="target_changes")
    values = models.JSONField(default=dict)
    effective_on = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=200)
    planned_at = models.DateTimeField(_("planned"), default=timezone.now)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(_("done"), null=True)
    problem = models.CharField(max_length=500, blank=True)
    outcome = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True, help_text="When it was called off or undone.")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("change of a unit")
        verbose_name_plural = _("changes of units")
        indexes = [models.Index(fields=["state", "effective_on"], name="unit_change_due")]

    class Privacy:
        personal = frozenset({"planned_by", "ended_by", "reason"})

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.unit or self.values.get('name', '')}"

    @property
    def is_scheduled(self) -> bool:
        """Whether it waits for its day."""
        return self.state == ChangeState.SCHEDULED


class Dossier(Record):
    """Whose trail it is (a person's or a unit's), and where the trail ends."""

    subject = KeyField(max_length=60, unique=True)
    event_count = models.PositiveIntegerField(default=0)
    head_hash = KeyField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("trail of a person or unit")
        verbose_name_plural = _("trails of people and units")

    class Privacy:
        personal = frozenset({"subject"})

    def __str__(self) -> str:
        return self.subject


class DossierEvent(TrailLine):
    """One line of the append-only trail of a person or a unit, chained to the line before it."""

    id = models.UUIDField(primary_key=True, editable=False)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    kind = KeyField(max_length=30)
    actor_id = models.UUIDField(null=True)
    ip = KeyField(max_length=39, blank=True)
    data = models.TextField(help_text="Canonical JSON, exactly as hashed.")
    prev_hash = KeyField(max_length=64, blank=True)
    hash = KeyField(max_length=64)

    class Meta:
        verbose_name = _("event of a person or unit")
        verbose_name_plural = _("events of people and units")
        constraints = [models.UniqueConstraint(fields=["dossier", "seq"], name="dossier_event_seq_once")]

    class Privacy:
        personal = frozenset({"actor_id", "ip", "data"})

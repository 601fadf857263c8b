"""What was tried out with a text before it holds, and which cases stand behind every number of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import KeyField
from common.models import Record


class TrialKind(models.TextChoices):
    """What was tried."""

    REPLAY = "replay", _("Replay of finished cases")
    MOVE = "move", _("Preview of moving running cases")


class TrialState(models.TextChoices):
    """Where a trial stands."""

    WAITING = "waiting", _("Waiting to begin")
    RUNNING = "running", _("At work")
    DONE = "done", _("Done")


class Trial(Record):
    """Cases of a definition sent through a text on trial: nothing of them is changed.

    It carries the text it was made with: a draft's, whose *digest* tells whether it still says the same, or
    that of the version *target*, with the *mapping* by which cases would get there. *cohort* is empty for a
    replay of the last twelve months.
    """

    definition = models.ForeignKey("processes.Definition", models.PROTECT, related_name="trials")
    kind = KeyField(_("kind"), max_length=10, choices=TrialKind)
    text = models.TextField(_("BPMN text"))
    digest = KeyField(max_length=64)
    revision = models.PositiveIntegerField()
    base = models.ForeignKey("processes.DefinitionVersion", models.PROTECT, related_name="+")
    target = models.ForeignKey("processes.DefinitionVersion", models.PROTECT, null=True, related_name="+")
    mapping = models.JSONField(default=dict, help_text="As in a migration.")
    cohort = models.PositiveSmallIntegerField(_("cohort"), null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    language = KeyField(max_length=12, blank=True)
    state = KeyField(_("state"), max_length=10, choices=TrialState, default=TrialState.WAITING)
    total = models.PositiveIntegerField(_("cases"), default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    progress_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects: ClassVar[models.Manager["Trial"]] = models.Manager()

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        indexes = [models.Index(fields=["definition", "kind", "created_at"], name="trial_of_definition")]

    class Privacy:
        personal = frozenset({"owner"})

    def __str__(self) -> str:
        return f"{self.definition_id} · {self.get_kind_display()}"

    @property
    def is_running(self) -> bool:
        """Whether more is to come."""
        return self.state != TrialState.DONE


class TrialCase(models.Model):
    """A case about which a trial found something: its steps and its end before and after, or why it stays."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="cases")
    case = models.ForeignKey("processes.Case", models.CASCADE, related_name="trials")
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)
    outcome = KeyField(max_length=12, blank=True)
    stuck = KeyField(max_length=80, blank=True)
    message = models.CharField(_("why"), max_length=300, blank=True)

    objects: ClassVar[models.Manager["TrialCase"]] = models.Manager()

    class Meta:
        verbose_name = _("case of a trial")
        verbose_name_plural = _("cases of trials")
        constraints = [models.UniqueConstraint(fields=["trial", "case"], name="tried_once")]

    class Privacy:
        personal = frozenset({"case", "before", "after", "message"})


class TrialHit(models.Model):
    """A case counts in a number of a trial, such as `others` or `level+college_review`."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="hits", db_index=False)
    number = KeyField(max_length=130)
    case = models.ForeignKey("processes.Case", models.CASCADE, related_name="+")

    objects: ClassVar[models.Manager["TrialHit"]] = models.Manager()

    class Meta:
        verbose_name = _("case behind a number")
        verbose_name_plural = _("cases behind numbers")
        indexes = [models.Index(fields=["trial", "number", "id"], name="trial_number")]

    class Privacy:
        personal = frozenset({"case"})

"""The draft of a definition, what was proposed of it, and the trail of what its designers did."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import KeyField
from common.models import Record, TrailLine


class Draft(Record):
    """The one text in the making of a definition; who saves says which *revision* they saw.

    Revisions count the states of all drafts that the definition ever had, so that none comes twice.
    It goes when it is published or thrown away; what was published is in the version, the rest in the trail.
    """

    definition = models.OneToOneField("processes.Definition", models.PROTECT, related_name="draft")
    base = models.ForeignKey(
        "processes.DefinitionVersion", models.PROTECT, related_name="+", verbose_name=_("begun from")
    )
    text = models.TextField(_("BPMN text"))
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    class Privacy:
        personal = frozenset({"created_by", "changed_by"})

    def __str__(self) -> str:
        return f"{self.definition.title} · {self.revision}"


class SaveKind(models.TextChoices):
    """What made a state of a draft."""

    BEGUN = "begun", _("Begun")
    SAVED = "saved", _("Saved")
    IMPORTED = "imported", _("Uploaded")
    TAKEN_BACK = "taken_back", _("Brought back")
    SET_ASIDE = "set_aside", _("Set aside: somebody else had saved meanwhile")


class DraftSave(Record):
    """A state a draft was in, or (set aside) one that came too late to become its state."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="saves")
    revision = models.PositiveIntegerField()
    kind = KeyField(_("kind"), max_length=12, choices=SaveKind)
    text = models.TextField()
    at = models.DateTimeField(_("saved"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("earlier state of a draft")
        verbose_name_plural = _("earlier states of drafts")

    class Privacy:
        personal = frozenset({"by"})

    def __str__(self) -> str:
        return f"{self.revision} · {self.get_kind_display()}"


class ProposalKind(models.TextChoices):
    """What is to become of a definition."""

    PUBLISH = "publish", _("Publish the draft")
    RESTORE = "restore", _("Restore an older version")
    RETIRE = "retire", _("Retire")


class ProposalState(models.TextChoices):
    """Where a proposal stands."""

    WAITING = "waiting", _("Waits for a second person")
    SCHEDULED = "scheduled", _("Scheduled")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    OVERTAKEN = "overtaken", _("Overtaken")


OPEN = (ProposalState.WAITING, ProposalState.SCHEDULED)


class Proposal(Record):
    """What somebody wants to become of a definition, and what a second person said to it.

    It carries the text as it was proposed: nothing that is done to the draft later changes it. *base* is the
    version that held when it was proposed, empty when none did.
    """

    definition = models.ForeignKey("processes.Definition", models.PROTECT, related_name="proposals")
    kind = KeyField(_("kind"), max_length=10, choices=ProposalKind)
    state = KeyField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.WAITING)
    base = models.ForeignKey("processes.DefinitionVersion", models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey(
        "processes.DefinitionVersion",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("version to restore"),
    )
    text = models.TextField(_("BPMN text"), blank=True)
    note = models.CharField(_("note"), max_length=200)
    holds_from = models.DateTimeField(_("holds from"), null=True)
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    version = models.OneToOneField(
        "processes.DefinitionVersion", models.PROTECT, null=True, related_name="proposal"
    )
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [models.Index(fields=["state", "holds_from"], name="proposal_due")]

    class Privacy:
        personal = frozenset({"proposed_by", "decided_by", "reason"})

    def __str__(self) -> str:
        return f"{self.definition.title} · {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        """Whether it may still come to something."""
        return self.state in OPEN

    @property
    def is_waiting(self) -> bool:
        """Whether a second person has to decide."""
        return self.state == ProposalState.WAITING


class DesignEvent(TrailLine):
    """One line of the append-only trail of a definition, chained to the line before it."""

    id = models.UUIDField(primary_key=True, editable=False)
    definition = models.ForeignKey("processes.Definition", models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    kind = KeyField(max_length=30)
    actor_id = models.UUIDField(null=True)
    channel = KeyField(max_length=12, blank=True)
    ip = KeyField(max_length=39, blank=True)
    data = models.TextField(help_text="Canonical JSON, exactly as hashed.")
    prev_hash = KeyField(max_length=64, blank=True)
    hash = KeyField(max_length=64)

    class Meta:
        verbose_name = _("event of a definition")
        verbose_name_plural = _("events of definitions")
        constraints = [models.UniqueConstraint(fields=["definition", "seq"], name="design_event_seq_once")]

    class Privacy:
        personal = frozenset({"actor_id", "ip"})

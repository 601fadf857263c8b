"""Definitions, cases, tasks and the audit trail."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess, AbstractTask
from viewflow.workflow.status import STATUS

from common.fields import EncryptedTextField, KeyField
from common.models import Record, TrailLine
from processes.calendar.models import CalendarChange, CalendarDay  # noqa: F401  # found here by Django
from processes.engine.unit_of_work import current_unit_of_work
from processes.evolve.models import DesignEvent, Draft, DraftSave, Proposal  # noqa: F401  # likewise
from processes.evolve.records import Migration, MigrationCase, MigrationState, MoveState  # noqa: F401
from processes.evolve.trial_records import Trial, TrialCase, TrialHit  # noqa: F401  # likewise

if TYPE_CHECKING:
    from processes.bpmn.model import Element


class Definition(Record):
    """A process under a key; its text lives in versions."""

    key = KeyField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=80)
    event_count = models.PositiveIntegerField(default=0, editable=False)
    head_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("definition")
        verbose_name_plural = _("definitions")

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.title


class VersionState(models.TextChoices):
    """Where a version stands."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class DefinitionVersion(Record):
    """An immutable numbered BPMN text of a definition."""

    definition = models.ForeignKey(Definition, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    bpmn = models.TextField(_("BPMN text"))
    digest = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    note = models.CharField(_("note"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="version_number_once"),
        ]

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.definition.title} v{self.number}"


class CaseState(models.TextChoices):
    """Where the work stands (flows 0.1)."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")


class KeptInMemory(models.Model):
    """A model whose instances are written by the open unit of work, never one by one."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Hand the row to the open unit of work. Raises RuntimeError when none is open."""
        current_unit_of_work().keep(self, update_fields)


#: Why nothing can be done with such a case.
SUSPENDED = _("This case is suspended. It goes on when the career center resumes it.")


class Case(KeptInMemory, Record, AbstractProcess):
    """One running process instance, bound to one definition version and one subject record."""

    version = models.ForeignKey(DefinitionVersion, models.PROTECT, related_name="cases")
    flow_key = KeyField(_("flow"), max_length=60)
    #: That of a called case is its caller's and one part more.
    number = KeyField(_("case number"), max_length=60, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=CaseState, default=CaseState.DRAFT)

    # Keys of which a longer index begins with the same column have none of their own (`db_index=False`).
    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", db_index=False)
    subject_id = models.UUIDField()
    subject = GenericForeignKey("subject_type", "subject_id")
    cohort = models.PositiveSmallIntegerField(_("cohort"), null=True)
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    units = models.JSONField(default=dict, help_text="Kind -> id of the subject's unit at that level.")
    initiator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    caller = models.ForeignKey(
        "processes.Task", models.PROTECT, null=True, related_name="called", verbose_name=_("called by")
    )
    title = models.CharField(_("title"), max_length=120)
    brief = models.CharField(_("brief"), max_length=120, blank=True)
    search_text = models.CharField(max_length=200, blank=True)

    variables = models.JSONField(default=dict, blank=True)
    is_suspended = models.BooleanField(_("suspended"), default=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    event_count = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, blank=True)

    objects: ClassVar[models.Manager["Case"]] = models.Manager()

    #: What changes with every event.
    chain_fields = ("event_count", "head_hash")
    #: What a finished case keeps.
    finish_fields = ("status", "finished")
    #: What a case knows of its subject, refreshed at every submission.
    card_fields = ("unit", "units", "cohort", "title", "brief", "search_text", "variables", "submitted_at")

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="case_by_subject"),
            models.Index(fields=["flow_key", "state", "created"], name="case_by_flow_state"),
            models.Index(fields=["initiator", "created"], name="case_by_initiator"),
        ]

    class Privacy:
        personal = frozenset({"subject_id", "initiator", "title", "brief", "search_text", "variables"})

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        """Whether anybody still has to do something."""
        return self.finished is None

    def go_to(self, state: str) -> None:
        """Change the state. A case that stays in its state writes nothing: three indexed columns less."""
        if state != self.state:
            self.state = state
            self.save(update_fields=["state"])


class TaskType(models.TextChoices):
    """What an activation waits for (Viewflow's `flow_task_type`)."""

    HUMAN = "HUMAN", _("A person")
    GROUP = "GROUP", _("Several people")
    JOIN = "JOIN", _("Other paths")
    CATCH = "CATCH", _("An event")
    SCOPE = "SCOPE", _("A sub-process")
    CALL = "CALL", _("A called process")
    JOB = "JOB", _("A job")


class Task(KeptInMemory, Record, AbstractTask):
    """One activation that waits in a case: for a person, for other tokens, for an event or for a job."""

    process = models.ForeignKey(Case, models.CASCADE, related_name="tasks", verbose_name=_("case"))
    status = models.CharField(_("status"), max_length=12, choices=STATUS.choices, default=STATUS.NEW)
    created = models.DateTimeField(_("opened"), default=timezone.now)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("assignee"),
        db_index=False,
    )
    token = KeyField(max_length=250, default="start")
    host = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="hosted",
        help_text="What this activation is part of.",
        db_index=False,
    )
    # Columns of Viewflow we do without: the trail's `path` says what led here.
    previous = None
    scheduled = None
    external_task_id = None
    # Viewflow's own, unused; only here because its reverse name would clash with Viewflow's Task.
    owner_permission_content_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    flow_key = KeyField(_("flow"), max_length=60)
    node_id = KeyField(_("step"), max_length=80)
    role = models.CharField(_("role"), max_length=30, blank=True)
    unit = models.ForeignKey(
        "accounts.Unit",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("unit of the pool"),
        db_index=False,
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
        db_index=False,
    )
    data = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["Task"]] = models.Manager()

    #: What closing a task changes.
    closing_fields = ("status", "started", "finished", "outcome", "decided_by", "revision")

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            # Each holds only the rows it is read for, so that a decision writes few pages. MariaDB
            # has no such indexes and keeps all rows in them.
            # Answers counting and paging a pool alone: step by step, by deadline.
            models.Index(
                fields=["role", "unit", "finished", "owner", "flow_key", "node_id", "due_at", "id"],
                name="task_pool",
                condition=models.Q(finished=None),
            ),
            models.Index(
                fields=["owner", "finished", "due_at"],
                name="task_held_by",
                condition=models.Q(owner__isnull=False),
            ),
            models.Index(
                fields=["decided_by", "finished"],
                name="task_done_by",
                condition=models.Q(decided_by__isnull=False),
            ),
            models.Index(fields=["host"], name="task_host", condition=models.Q(host__isnull=False)),
        ]

    class Privacy:
        personal = frozenset({"owner", "decided_by", "data"})

    def __str__(self) -> str:
        return f"{self.node_id} · {self.process_id}"

    @property
    def case(self) -> Case:
        """The case this task belongs to (Viewflow calls it the process)."""
        return self.process

    @property
    def is_open(self) -> bool:
        """Whether the task still waits for a person."""
        return self.finished is None

    @property
    def is_human(self) -> bool:
        """Whether a person decides it."""
        return self.flow_task_type == TaskType.HUMAN

    @property
    def element(self) -> "Element":
        """The BPMN element this task is an activation of."""
        return self.flow_task.element


class JobKind(models.TextChoices):
    """What the engine does by itself."""

    TIMER = "timer", _("Timer")
    SERVICE = "service", _("Automatic task")
    START = "start", _("Timed start")
    REMIND = "remind", _("Reminder")
    ESCALATE = "escalate", _("Escalation")
    STUCK = "stuck", _("Case without a next step")


class JobState(models.TextChoices):
    """Where a job stands. An incident waits for an operator."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    VOID = "void", _("No longer needed")
    INCIDENT = "incident", _("Incident")
    SKIPPED = "skipped", _("Skipped")


class Job(Record):
    """Something the engine has to do by itself at a time; what keeps failing becomes an incident.

    The row is the outbox: it is written with what led to it, and swept. *lease_until* tells a sweeper that
    another one is at it; after that time it is taken for lost and tried again under the same key.
    """

    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="jobs", verbose_name=_("case"))
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="jobs", verbose_name=_("task"))
    kind = KeyField(_("kind"), max_length=10, choices=JobKind)
    flow_key = KeyField(_("flow"), max_length=60, blank=True)
    node_id = KeyField(_("step"), max_length=80, blank=True)
    state = KeyField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    run_at = models.DateTimeField(_("due"))
    repeat = models.CharField(max_length=60, blank=True, help_text="ISO 8601 cycle of a repeating timer.")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = EncryptedTextField(_("what went wrong"), blank=True)
    created = models.DateTimeField(_("created"), default=timezone.now)
    finished = models.DateTimeField(_("finished"), null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)

    objects: ClassVar[models.Manager["Job"]] = models.Manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(fields=["state", "run_at", "id"], name="job_due"),
            models.Index(fields=["state", "flow_key", "node_id"], name="job_by_step"),
        ]

    class Privacy:
        personal = frozenset({"data", "error"})

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.node_id}"


class Solution(models.TextChoices):
    """What became of an incident."""

    RETRIED = "retried", _("Tried again")
    SKIPPED = "skipped", _("Skipped")
    REROUTED = "rerouted", _("Moved to another step")
    OVER = "over", _("The case went on another way")


class Incident(Record):
    """A job that failed for good and waits for an operator: one row a time, kept with what was done."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="incidents")
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="incidents")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="incidents")
    kind = KeyField(_("kind"), max_length=10, choices=JobKind)
    flow_key = KeyField(_("flow"), max_length=60, blank=True)
    node_id = KeyField(_("step"), max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    first_failed_at = models.DateTimeField(_("first failure"))
    failed_at = models.DateTimeField(_("last failure"))
    error = EncryptedTextField(_("what went wrong"), blank=True)
    solution = KeyField(_("what was done"), max_length=10, choices=Solution, blank=True)
    solved_at = models.DateTimeField(_("solved"), null=True)
    solved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("solved by")
    )
    reason = EncryptedTextField(_("reason"), blank=True)
    target = KeyField(max_length=80, blank=True, help_text="The step a rerouted case was moved to.")

    objects: ClassVar[models.Manager["Incident"]] = models.Manager()

    #: What solving it changes.
    solved_fields = ("solution", "solved_at", "solved_by", "reason", "target")

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        indexes = [
            models.Index(fields=["solved_at", "failed_at", "id"], name="incident_open"),
            models.Index(fields=["solved_at", "flow_key", "node_id"], name="incident_by_step"),
        ]

    class Privacy:
        personal = frozenset({"error", "solved_by", "reason"})

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.node_id}"

    @property
    def is_open(self) -> bool:
        """Whether an operator still has to do something."""
        return self.solved_at is None


class Event(TrailLine):
    """One line of the append-only audit trail of a case, chained to the line before it."""

    id = models.UUIDField(primary_key=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    kind = KeyField(max_length=30)
    task_id = models.UUIDField(null=True)
    node_id = KeyField(max_length=80, blank=True)
    actor_id = models.UUIDField(null=True)
    acting_for_id = models.UUIDField(null=True)
    channel = KeyField(max_length=12, blank=True)
    ip = KeyField(max_length=39, blank=True)
    data = models.TextField(help_text="Canonical JSON, exactly as hashed.")
    prev_hash = KeyField(max_length=64, blank=True)
    hash = KeyField(max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="event_seq_once")]

    class Privacy:
        personal = frozenset({"actor_id", "acting_for_id", "ip", "data"})


class Seal(Record):
    """A signed root over all chain heads that moved since the seal before it."""

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now)
    root = models.CharField(max_length=64)
    prev_root = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    class Privacy:
        personal: frozenset[str] = frozenset()


class SealedHead(models.Model):
    """A chain head as it stood when a seal was made."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="heads", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("sealed head")
        verbose_name_plural = _("sealed heads")
        constraints = [models.UniqueConstraint(fields=["seal", "case"], name="sealed_once")]

    class Privacy:
        personal: frozenset[str] = frozenset()


class CaseNumber(models.Model):
    """The last case number given out in a cohort."""

    prefix = KeyField(max_length=12, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Privacy:
        personal: frozenset[str] = frozenset()

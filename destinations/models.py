"""What a graduate does after leaving, version by version."""

import datetime
from functools import cached_property
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from common.fields import KeyField
from common.models import Record
from processes.queries import cases_on


class DestinationState(models.TextChoices):
    """What holds in the world (the case says where the work stands)."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    RETURNED = "returned", _("Returned")
    EFFECTIVE = "effective", _("Effective")
    SUPERSEDED = "superseded", _("Superseded")
    REJECTED = "rejected", _("Not accepted")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_STATES = (DestinationState.DRAFT, DestinationState.IN_REVIEW, DestinationState.RETURNED)
LIVE_STATES = (DestinationState.IN_REVIEW, DestinationState.EFFECTIVE)


class Source(models.TextChoices):
    """Who brought the data (forms 2)."""

    SELF = "self", _("The graduate")
    STAFF = "staff", _("Staff")
    ONLINE_SIGNING = "online_signing", _("Online signing")
    NATIONAL_IMPORT = "national_import", _("National import")


def student_key(student_id: object, cohort: int) -> str:
    """The natural key under which at most one destination is open and one is effective."""
    return f"{student_id}:{cohort}"


class Destination(FSMModelMixin, Record):
    """One filed destination of a graduate; the subject of a filing case.

    Everything the graduate wrote lives in the case's submissions. The typed columns repeat what
    statistics and search need, as of the last submission.
    """

    student = models.ForeignKey(
        "students.Student", models.PROTECT, related_name="destinations", verbose_name=_("student")
    )
    cohort = models.PositiveSmallIntegerField(_("cohort"))
    state = FSMField(
        _("state"), max_length=12, choices=DestinationState, default=DestinationState.DRAFT, protected=True
    )
    source = models.CharField(_("source"), max_length=16, choices=Source, default=Source.SELF)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name=_("replaces")
    )
    version = models.PositiveSmallIntegerField(_("version"), null=True)
    effective_from = models.DateField(_("effective from"), null=True)
    effective_to = models.DateField(_("effective until"), null=True, help_text=_("Last day included."))
    submission_number = models.PositiveSmallIntegerField(_("submission"), default=0)
    submitted_at = models.DateTimeField(_("submitted"), null=True)

    category = KeyField(_("category"), max_length=6, blank=True)
    employer_name = models.CharField(_("employer"), max_length=100, blank=True)
    employer_uscc = KeyField(_("credit code"), max_length=18, blank=True)
    employer_nature = KeyField(_("employer nature"), max_length=2, blank=True)
    employer_industry = KeyField(_("industry"), max_length=2, blank=True)
    employer_region = KeyField(_("employer region"), max_length=6, blank=True)
    job_category = KeyField(_("job category"), max_length=2, blank=True)
    major_match = KeyField(_("fits the major"), max_length=1, blank=True)
    start_salary = models.DecimalField(_("monthly pay at start"), max_digits=9, decimal_places=2, null=True)
    school_name = models.CharField(_("school"), max_length=100, blank=True)
    country_code = KeyField(_("country or region"), max_length=3, blank=True)
    contact_phone_index = KeyField(max_length=64, blank=True, editable=False)

    suspicion = models.JSONField(_("hints"), default=list, blank=True)
    approved_by_college = models.CharField(_("approved for the college by"), max_length=50, blank=True)
    approved_by_university = models.CharField(_("approved for the university by"), max_length=50, blank=True)

    # MariaDB ignores conditional unique constraints, so "one open" and "one effective" are keys that
    # are NULL whenever the destination is neither.
    open_key = KeyField(max_length=48, null=True, unique=True, editable=False)
    live_key = KeyField(max_length=48, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("destination")
        verbose_name_plural = _("destinations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN_STATES, open_key__isnull=False)
                | (~models.Q(state__in=OPEN_STATES) & models.Q(open_key=None)),
                name="destination_open_key_while_open",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=DestinationState.EFFECTIVE, live_key__isnull=False, version__isnull=False
                )
                | (~models.Q(state=DestinationState.EFFECTIVE) & models.Q(live_key=None)),
                name="destination_live_key_while_effective",
            ),
        ]
        indexes = [
            models.Index(fields=["cohort", "state", "category"], name="destination_cohort_state"),
            models.Index(fields=["employer_uscc", "state"], name="destination_employer"),
            models.Index(fields=["contact_phone_index"], name="destination_phone"),
        ]

    class Privacy:
        personal = frozenset(
            {
                "student",
                "employer_name",
                "start_salary",
                "school_name",
                "country_code",
                "contact_phone_index",
                "suspicion",
                "approved_by_college",
                "approved_by_university",
            }
        )

    def __str__(self) -> str:
        return f"{self.student} · {self.category}"

    @cached_property
    def case_id(self) -> UUID:
        """The key of its case; a filing has exactly one."""
        return cases_on(self).values_list("pk", flat=True)[0]

    @property
    def is_open(self) -> bool:
        """Whether it is still being written or reviewed."""
        return self.state in OPEN_STATES

    @property
    def place(self) -> str:
        """Where the graduate goes, in the words of the filing: employer or school."""
        return self.employer_name or self.school_name

    @transition(
        state, source=[DestinationState.DRAFT, DestinationState.RETURNED], target=DestinationState.IN_REVIEW
    )
    def submit(self) -> None:
        """The graduate hands it in."""

    @transition(state, source=DestinationState.IN_REVIEW, target=DestinationState.RETURNED)
    def send_back(self) -> None:
        """A reviewer asks for corrections."""

    @transition(
        state, source=[DestinationState.DRAFT, DestinationState.RETURNED], target=DestinationState.IN_REVIEW
    )
    def resume(self) -> None:
        """It is in review again as it was handed in last: a return was taken back, or an operator said so."""

    @transition(state, source=DestinationState.IN_REVIEW, target=DestinationState.DRAFT)
    def take_back(self) -> None:
        """The graduate withdraws it and goes on writing."""

    @transition(state, source=DestinationState.IN_REVIEW, target=DestinationState.REJECTED)
    def reject(self) -> None:
        """A reviewer refuses it for good."""
        self.open_key = None

    @transition(state, source=list(OPEN_STATES), target=DestinationState.CANCELLED)
    def cancel(self) -> None:
        """It is thrown away before it took effect."""
        self.open_key = None

    @transition(state, source=DestinationState.IN_REVIEW, target=DestinationState.EFFECTIVE)
    def take_effect(self, version: int, day: datetime.date) -> None:
        """It counts from *day* on, as number *version* of this graduate's destinations."""
        self.open_key = None
        self.live_key = student_key(self.student_id, self.cohort)
        self.version = version
        self.effective_from = day

    @transition(state, source=DestinationState.EFFECTIVE, target=DestinationState.SUPERSEDED)
    def supersede(self, day: datetime.date) -> None:
        """A newer version takes its place; *day* is its last."""
        self.live_key = None
        self.effective_to = day

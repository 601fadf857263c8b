"""Campus talks, the venues in which they are held, and the days on which none is."""

import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from common.fields import EncryptedTextField, KeyField
from common.models import Record
from employers.models import Employer
from processes.queries import cases_on
from talks.slots import Slot, read_wish

if TYPE_CHECKING:
    from processes.models import Case


class Venue(Record):
    """A room in which talks are held."""

    name = models.CharField(_("name"), max_length=60)
    campus = models.CharField(_("campus"), max_length=40)
    kind = KeyField(_("kind of venue"), max_length=2)
    place = models.CharField(_("building and room"), max_length=100, blank=True)
    capacity = models.PositiveIntegerField(_("seats"))
    equipment = models.CharField(_("equipment"), max_length=200, blank=True)
    buffer_minutes = models.PositiveSmallIntegerField(
        _("minutes between two talks"), default=30, help_text=_("To air, to tidy up, to set up.")
    )
    opens_at = models.TimeField(_("opens"), default=datetime.time(8))
    closes_at = models.TimeField(_("closes"), default=datetime.time(22))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ("campus", "name", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")), name="venue_opens_before_it_closes"
            )
        ]

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.name

    @property
    def buffer(self) -> datetime.timedelta:
        """What has to lie between two talks in this venue."""
        return datetime.timedelta(minutes=self.buffer_minutes)


class Blackout(Record):
    """Days on which no talk is held, in one venue or anywhere (flows 6: exams, holidays)."""

    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    venue = models.ForeignKey(
        Venue, models.CASCADE, null=True, blank=True, related_name="blackouts", verbose_name=_("venue")
    )
    reason = models.CharField(_("reason"), max_length=60)

    class Meta:
        verbose_name = _("closed days")
        verbose_name_plural = _("closed days")
        ordering = ("first_day", "id")
        indexes = [models.Index(fields=["last_day", "first_day"], name="blackout_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_day__lte=models.F("last_day")), name="blackout_ends_after_it_begins"
            )
        ]

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.reason


class TalkState(models.TextChoices):
    """What holds in the world (the case says where the work stands)."""

    DRAFT = "draft", _("Draft")
    APPLIED = "applied", _("In review")
    RETURNED = "returned", _("Returned")
    OFFERED = "offered", _("To be confirmed")
    PUBLISHED = "published", _("Published")
    HELD = "held", _("Held")
    REJECTED = "rejected", _("Not accepted")
    EXPIRED = "expired", _("Expired")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Given up")
    CALLED_OFF = "called_off", _("Called off")


WITH_APPLICANT = (TalkState.DRAFT, TalkState.RETURNED)
UNDER_WAY = (TalkState.APPLIED, TalkState.OFFERED)
PUBLIC_STATES = (TalkState.PUBLISHED, TalkState.HELD, TalkState.CALLED_OFF)


class Booking(models.TextChoices):
    """How firmly a talk has its venue and time."""

    NONE = "", _("Not booked")
    HELD = "held", _("Held for a while")
    CONFIRMED = "confirmed", _("Booked")


class CalledOffBy(models.TextChoices):
    """Who called a published talk off."""

    NOBODY = "", "-"
    EMPLOYER = "employer", _("The employer")
    SCHOOL = "school", _("The school")


class Talk(FSMModelMixin, Record):
    """One talk an employer asks for; the subject of a case.

    Everything the employer wrote lives in the submissions of its case. The typed columns repeat what rules,
    calendars and lists need. Venue and time are what was allocated; *booking* says how firmly.
    """

    employer = models.ForeignKey(
        Employer, models.PROTECT, related_name="talks", verbose_name=pgettext_lazy("talk", "employer")
    )
    state = FSMField(_("state"), max_length=12, choices=TalkState, default=TalkState.DRAFT, protected=True)
    title = models.CharField(_("title"), max_length=60, blank=True)
    intro = models.TextField(_("what it is about"), blank=True)
    jobs = models.TextField(_("positions"), blank=True)
    audience = models.CharField(_("for whom"), max_length=100, blank=True)
    wishes = models.JSONField(_("wanted times"), default=list, blank=True)
    wanted_on = models.DateField(_("first wanted day"), null=True, blank=True)
    expected = models.PositiveIntegerField(_("expected students"), default=0)
    visitors = models.PositiveIntegerField(_("visitors from outside"), default=0)
    venue_kind = KeyField(_("kind of venue"), max_length=2, blank=True)
    equipment = models.CharField(_("equipment"), max_length=200, blank=True)
    contact_name = EncryptedTextField(_("contact"), blank=True)
    contact_phone = EncryptedTextField(_("phone"), blank=True)
    hints = models.JSONField(_("hints"), default=list, blank=True)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)

    venue = models.ForeignKey(
        Venue, models.PROTECT, null=True, blank=True, related_name="talks", verbose_name=_("venue")
    )
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    booking = KeyField(_("booking"), max_length=10, choices=Booking, default=Booking.NONE, blank=True)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    reply = KeyField(_("answer of the employer"), max_length=10, blank=True)
    reply_text = EncryptedTextField(_("remark of the employer"), blank=True)
    rounds = models.PositiveSmallIntegerField(_("changes asked for"), default=0)

    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    called_off_by = KeyField(
        _("called off by"), max_length=10, choices=CalledOffBy, default=CalledOffBy.NOBODY, blank=True
    )
    called_off_text = EncryptedTextField(_("why it was called off"), blank=True)
    is_marked = models.BooleanField(_("called off late by the employer"), default=False)

    class Meta:
        verbose_name = _("campus talk")
        verbose_name_plural = _("campus talks")
        indexes = [
            models.Index(fields=["venue", "booking", "ends_at"], name="talk_by_venue"),
            models.Index(fields=["booking", "starts_at"], name="talk_by_time"),
            models.Index(fields=["state", "starts_at", "id"], name="talk_by_state"),
            models.Index(fields=["employer", "created_at"], name="talk_by_employer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(booking=Booking.NONE)
                | models.Q(venue__isnull=False, starts_at__isnull=False, ends_at__gt=models.F("starts_at")),
                name="talk_booked_somewhere_at_a_time",
            )
        ]

    class Privacy:
        personal = frozenset({"contact_name", "contact_phone", "reply_text", "called_off_text"})

    def __str__(self) -> str:
        return self.title or str(self.employer)

    @cached_property
    def case(self) -> "Case":
        """Its case."""
        return cases_on(self)[0]

    @property
    def is_with_applicant(self) -> bool:
        """Whether the employer still writes it."""
        return self.state in WITH_APPLICANT

    @transition(state, source=list(WITH_APPLICANT), target=TalkState.APPLIED)
    def submit(self, at: datetime.datetime) -> None:
        """The employer hands it in."""
        self.submitted_at = at

    @transition(state, source=[*UNDER_WAY, TalkState.PUBLISHED], target=TalkState.RETURNED)
    def send_back(self) -> None:
        """Somebody asks the employer for corrections."""
        self.free()

    @transition(state, source=list(UNDER_WAY), target=TalkState.DRAFT)
    def take_back(self) -> None:
        """The employer goes on writing."""
        self.free()

    @transition(state, source=list(WITH_APPLICANT), target=TalkState.APPLIED)
    def resume(self) -> None:
        """What lay with the employer is in review again as it was handed in last."""

    @transition(state, source=list(UNDER_WAY), target=TalkState.REJECTED)
    def reject(self) -> None:
        """It does not take place."""
        self.free()

    @transition(state, source=[*WITH_APPLICANT, *UNDER_WAY, TalkState.PUBLISHED], target=TalkState.CANCELLED)
    def cancel(self) -> None:
        """Given up by the employer, or its case was ended."""
        self.free()

    @transition(state, source=[*UNDER_WAY, TalkState.PUBLISHED], target=TalkState.APPLIED)
    def reopen(self) -> None:
        """Venue and time are looked for (again); what was held is free (flows 6)."""
        self.free()

    @transition(state, source=[*UNDER_WAY, *WITH_APPLICANT, TalkState.PUBLISHED], target=TalkState.OFFERED)
    def offer(self) -> None:
        """Venue and time are the employer's to confirm."""
        self.reply, self.reply_text = "", ""

    @transition(state, source=TalkState.OFFERED, target=TalkState.PUBLISHED)
    def publish(self, at: datetime.datetime) -> None:
        """Everybody may see it; the booking is firm."""
        self.booking, self.held_until, self.published_at = Booking.CONFIRMED, None, at

    @transition(state, source=TalkState.OFFERED, target=TalkState.EXPIRED)
    def expire(self) -> None:
        """The employer did not answer; what was held is free."""
        self.free()

    @transition(state, source=TalkState.OFFERED, target=TalkState.DECLINED)
    def decline(self) -> None:
        """The employer does not want what was offered."""
        self.free()

    @transition(state, source=TalkState.PUBLISHED, target=TalkState.HELD)
    def finish(self) -> None:
        """Its time is over."""

    @transition(state, source=TalkState.PUBLISHED, target=TalkState.CALLED_OFF)
    def call_off(self, by: str, text: str, *, marked: bool) -> None:
        """It does not take place after all; venue and time stay on the record, the booking is free."""
        self.called_off_by, self.called_off_text, self.is_marked = by, text, marked
        self.free()

    @property
    def slot(self) -> Slot | None:
        """When it was allocated."""
        return Slot(self.starts_at, self.ends_at) if self.starts_at and self.ends_at else None

    @property
    def wanted(self) -> list[Slot]:
        """When the employer wishes to hold it, the dearest wish first."""
        return [read_wish(parts) for parts in self.wishes]

    def hold(self, until: datetime.datetime) -> None:
        """Venue and time are kept for this talk until then."""
        self.booking, self.held_until = Booking.HELD, until

    def free(self) -> None:
        """Venue and time are free for others."""
        self.booking, self.held_until = Booking.NONE, None

    def variables(self) -> dict[str, Any]:
        """What the chain's conditions and timers ask."""
        asked: dict[str, Any] = {"visitors": self.visitors, "reply": self.reply}
        return asked | {"ends_at": self.ends_at.isoformat()} if self.ends_at else asked

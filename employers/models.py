"""Employers as the library keeps them, and the people who act for them."""

import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from common.fields import EncryptedTextField, KeyField
from common.models import Record
from processes.queries import cases_on

if TYPE_CHECKING:
    from accounts.models import User
    from processes.models import Case


class EmployerState(models.TextChoices):
    """What holds in the world (the case says where the work stands)."""

    DRAFT = "draft", _("Draft")
    APPLIED = "applied", _("In review")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("In the library")
    REJECTED = "rejected", _("Not accepted")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Given up")


OPEN_STATES = (EmployerState.DRAFT, EmployerState.APPLIED, EmployerState.RETURNED)
CLOSED_STATES = (EmployerState.REJECTED, EmployerState.EXPIRED, EmployerState.CANCELLED)


class ListState:
    """Codes of `employer_list_state` that rules ask for; flow 3 sets them."""

    NORMAL, WHITE, RISK, BLACK = "0", "1", "2", "3"


LISTED = (ListState.RISK, ListState.BLACK)
"""Lists that warn of an employer."""


class OrgType:
    """Codes of `employer_org_type` that rules ask for."""

    COMPANY, PUBLIC_BODY, INSTITUTION, SOCIAL, INDIVIDUAL, AGENCY = "1", "2", "3", "4", "5", "6"


class Employer(FSMModelMixin, Record):
    """One organisation that hires, under its credit code; the subject of a vetting case.

    Everything it wrote lives in the submissions of its cases. The typed columns repeat what the library,
    search and rules need, as of the last submission.
    """

    uscc = KeyField(_("credit code"), max_length=18, unique=True)
    state = FSMField(
        _("state"), max_length=12, choices=EmployerState, default=EmployerState.DRAFT, protected=True
    )
    list_state = KeyField(_("list"), max_length=2, default=ListState.NORMAL)
    approved_on = models.DateField(_("in the library since"), null=True, blank=True)
    submission_number = models.PositiveSmallIntegerField(_("submission"), default=0)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)

    name = models.CharField(pgettext_lazy("organisation", "name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=100, blank=True)
    former_names = models.CharField(_("former names"), max_length=200, blank=True)
    name_pinyin = models.CharField(_("name in pinyin"), max_length=300, blank=True)
    name_core = KeyField(max_length=100, blank=True, editable=False)
    org_type = KeyField(_("kind of organisation"), max_length=2, blank=True)
    nature = KeyField(_("kind of employer"), max_length=2, blank=True)
    industry = KeyField(_("industry"), max_length=2, blank=True)
    scale = KeyField(_("size"), max_length=2, blank=True)
    registered_capital = models.PositiveBigIntegerField(
        _("registered capital"), null=True, blank=True, help_text=_("In units of 10,000 yuan.")
    )
    region = KeyField(_("region"), max_length=6, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    licence_valid_to = models.DateField(
        _("licence valid until"), null=True, blank=True, help_text=_("Empty: without an end.")
    )
    website = models.CharField(_("website"), max_length=300, blank=True)
    keeps_archives = models.BooleanField(_("keeps personal files"), default=False)

    legal_person = EncryptedTextField(_("legal representative"), blank=True)
    legal_person_index = KeyField(max_length=64, blank=True, editable=False)
    contact_name = EncryptedTextField(_("contact"), blank=True)
    contact_position = models.CharField(_("position"), max_length=50, blank=True)
    contact_phone = EncryptedTextField(_("phone"), blank=True)
    contact_phone_index = KeyField(max_length=64, blank=True, editable=False)
    contact_email = EncryptedTextField(_("mail address"), blank=True)

    hints = models.JSONField(_("hints"), default=list, blank=True)

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=EmployerState.APPROVED) | models.Q(approved_on__isnull=False),
                name="employer_approved_on_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "name_pinyin", "id"], name="employer_by_name"),
            models.Index(fields=["state", "submitted_at", "id"], name="employer_by_moment"),
            models.Index(fields=["name_core"], name="employer_name_core"),
            models.Index(fields=["legal_person_index"], name="employer_legal_person"),
            models.Index(fields=["contact_phone_index"], name="employer_phone"),
        ]

    class Privacy:
        personal = frozenset(
            {
                "legal_person",
                "legal_person_index",
                "contact_name",
                "contact_position",
                "contact_phone",
                "contact_phone_index",
                "contact_email",
                "hints",
            }
        )

    def __str__(self) -> str:
        return self.name

    @cached_property
    def case(self) -> "Case":
        """The case that is open, else the latest one."""
        return cases_on(self)[0]

    @property
    def is_open(self) -> bool:
        """Whether an application is being written or reviewed."""
        return self.state in OPEN_STATES

    @property
    def is_closed(self) -> bool:
        """Whether the last application ended without success, so that a new one may begin."""
        return self.state in CLOSED_STATES

    @property
    def is_agency(self) -> bool:
        """Whether it recruits for others, which takes a permit."""
        return self.org_type == OrgType.AGENCY

    @transition(state, source=[EmployerState.DRAFT, EmployerState.RETURNED], target=EmployerState.APPLIED)
    def submit(self) -> None:
        """The applicant hands it in."""

    @transition(state, source=EmployerState.APPLIED, target=EmployerState.RETURNED)
    def send_back(self) -> None:
        """A reviewer asks for corrections."""

    @transition(state, source=EmployerState.APPLIED, target=EmployerState.DRAFT)
    def take_back(self) -> None:
        """The applicant withdraws it and goes on writing."""

    @transition(state, source=[EmployerState.DRAFT, EmployerState.RETURNED], target=EmployerState.APPLIED)
    def resume(self) -> None:
        """It is in review again as it was handed in last: a return was taken back, or an operator said so."""

    @transition(state, source=EmployerState.APPLIED, target=EmployerState.REJECTED)
    def reject(self) -> None:
        """A reviewer refuses it for good."""

    @transition(state, source=list(OPEN_STATES), target=EmployerState.CANCELLED)
    def cancel(self) -> None:
        """The applicant gives it up."""

    @transition(state, source=[EmployerState.DRAFT, EmployerState.RETURNED], target=EmployerState.EXPIRED)
    def expire(self) -> None:
        """It lay with the applicant for too long."""

    @transition(state, source=EmployerState.APPLIED, target=EmployerState.APPROVED)
    def admit(self, day: datetime.date) -> None:
        """It stands in the library from *day* on."""
        self.approved_on = day

    @transition(state, source=list(CLOSED_STATES), target=EmployerState.DRAFT)
    def start_again(self) -> None:
        """A new application begins."""


class EmployerTag(Record):
    """A word by which the library is filtered: a code of `employer_tag`."""

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="tags", verbose_name=_("employer"))
    code = KeyField(_("tag"), max_length=20)
    by_rule = models.BooleanField(_("set by a rule"), default=True)

    class Meta:
        verbose_name = _("tag of an employer")
        verbose_name_plural = _("tags of employers")
        constraints = [
            models.UniqueConstraint(fields=["code", "employer"], name="employer_tag_once"),
        ]

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.code


class EmployerRole(models.TextChoices):
    """What somebody is at an employer."""

    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")


class MembershipState(models.TextChoices):
    """How far somebody's account belongs to an employer."""

    APPLYING = "applying", _("Applying")
    ASKED = "asked", _("Asks to join")
    ACTIVE = "active", _("Active")
    REFUSED = "refused", _("Refused")
    ENDED = "ended", _("Ended")


LIVE_MEMBERSHIPS = (MembershipState.APPLYING, MembershipState.ASKED, MembershipState.ACTIVE)


class EmployerUser(FSMModelMixin, Record):
    """A person's account at an employer; `accounts.User` is the sign-in."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="people", verbose_name=_("employer"))
    role = models.CharField(_("role"), max_length=8, choices=EmployerRole, default=EmployerRole.MEMBER)
    state = FSMField(_("state"), max_length=10, choices=MembershipState, protected=True)
    position = models.CharField(_("position"), max_length=50, blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    remark = EncryptedTextField(_("remark"), blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    # NULL as soon as the membership is over: one account acts for one employer at a time.
    live_key = KeyField(max_length=36, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("person of an employer")
        verbose_name_plural = _("people of employers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=LIVE_MEMBERSHIPS, live_key__isnull=False)
                | (~models.Q(state__in=LIVE_MEMBERSHIPS) & models.Q(live_key=None)),
                name="membership_live_key_while_live",
            ),
        ]
        indexes = [models.Index(fields=["employer", "state", "asked_at"], name="membership_by_employer")]

    class Privacy:
        personal = frozenset({"user", "position", "phone", "remark", "decided_by"})

    def __str__(self) -> str:
        return f"{self.user} · {self.employer}"

    @property
    def is_owner(self) -> bool:
        """Whether this person decides who else acts for the employer."""
        return self.role == EmployerRole.OWNER and self.state == MembershipState.ACTIVE

    @transition(
        state, source=[MembershipState.APPLYING, MembershipState.ASKED], target=MembershipState.ACTIVE
    )
    def admit(self, by: UUID | None, at: datetime.datetime) -> None:
        """From now on the person acts for the employer; *by* is who said so, None for the system."""
        self.decided_by_id, self.decided_at = by, at

    @transition(state, source=MembershipState.ASKED, target=MembershipState.REFUSED)
    def refuse(self, by: "User", at: datetime.datetime) -> None:
        """The person does not get in."""
        self.decided_by, self.decided_at, self.live_key = by, at, None

    @transition(state, source=list(LIVE_MEMBERSHIPS), target=MembershipState.ENDED)
    def end(self, at: datetime.datetime) -> None:
        """The account is free for another employer."""
        self.decided_at, self.live_key = at, None

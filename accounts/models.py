"""People, the organisation tree, and who holds which role where."""

import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from accounts.access.models import AccessArchive, AccessLog, AccessSeal  # noqa: F401  # found here by Django
from accounts.consents.models import Consent  # noqa: F401  # likewise
from accounts.organisation.models import (  # noqa: F401  # found here by Django
    ChangeKind,
    ChangeState,
    Dossier,
    DossierEvent,
    UnitChange,
)
from accounts.personnel.models import StaffImport, StaffRecord  # noqa: F401  # likewise
from accounts.rights.catalogue import Right
from accounts.rights.models import Operation, RightsChange, UnitRight, UserGroup  # noqa: F401  # for Django
from accounts.roles import OFFICERS, Role
from common.fields import KeyField
from common.models import Record

LONGEST_MAIL = 254
"""Characters of a mail address, which is the longest sign-in name."""


class UserManager(BaseUserManager["User"]):
    """Creates people; students and staff sign in by number, people of employers by mail address."""

    def create_user(self, username: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """A person with an unusable password unless one is given."""
        user = self.model(username=username, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, name: str, password: str, **fields: Any) -> "User":
        """A developer's account with every right in Django's admin."""
        return self.create_user(username, name, password, **fields | {"is_staff": True, "is_superuser": True})


class User(Record, AbstractBaseUser, PermissionsMixin):
    """A person who can sign in."""

    username = KeyField(_("sign-in name"), max_length=LONGEST_MAIL, unique=True)
    name = models.CharField(_("full name"), max_length=50)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the admin"), default=False)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(default=timezone.now, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    """When the account ended for good: three years later what its owner agreed to is forgotten, too."""
    reopened_at = models.DateTimeField(null=True, editable=False)
    """When it was last put back into use by hand: its time begins anew."""

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    class Privacy:
        personal = frozenset({"username", "name", "password", "last_login", "password_changed_at"})

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name as people write it."""
        return self.name

    def get_short_name(self) -> str:
        """The name as people write it; Chinese names are not shortened."""
        return self.name


class UnitKind(models.TextChoices):
    """The levels of the organisation tree, from the root down."""

    UNIVERSITY = "university", _("University")
    COLLEGE = "college", _("College")
    MAJOR = "major", _("Major")
    CLASS = "class", _("Class")


class Unit(MP_Node):
    """A node of the organisation tree: university, college, major or class."""

    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind)
    code = KeyField(_("code"), max_length=30, blank=True)
    name = models.CharField(_("name"), max_length=80)
    short_name = models.CharField(_("short name"), max_length=30, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    node_order_by: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        permissions = [(right.value, right.name.replace("_", " ").lower()) for right in Right]
        indexes = [models.Index(fields=["kind", "name"], name="unit_kind_name")]

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.short_name or self.name


class Appointment(Record):
    """A person holds a role for a unit and everything under it, from one day to another.

    The three officers (rules 6.3) also take a *seat*: one a person, so that the database itself keeps them
    apart. They hold it until it is taken back; a system and security administrator needs a *risk_note*.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="appointments", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=30, choices=Role)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="appointments", verbose_name=_("unit"))
    starts_on = models.DateField(_("from"), default=datetime.date.today)
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("Last day included."))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    appointed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("appointed by")
    )
    seat = models.OneToOneField(
        User, models.CASCADE, null=True, editable=False, related_name="officer", verbose_name=_("officer")
    )
    risk_note = models.CharField(_("why the risk is taken"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "unit", "starts_on"], name="appointment_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="appointment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    role__in=sorted(OFFICERS), seat__isnull=False, seat=models.F("user"), ends_on=None
                )
                | (~models.Q(role__in=sorted(OFFICERS)) & models.Q(seat=None)),
                name="appointment_officer_has_seat",
            ),
            models.CheckConstraint(
                condition=(models.Q(role=Role.SYSTEM_AND_SECURITY) & ~models.Q(risk_note=""))
                | (~models.Q(role=Role.SYSTEM_AND_SECURITY) & models.Q(risk_note="")),
                name="appointment_two_in_one_has_note",
            ),
        ]
        indexes = [models.Index(fields=["role", "unit"], name="appointment_role_unit")]

    class Privacy:
        personal = frozenset({"user", "reason", "appointed_by", "seat", "risk_note"})

    @property
    def words(self) -> str:
        """What it appoints to, in words."""
        return str(self.get_role_display())

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.unit}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """An officer takes the one seat a person can have; the database refuses a second one."""
        self.seat = self.user if self.role in OFFICERS else None
        super().save(*args, **kwargs)


class StandIn(Record):
    """Somebody is away from one day to another, or a role at a unit has somebody to fall back on.

    With *person*: that person is away; *substitute* does their work meanwhile (empty: whoever stands in for
    the role). With *role* and *unit*: *substitute* does the work of the role there whenever nobody who holds
    it directly is at work.
    """

    person = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="absences", verbose_name=_("who is away")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role, blank=True)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+", verbose_name=_("unit"))
    substitute = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="stand_ins", verbose_name=_("substitute")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("Last day included."))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = _("substitute")
        verbose_name_plural = _("substitutes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, unit=None, role="", ends_on__isnull=False)
                | models.Q(person=None, unit__isnull=False, substitute__isnull=False),
                name="stand_in_for_person_or_role",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="stand_in_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["role", "unit"], name="stand_in_role_unit")]

    class Privacy:
        personal = frozenset({"person", "substitute", "created_by"})

    def __str__(self) -> str:
        return f"{self.substitute} · {self.person or self.get_role_display()}"


class SignInFailures(models.Model):
    """Wrong passwords in a row for one name from one address; neither can be read from the row."""

    key = KeyField(max_length=64, unique=True)
    name_key = KeyField(max_length=64, db_index=True, default="")
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("failed sign-ins")
        verbose_name_plural = _("failed sign-ins")

    class Privacy:
        personal: frozenset[str] = frozenset()


# Models that live elsewhere, for Django to find.
from accounts.security import models as _security_models  # noqa: E402, F401

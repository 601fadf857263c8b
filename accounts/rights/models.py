"""User groups, who is in them for which unit, what waits for a second person, and what was changed."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import Permission
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from accounts.rights.catalogue import Right
from common.fields import KeyField
from common.models import AppendOnly, Record

if TYPE_CHECKING:
    from accounts.models import Unit


class UserGroup(Record):
    """A named set of rights (brief 2.7.2). Where they hold is said for each member, by `UnitRight`."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    note = models.CharField(_("what it is for"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    permissions = models.ManyToManyField(Permission, related_name="user_groups", verbose_name=_("rights"))
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("user group")
        verbose_name_plural = _("user groups")

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.name

    @property
    def rights(self) -> frozenset[str]:
        """The code names of what it allows."""
        return frozenset(permission.codename for permission in self.permissions.all())

    @property
    def words(self) -> list[str]:
        """What it allows in words, in the order of the catalogue."""
        return [str(right.label) for right in Right if right in self.rights]


class UnitRight(UserObjectPermissionBase):
    """A person has one right for a unit and everything under it, as a member of a group (guardian's row).

    A member of a group at a unit has one row for each right of the group; `groups.py` alone writes them.
    """

    group = models.ForeignKey(UserGroup, models.CASCADE, related_name="unit_rights", verbose_name=_("group"))
    content_object = models.ForeignKey(
        "accounts.Unit", models.CASCADE, related_name="unit_rights", verbose_name=_("unit")
    )

    class Meta:
        verbose_name = _("right at a unit")
        verbose_name_plural = _("rights at units")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "group", "content_object", "permission"], name="unit_right_once"
            )
        ]

    class Privacy:
        personal = frozenset({"user"})

    @property
    def unit(self) -> "Unit":
        """Where it holds, as an appointment says it."""
        return self.content_object

    @property
    def words(self) -> str:
        """Through what it is held: the group by name."""
        return self.group.name


class OperationState(models.TextChoices):
    """Where a sensitive operation stands."""

    WAITING = "waiting", _("Waits for a second person")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Not confirmed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Operation(Record):
    """Something nobody may do alone: one person asks, another one confirms, then it is done at once.

    *key* is what it is about while it waits (a kind and a thing), so that the same is not asked for twice.
    """

    kind = KeyField(_("kind"), max_length=40)
    key = KeyField(max_length=120, null=True, unique=True, editable=False)
    terms = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=200)
    state = KeyField(_("state"), max_length=10, choices=OperationState, default=OperationState.WAITING)
    subject = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    objects: ClassVar[models.Manager["Operation"]] = models.Manager()

    class Meta:
        verbose_name = _("sensitive operation")
        verbose_name_plural = _("sensitive operations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "withdrawn"))
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("asked_by"))),
                name="operation_decided_by_second_person",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="operation_state")]

    class Privacy:
        personal = frozenset({"subject", "asked_by", "decided_by", "reason", "answer", "terms"})

    def __str__(self) -> str:
        return f"{self.kind} · {self.get_state_display()}"

    @property
    def is_waiting(self) -> bool:
        """Whether a second person has to answer."""
        return self.state == OperationState.WAITING


class RightsChange(AppendOnly, Record):
    """Who changed whose rights, when, from where: one line for each change, never altered."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    second = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    action = KeyField(max_length=30)
    subject = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    detail = models.JSONField(default=dict)
    ip = KeyField(max_length=39, blank=True)

    class Meta:
        verbose_name = _("change of rights")
        verbose_name_plural = _("changes of rights")

    class Privacy:
        personal = frozenset({"by", "second", "subject", "detail", "ip"})

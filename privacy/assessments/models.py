"""What the register of impact assessments keeps (RL-34)."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.fields import KeyField
from common.models import Record


class Occasion(models.TextChoices):
    """What the law wants an assessment before (RL-34, PIPL art. 55)."""

    SENSITIVE = "sensitive", _("Sensitive data")
    AUTOMATED = "automated", _("Decision by machine")
    ENTRUSTING = "entrusting", _("Entrusting others")
    SHARING = "sharing", _("Sharing with others")
    PUBLISHING = "publishing", _("Publishing")
    ABROAD = "abroad", _("Sending abroad")


GIVING = (Occasion.ENTRUSTING, Occasion.SHARING, Occasion.ABROAD)
"""Occasions in which somebody outside the school gets data."""


class AssessmentState(models.TextChoices):
    """Where an assessment stands; a signed one is never edited, only replaced."""

    DRAFT = "draft", pgettext_lazy("assessment", "Draft")
    SIGNED = "signed", pgettext_lazy("assessment", "Signed")
    REPLACED = "replaced", pgettext_lazy("assessment", "Replaced")


class Reminder(models.TextChoices):
    """Which of its two reminders an assessment has led to."""

    NONE = "", "-"
    SOON = "soon", "soon"
    OVERDUE = "overdue", "overdue"


class Assessment(Record):
    """One report: written by one person, signed by another, replaced by a newer one."""

    occasion = KeyField(_("occasion"), max_length=12, choices=Occasion)
    title = models.CharField(_("title"), max_length=100)
    processing = models.TextField(_("what is processed, and why"))
    influence = models.TextField(_("influence on people, and risks"))
    measures = models.TextField(_("measures"))
    conclusion = models.TextField(_("conclusion"))
    next_review = models.DateField(_("next review"))
    state = KeyField(_("state"), max_length=8, choices=AssessmentState, default=AssessmentState.DRAFT)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("last change"), default=timezone.now, editable=False)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(_("signed"), null=True, editable=False)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, related_name="newer")
    """The older one whose place it takes as soon as it is signed."""
    replaced_at = models.DateTimeField(_("replaced"), null=True, editable=False)
    reminded = KeyField(max_length=8, choices=Reminder, default=Reminder.NONE, blank=True, editable=False)

    class Meta:
        verbose_name = _("impact assessment")
        verbose_name_plural = _("impact assessments")
        indexes = [models.Index(fields=["state", "next_review"], name="assessment_by_review")]

    class Privacy:
        personal = frozenset({"written_by", "signed_by"})

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        """Whether it can still be written on."""
        return self.state == AssessmentState.DRAFT

    @property
    def is_signed(self) -> bool:
        """Whether it holds now."""
        return self.state == AssessmentState.SIGNED

    @property
    def texts(self) -> tuple[str, ...]:
        """All that its writer wrote."""
        return self.title, self.processing, self.influence, self.measures, self.conclusion

    @property
    def seen(self) -> str:
        """The version of its words: who signs says which one was read."""
        return self.changed_at.isoformat()

    def is_overdue(self, today: datetime.date | None = None) -> bool:
        """Whether its review should have been by now."""
        return self.is_signed and self.next_review < (today or timezone.localdate())

"""The school's calendar: the days that differ from Monday to Friday, and who changed what."""

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.fields import KeyField
from common.models import AppendOnly, Record


class DayState(NamedTuple):
    """What the calendar says about a day; None stands for nothing, that is for an ordinary day."""

    is_workday: bool
    name: str
    name_en: str
    note: str
    is_local: bool


class CalendarDay(models.Model):
    """A day with a name: a public holiday, a weekend that is worked, a day the school has to itself.

    Days of the library (`is_local` off) follow it when it is corrected; the school's own stay.
    """

    date = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(_("workday"))
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    is_local = models.BooleanField(_("the school's own"), default=False)

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")
        ordering = ["date"]

    class Privacy:
        personal: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.date} {self.label}"

    @property
    def label(self) -> str:
        """The name in the reader's language; Chinese where there is no English one."""
        english = (get_language() or "").startswith("en")
        return (english and self.name_en) or self.name

    @property
    def state(self) -> DayState:
        """What it says, apart from the day."""
        return DayState(self.is_workday, self.name, self.name_en, self.note, self.is_local)


class ChangeKind(models.TextChoices):
    """What a change made of its days."""

    OFF = "off", _("Day off")
    WORK = "work", _("Workday")
    RESET = "reset", _("Reset to the public holidays")
    UNDO = "undo", _("Undone")
    LOAD = "load", _("Loaded")


class CalendarChange(AppendOnly, Record):
    """One line of the calendar's log: which days, from what to what, by whom. Append-only.

    *by* is empty for what a command loaded. The number of lines tells every process whether its copy
    of the calendar is still current.
    """

    at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    kind = KeyField(_("kind"), max_length=10, choices=ChangeKind)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    name = models.CharField(_("name"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    days = models.JSONField(help_text="Day -> [state before, state after]; null stands for an ordinary day.")
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        verbose_name = _("change of the calendar")
        verbose_name_plural = _("changes of the calendar")

    class Privacy:
        personal = frozenset({"by"})

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first_day} – {self.last_day}"

    @classmethod
    def of(cls, changes: "Iterable[tuple[datetime.date, DayState | None, DayState | None]]") -> Self:
        """An unsaved line about (day, before, after)."""
        days = {day.isoformat(): [before, after] for day, before, after in changes}
        return cls(
            first_day=datetime.date.fromisoformat(min(days)),
            last_day=datetime.date.fromisoformat(max(days)),
            days=days,
        )

    @property
    def states(self) -> dict[datetime.date, tuple[DayState | None, DayState | None]]:
        """Day -> its state before and after."""
        return {
            datetime.date.fromisoformat(day): (_state(before), _state(after))
            for day, (before, after) in self.days.items()
        }


def _state(values: list[Any] | None) -> DayState | None:
    return None if values is None else DayState(*values)

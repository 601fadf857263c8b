"""What a row of the table of periods says."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.moments import months_before

Records = list[Any]


class Deed(models.TextChoices):
    """What happens when the time is over."""

    DELETE = "delete", _("deleted")
    EMPTY = "empty", _("values erased, the record of them stays")
    ARCHIVE = "archive", _("moved to an encrypted file")
    CLOSE = "close", _("closed, names stay in the trail")
    KEEP = "keep", _("kept for good")


@dataclass(frozen=True)
class Span:
    """A period of keeping."""

    days: int = 0
    months: int = 0

    def before(self, now: datetime.datetime) -> datetime.datetime:
        """The moment that lies so long before *now*; months are counted by the school's calendar."""
        local = timezone.localtime(now)
        day = months_before(local.date(), self.months)
        return datetime.datetime.combine(day, local.timetz()) - datetime.timedelta(days=self.days)

    def after(self, day: datetime.date) -> datetime.date:
        """The last day of keeping what is counted from *day*."""
        return months_before(day, -self.months) + datetime.timedelta(days=self.days)

    def __str__(self) -> str:
        if self.months and self.months % 12 == 0:
            years = self.months // 12
            return ngettext("%(number)s year", "%(number)s years", years) % {"number": years}
        if self.months:
            return ngettext("%(number)s month", "%(number)s months", self.months) % {"number": self.months}
        if self.days:
            return ngettext("%(number)s day", "%(number)s days", self.days) % {"number": self.days}
        return str(_("no longer"))


@dataclass(frozen=True)
class Block:
    """Why records stay although their time is over."""

    words: str | Promise
    which: Callable[[], Q]


def delete_all(rows: Records, _now: datetime.datetime) -> None:
    """Delete the rows of one model."""
    model = type(rows[0])
    model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()


@dataclass(frozen=True)
class Row:
    """One class of data: what, counted from when, how long, what happens then, and by which rule.

    *due* gives the records whose moment lies before the limit it is given. *person* is the way to whom they
    are about: what belongs to somebody under a legal hold stays. *erase* ends some of them at a time; with
    *at_once* the room that owns them does all in its own way and says how many.
    """

    key: str
    title: str | Promise
    since: str | Promise
    source: str | Promise
    deed: str = Deed.DELETE
    span: Callable[[], Span] = Span
    due: Callable[[datetime.datetime], QuerySet[Any]] | None = None
    person: str = ""
    blocks: Sequence[Block] = field(default_factory=tuple)
    erase: Callable[[Records, datetime.datetime], None] = delete_all
    at_once: Callable[[datetime.datetime], int] | None = None

    @property
    def is_kept(self) -> bool:
        """Whether its time never ends."""
        return self.due is None

    def over(self, now: datetime.datetime) -> QuerySet[Any]:
        """The records whose time is over at *now*, held back or not. Raises LookupError when it never is."""
        if self.due is None:
            raise LookupError(f"{self.key} is kept for good.")
        return self.due(self.span().before(now)).order_by()

"""How days of the calendar and changes of it are said."""

import datetime

from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from processes.calendar.models import CalendarChange, ChangeKind

#: Column heads, Monday first: the short form, and the full one for those who listen.
WEEKDAY_HEADS: tuple[tuple[str | Promise, str | Promise], ...] = (
    (pgettext_lazy("weekday", "Mo"), WEEKDAYS[0]),
    (pgettext_lazy("weekday", "Tu"), WEEKDAYS[1]),
    (pgettext_lazy("weekday", "We"), WEEKDAYS[2]),
    (pgettext_lazy("weekday", "Th"), WEEKDAYS[3]),
    (pgettext_lazy("weekday", "Fr"), WEEKDAYS[4]),
    (pgettext_lazy("weekday", "Sa"), WEEKDAYS[5]),
    (pgettext_lazy("weekday", "Su"), WEEKDAYS[6]),
)


def spoken_date(day: datetime.date) -> str:
    """A day with its weekday: Friday, 1 May; 5月1日 星期五."""
    words = {"weekday": WEEKDAYS[day.weekday()], "day": formats.date_format(day, "MONTH_DAY_FORMAT")}
    return _("%(weekday)s, %(day)s") % words


def spoken_days(first: datetime.date, last: datetime.date, *, year: int | None = None) -> str:
    """From one day to another; without the year when both lie in *year* (default: this one)."""
    shown = timezone.localdate().year if year is None else year
    style = "MONTH_DAY_FORMAT" if first.year == last.year == shown else "DATE_FORMAT"
    from_day, until_day = (formats.date_format(day, style) for day in (first, last))
    if first == last:
        return from_day
    return _("%(first)s – %(last)s") % {"first": from_day, "last": until_day}


def work_word(*, is_workday: bool) -> str:
    """What stands in the cell of a day that differs."""
    return pgettext("calendar", "work") if is_workday else pgettext("calendar", "off")


def said_change(change: CalendarChange, *, year: int | None = None) -> str:
    """A line of the log in one sentence; days within *year* go without it."""
    words = {"days": spoken_days(change.first_day, change.last_day, year=year), "name": change.name}
    match change.kind:
        case ChangeKind.OFF:
            return _("%(days)s: day off, “%(name)s”") % words
        case ChangeKind.WORK:
            return _("%(days)s: workday, “%(name)s”") % words
        case ChangeKind.RESET:
            return _("%(days)s: back to the public holidays") % words
        case ChangeKind.LOAD:
            return _("Public holidays loaded: %(name)s") % words
    if change.name:
        return _("%(days)s: undone, “%(name)s”") % words
    return _("%(days)s: undone") % words

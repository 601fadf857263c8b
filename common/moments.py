"""Days and moments as people say them, and counting in months."""

import calendar
import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def spoken_day(day: datetime.date) -> str:
    """Today, yesterday, 6月2日; with the year only when it is another one."""
    today = timezone.localdate()
    if day == today:
        return _("today")
    if day == today - datetime.timedelta(days=1):
        return _("yesterday")
    return formats.date_format(day, "MONTH_DAY_FORMAT" if day.year == today.year else "DATE_FORMAT")


def spoken_moment(moment: datetime.datetime) -> str:
    """The day as people say it and the time of day, in the time zone of the school."""
    local = timezone.localtime(moment)
    return f"{spoken_day(local.date())} {local:%H:%M}"


def written_moment(moment: datetime.datetime) -> str:
    """Day and time for words that are kept and read on another day: 6月2日 10:30."""
    local = timezone.localtime(moment)
    return f"{formats.date_format(local, 'MONTH_DAY_FORMAT')} {local:%H:%M}"


def short_moment(moment: datetime.datetime) -> str:
    """Day and time where there is little room, the same in every language: 06-02 10:30."""
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


def spoken_span(span: datetime.timedelta) -> str:
    """How long something lasted, in its largest unit: 20 minutes, 5 hours, 3 days."""
    minutes = max(int(span.total_seconds() // 60), 1)
    if minutes < 60:
        return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
    if minutes < 24 * 60:
        hours = minutes // 60
        return ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours}
    days = minutes // (24 * 60)
    return ngettext("%(number)s day", "%(number)s days", days) % {"number": days}


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months earlier, the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

"""The notices of this room."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.kinds import NoticeKind, register


def _kind(key: str, icon: str, title: Any, body: Any = "") -> NoticeKind:
    return register(NoticeKind(f"talk_{key}", icon=icon, title=title, body=body))


RETURNED = _kind(
    "returned",
    "arrow-back-up",
    _("Your talk needs a correction: %(talk)s"),
    _("%(reason)s Open it: the places to change are marked."),
)
REJECTED = _kind("rejected", "x", _("Your talk was not accepted: %(talk)s"), "%(reason)s")
OFFERED = _kind(
    "offered",
    "calendar-check",
    _("Venue and time for your talk: %(talk)s"),
    _("%(place)s, %(time)s. Please confirm by %(until)s, or it is given to others."),
)
REMINDER = _kind(
    "reminder",
    "clock",
    _("Please confirm your talk: %(talk)s"),
    _("%(place)s, %(time)s is kept for you until %(until)s."),
)
EXPIRED = _kind(
    "expired",
    "clock-off",
    _("Your talk has expired: %(talk)s"),
    _("It was not confirmed in time, so venue and time are free again. You may apply anew."),
)
EXPIRED_OFFICER = _kind(
    "expired_officer",
    "clock-off",
    _("Not confirmed in time: %(talk)s"),
    _("%(employer)s did not answer; venue and time are free again."),
)
DECLINED_OFFICER = _kind(
    "declined_officer",
    "x",
    _("Declined by the employer: %(talk)s"),
    _("%(employer)s does not want what was offered. Venue and time are free again. %(reason)s"),
)
CHANGE_ASKED = _kind(
    "change_asked",
    "calendar-question",
    _("Another time is asked for: %(talk)s"),
    _("%(employer)s: %(reason)s"),
)
PUBLISHED = _kind(
    "published", "circle-check", _("Your talk is public: %(talk)s"), _("%(place)s, %(time)s. See you there.")
)
CALLED_OFF = _kind(
    "called_off",
    "ban",
    _("The school called your talk off: %(talk)s"),
    _("%(reason)s You may ask for another time."),
)
CALLED_OFF_OFFICER = _kind(
    "called_off_officer",
    "ban",
    _("Called off by the employer: %(talk)s"),
    _("%(employer)s: %(reason)s"),
)

"""The notices of this room."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.kinds import NoticeKind, register


def _kind(key: str, *, icon: str, title: Any, body: Any = "") -> NoticeKind:
    return register(NoticeKind(f"talk_{key}", icon=icon, title=title, body=body))


RETURNED = _kind(
    "returned",
    icon="arrow-back-up",
    title=_("Your talk needs a correction: %(talk)s"),
    body=_("%(reason)s Open it: the places to change are marked."),
)
REJECTED = _kind("rejected", icon="x", title=_("Your talk was not accepted: %(talk)s"), body="%(reason)s")
OFFERED = _kind(
    "offered",
    icon="calendar-check",
    title=_("Venue and time for your talk: %(talk)s"),
    body=_("%(place)s, %(time)s. Please confirm by %(until)s, or it is given to others."),
)
REMINDER = _kind(
    "reminder",
    icon="clock",
    title=_("Please confirm your talk: %(talk)s"),
    body=_("%(place)s, %(time)s is kept for you until %(until)s."),
)
EXPIRED = _kind(
    "expired",
    icon="clock-off",
    title=_("Your talk has expired: %(talk)s"),
    body=_("It was not confirmed in time, so venue and time are free again. You may apply anew."),
)
EXPIRED_OFFICER = _kind(
    "expired_officer",
    icon="clock-off",
    title=_("Not confirmed in time: %(talk)s"),
    body=_("%(employer)s did not answer; venue and time are free again."),
)
DECLINED_OFFICER = _kind(
    "declined_officer",
    icon="x",
    title=_("Declined by the employer: %(talk)s"),
    body=_("%(employer)s does not want what was offered. Venue and time are free again. %(reason)s"),
)
CHANGE_ASKED = _kind(
    "change_asked",
    icon="calendar-question",
    title=_("Another time is asked for: %(talk)s"),
    body=_("%(employer)s: %(reason)s"),
)
PUBLISHED = _kind(
    "published",
    icon="circle-check",
    title=_("Your talk is public: %(talk)s"),
    body=_("%(place)s, %(time)s. See you there."),
)
CALLED_OFF = _kind(
    "called_off",
    icon="ban",
    title=_("The school called your talk off: %(talk)s"),
    body=_("%(reason)s You may ask for another time."),
)
CALLED_OFF_OFFICER = _kind(
    "called_off_officer",
    icon="ban",
    title=_("Called off by the employer: %(talk)s"),
    body=_("%(employer)s: %(reason)s"),
)

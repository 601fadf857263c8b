"""The notices of this room, all to whoever asked."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.kinds import NoticeKind, register


def _kind(key: str, *, icon: str, title: Any, body: Any) -> NoticeKind:
    return register(NoticeKind(f"export_{key}", icon=icon, title=title, body=body))


READY = _kind(
    "ready",
    icon="file-download",
    title=_("Your export is ready"),
    body=_("%(rows)s rows. Download it once by %(until)s; then the file is deleted."),
)
STOPPED = _kind(
    "stopped",
    icon="ban",
    title=_("Your export was stopped"),
    body=_("You do not see any of these rows any more, so no file was made."),
)
RETURNED = _kind(
    "returned",
    icon="arrow-back-up",
    title=_("Your export needs a correction"),
    body=_("%(reason)s Correct it and hand it in again."),
)
REJECTED = _kind("rejected", icon="x", title=_("Your export was refused"), body="%(reason)s")
EXPIRED = _kind(
    "expired",
    icon="clock-off",
    title=_("Your export has expired"),
    body=_("It was not downloaded in time, so the file was deleted. You may ask again."),
)

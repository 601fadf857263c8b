"""The shared token of the service account: one process asks for a new one, the others read (WX-5)."""

import datetime
import time
from collections.abc import Callable

from django.conf import settings
from django.utils import timezone

from wechat.models import ApiToken

SPARE = datetime.timedelta(minutes=5)
"""A token is renewed so long before it ends; WeChat takes old and new meanwhile."""
LEASE = datetime.timedelta(seconds=10)
FORCED_A_DAY = 20
BETWEEN_FORCED = datetime.timedelta(seconds=30)
_LOOK_AGAIN = 0.1

Ask = Callable[[bool], tuple[str, int]]


def current(ask: Ask, *, refused: str = "") -> str:
    """A token that holds, another one than *refused*; "" when another process does not get one in time.

    *ask* gets one from WeChat (True: at once a new one) and raises what it likes.
    """
    row, _made = ApiToken.objects.get_or_create(appid=settings.WECHAT_APPID)
    give_up = time.monotonic() + LEASE.total_seconds()
    while not _usable(row, refused):
        if _is_ours():
            return _renew(ask, row, refused)
        if time.monotonic() > give_up:
            return ""
        time.sleep(_LOOK_AGAIN)
        row.refresh_from_db()
    return row.token


def _usable(row: ApiToken, refused: str) -> bool:
    return bool(row.token) and row.token != refused and row.expires_at > timezone.now() + SPARE


def _is_ours() -> bool:
    """Whether this process may renew now: nobody else is at it."""
    now = timezone.now()
    free = ApiToken.objects.filter(appid=settings.WECHAT_APPID, renewing_until__lte=now)
    return free.update(renewing_until=now + LEASE) == 1


def _renew(ask: Ask, row: ApiToken, refused: str) -> str:
    row.refresh_from_db()
    try:
        if not _usable(row, refused):
            force = bool(refused) and _count_forced(row)
            row.token, seconds = ask(force)
            row.expires_at = timezone.now() + datetime.timedelta(seconds=seconds)
    finally:
        row.renewing_until = timezone.now()
        row.save()
    return row.token


def _count_forced(row: ApiToken) -> bool:
    """Whether WeChat still takes a forced renewal: 20 a day, 30 seconds between two."""
    now = timezone.now()
    if row.forced_at and timezone.localdate(row.forced_at) != timezone.localdate(now):
        row.forced_count = 0
    if row.forced_count >= FORCED_A_DAY or (row.forced_at and now - row.forced_at < BETWEEN_FORCED):
        return False
    row.forced_at, row.forced_count = now, row.forced_count + 1
    return True

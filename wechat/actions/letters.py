"""Messages to people's WeChat, out of the database so that none is lost (WX-10 to WX-14)."""

import datetime

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from wechat import api
from wechat.models import Letter, LetterState

CLAIM = datetime.timedelta(minutes=5)
"""A process that took a letter and died leaves it to others after that."""
MOST_TRIES = 8
_AT_ONCE = 50


def write(openid: str, text: str) -> Letter:
    """A saved message on its way to *openid*; the sweep sends it, `send_due` does so at once."""
    return Letter.objects.create(openid=openid, text=text)


def forget_waiting(openid: str) -> None:
    """Drop what waits to be sent to *openid*. Openids are encrypted, so those few are looked through."""
    waiting = Letter.objects.filter(state=LetterState.WAITING)
    Letter.objects.filter(pk__in=[letter.pk for letter in waiting if letter.openid == openid]).delete()


def send_due() -> int:
    """Send what waits, 50 at most; gives how many went. Nothing is raised: every row keeps its own code."""
    now = timezone.now()
    due = Letter.objects.filter(state=LetterState.WAITING, next_at__lte=now).order_by("next_at")
    return sum(_send(letter) for letter in list(due[:_AT_ONCE]) if _claimed(letter, now))


def _claimed(letter: Letter, now: datetime.datetime) -> bool:
    mine = Letter.objects.filter(pk=letter.pk, state=LetterState.WAITING, next_at=letter.next_at)
    return mine.update(next_at=now + CLAIM, tries=F("tries") + 1) == 1


def _send(letter: Letter) -> bool:
    send = api.send_template if settings.WECHAT_NOTICE_TEMPLATE else api.send_text
    try:
        send(letter.openid, letter.text)
    except api.ApiError as error:
        _not_sent(letter, error.code)
        return False
    _done(letter, LetterState.SENT, None)
    return True


def _not_sent(letter: Letter, code: int) -> None:
    tries = letter.tries + 1
    if code in api.UNREACHABLE_PERSON:
        _done(letter, LetterState.UNREACHABLE, code)
    elif tries >= MOST_TRIES:
        _done(letter, LetterState.FAILED, code)
    else:
        Letter.objects.filter(pk=letter.pk).update(next_at=timezone.now() + _pause(code, tries), code=code)


def _pause(code: int, tries: int) -> datetime.timedelta:
    """A minute, two, four; a quota is full again after midnight, tried every three hours."""
    if code in api.OVER_QUOTA:
        return datetime.timedelta(hours=3)
    return datetime.timedelta(minutes=2 ** (tries - 1))


def _done(letter: Letter, state: str, code: int | None) -> None:
    letter.state, letter.code, letter.openid = state, code, ""
    letter.save(update_fields=["state", "code", "openid"])

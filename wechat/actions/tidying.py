"""Throwing away what has served its time."""

import datetime

from django.utils import timezone

from wechat.models import Letter, LetterState, Received, Scan

SCANS = datetime.timedelta(days=1)
MESSAGES = datetime.timedelta(days=7)
LETTERS = datetime.timedelta(days=90)


def tidy() -> None:
    """Delete scans of yesterday, messages of last week, letters of last quarter."""
    now = timezone.now()
    Scan.objects.filter(expires_at__lt=now - SCANS).delete()
    Received.objects.filter(received_at__lt=now - MESSAGES).delete()
    over = Letter.objects.exclude(state=LetterState.WAITING)
    over.filter(created_at__lt=now - LETTERS).delete()

"""Jobs of WeChat: fetch, then call an action."""

import logging

from celery import shared_task
from django.utils import timezone

from wechat import actions
from wechat.models import Received

logger = logging.getLogger(__name__)


@shared_task
def handle_received(pk: str) -> None:
    """Deal with one message right after it came in, and send the answer."""
    if actions.handle(pk):
        actions.send_due()


@shared_task
def sweep() -> None:
    """Deal with whatever a lost job left behind; send what is due."""
    waiting = Received.objects.filter(handled_at=None, next_at__lte=timezone.now())
    for pk in waiting.values_list("pk", flat=True)[:200]:
        try:
            actions.handle(str(pk))
        except Exception:
            logger.exception("A message from WeChat cannot be dealt with: %s", pk)
    actions.send_due()

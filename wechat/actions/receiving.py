"""What WeChat sends: kept at once, dealt with afterwards, each once (rules 5.3)."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.crypto import blind_index
from wechat.actions.letters import write
from wechat.actions.scans import scanned
from wechat.models import Received
from wechat.queries import binding_to

CLAIM = datetime.timedelta(minutes=2)
MOST_TRIES = 5
_SCENE_OF_FOLLOWER = "qrscene_"
_KEPT = ("MsgType", "Event", "EventKey", "FromUserName", "CreateTime", "MsgId", "Content")


def receive(content: Mapping[str, Any]) -> Received | None:
    """Keep a decrypted message; None when WeChat repeats one (by MsgId, else sender and second)."""
    kept = {name: str(content.get(name) or "") for name in _KEPT}
    told = kept["MsgId"] or f"{kept['FromUserName']}\n{kept['CreateTime']}\n{kept['Event']}"
    try:
        with transaction.atomic():
            return Received.objects.create(key=blind_index(told, "wechat-message"), content=kept)
    except IntegrityError:
        return None


def handle(pk: str) -> bool:
    """Do what the message with this key asks for, once; gives whether this call did it."""
    now = timezone.now()
    mine = Received.objects.filter(pk=pk, handled_at=None, next_at__lte=now, tries__lt=MOST_TRIES)
    if not mine.update(next_at=now + CLAIM, tries=F("tries") + 1):
        return False
    with transaction.atomic():
        message = Received.objects.get(pk=pk)
        with translation.override(settings.LANGUAGE_CODE):
            _answer(message.content or {})
        message.handled_at, message.content = timezone.now(), None
        message.save(update_fields=["handled_at", "content"])
    return True


def _answer(content: Mapping[str, str]) -> None:
    event, key, openid = content["Event"], content["EventKey"], content["FromUserName"]
    if event == "SCAN":
        _answer_scan(key, openid)
    elif event == "subscribe" and key.startswith(_SCENE_OF_FOLLOWER):
        _answer_scan(key.removeprefix(_SCENE_OF_FOLLOWER), openid)
    elif event == "subscribe":
        write(openid, _welcome(openid))


def _answer_scan(scene: str, openid: str) -> None:
    scan = scanned(scene, openid)
    if scan is None:
        write(openid, _("This code has run out. Show a new one at the computer and scan it."))
        return
    url = _absolute(reverse("wechat:confirm", args=[scan.pk]))
    words = _("You are signing in at a computer. Open this to say yes or no: %(url)s")
    if binding_to(openid) is None:
        words = _("Bind your account first; then you are asked about the computer: %(url)s")
    write(openid, words % {"url": url})


def _welcome(openid: str) -> str:
    url = _absolute(reverse("wechat:enter"))
    if binding_to(openid):
        return _("Welcome back. Your pages: %(url)s") % {"url": url}
    return _("Welcome. Bind your account once and you will never have to sign in here: %(url)s") % {
        "url": url
    }


def _absolute(path: str) -> str:
    return f"{settings.WECHAT_SITE}{path}"

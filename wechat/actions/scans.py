"""Sign-in at a desk with the phone: open, scanned, confirmed, used once (WX-3)."""

import secrets
import string

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.crypto import blind_index
from common.errors import Refused
from wechat import api, rules
from wechat.models import Scan, ScanState
from wechat.queries import openid_key, scan_of, scans_for

SCENE_LENGTH = 32
_SIGNS = string.ascii_letters + string.digits


def open_scan(next_page: str, *, ip: str, device: str) -> tuple[Scan, str]:
    """A new scan and the scene that only the browser which asked may know.

    Raises Refused when this address asks too often, ApiError when WeChat makes no code.
    """
    rules.can_open_scan(ip).require()
    scene = "".join(secrets.choice(_SIGNS) for _sign in range(SCENE_LENGTH))
    code_url = api.scene_code(scene, int(Scan.LIFE.total_seconds()))
    scan = Scan.objects.create(
        scene_index=blind_index(scene, "scene"),
        expires_at=timezone.now() + Scan.LIFE,
        next=next_page[:300],
        ip=ip or None,
        device=device[:60],
        code_url=code_url[:200],
    )
    return scan, scene


def scanned(scene: str, openid: str) -> Scan | None:
    """The first phone that scans is the one that may confirm; None for a code that is over or taken."""
    scan = scan_of(scene)
    if scan is None or scan.is_over:
        return None
    if scan.state == ScanState.SCANNED and scan.openid_index == openid_key(openid):
        return scan
    waiting = Scan.objects.filter(pk=scan.pk, state=ScanState.WAITING)
    changed = waiting.update(state=ScanState.SCANNED, openid_index=openid_key(openid))
    return scan if changed else None


@transaction.atomic
def confirm_scan(scan: Scan, user: User, openid: str) -> Scan:
    """The phone says yes: the desk becomes *user*. Raises Refused by rule."""
    scan = _locked(scan, openid)
    rules.can_answer_scan(scan).require()
    scan.state, scan.user = ScanState.CONFIRMED, user
    scan.save(update_fields=["state", "user"])
    return scan


@transaction.atomic
def refuse_scan(scan: Scan, openid: str) -> Scan:
    """The phone says no. Raises Refused by rule."""
    scan = _locked(scan, openid)
    rules.can_answer_scan(scan).require()
    scan.state = ScanState.REFUSED
    scan.save(update_fields=["state"])
    return scan


def _locked(scan: Scan, openid: str) -> Scan:
    found = scans_for(openid).select_for_update().filter(pk=scan.pk).first()
    if found is None:
        raise Refused(_("This code has run out. Show a new one at the computer and scan it."))
    return found


def use_scan(scan: Scan) -> User | None:
    """The person who confirmed, once; None when it was used already, is over or not confirmed."""
    ready = Scan.objects.filter(pk=scan.pk, state=ScanState.CONFIRMED, expires_at__gt=timezone.now())
    if not ready.update(state=ScanState.USED):
        return None
    confirmed_by = Scan.objects.filter(pk=scan.pk).values("user")
    return User.objects.filter(pk__in=confirmed_by, is_active=True).first()

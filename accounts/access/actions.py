"""Writing a line of the access log."""

import hmac
import ipaddress
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from accounts.access.models import FIELDS, AccessLog
from accounts.access.origin import Origin, current_origin
from common.chain import line_text
from common.keyring import derive_key

if TYPE_CHECKING:
    from accounts.models import User


def log_access(
    user: "User | None",
    action: str,
    target: Model | tuple[str, str] | None = None,
    *,
    detail: str = "",
    purpose: str = "",
    words: str = "",
    acting_for: "User | None" = None,
    channel: str = "",
    succeeded: bool = True,
    ip: str | None = None,
) -> AccessLog:
    """Record that *user* (None: the command line) did *action* to *target*, in the caller's transaction.

    *target* is a saved record, or its label and key. Channel, address and request are those of the current
    request unless told; texts are cut at 200 characters (rules 6.2: date, user, type, result).
    """
    origin = current_origin() or Origin()
    object_type, object_id = _named(target)
    line = AccessLog(
        at=timezone.now(),
        user=user,
        acting_for=acting_for,
        channel=channel or origin.channel,
        action=action,
        object_type=object_type,
        object_id=object_id,
        detail=detail[:200],
        purpose=purpose[:20],
        words=words[:200],
        ip=_address(ip or origin.ip),
        request_id=origin.request_id,
        succeeded=succeeded,
    )
    line.mac = mac_of([getattr(line, name) for name in FIELDS])
    line.save(force_insert=True)
    origin.lines += 1
    return line


def mac_of(values: list[Any]) -> str:
    """The keyed hash (hex) over a line's columns in the order of FIELDS."""
    return hmac.digest(derive_key("access-log", settings.AUDIT_KEY), line_text(values), "sha256").hex()


def _named(target: Model | tuple[str, str] | None) -> tuple[str, str]:
    if target is None:
        return "", ""
    return (target._meta.label_lower, str(target.pk)) if isinstance(target, Model) else target


def _address(text: str | None) -> str | None:
    """As the database gives it back, so that the hash holds; what is no address is left out."""
    try:
        return str(ipaddress.ip_address(text or ""))
    except ValueError:
        return None

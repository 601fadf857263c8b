"""The address that WeChat itself calls: checked, kept, answered at once (rules 5.3)."""

import contextlib
import hmac
from xml.parsers.expat import ExpatError

import xmltodict
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from kombu.exceptions import OperationalError
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from wechat import actions, tasks
from wechat.queries import is_on

OLDEST = 600
"""Seconds after which a signed call is a replay."""
LARGEST = 64 * 1024


@csrf_exempt
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest) -> HttpResponse:
    """GET proves to WeChat that the address is ours; POST brings a message, always encrypted."""
    if not is_on():
        raise Http404
    if request.method == "GET":
        _require_signature(request, "signature")
        return HttpResponse(request.GET.get("echostr", ""), content_type="text/plain")
    message = actions.receive(_opened(request))
    if message is not None:
        with contextlib.suppress(OperationalError, OSError):  # the sweep finds it
            tasks.handle_received.delay(str(message.pk))
    return HttpResponse("success", content_type="text/plain")


def _require_signature(request: HttpRequest, name: str, sealed: str = "") -> None:
    """Raises SuspiciousOperation (400) unless WeChat signed this a moment ago."""
    signed = [request.GET.get(part, "") for part in ("timestamp", "nonce")]
    signer = WeChatSigner()
    signer.add_data(settings.WECHAT_TOKEN, *signed, *([sealed] if sealed else []))
    right = hmac.compare_digest(signer.signature.encode(), request.GET.get(name, "").encode())
    if not right or not _is_fresh(signed[0]):
        raise SuspiciousOperation("Not signed by WeChat.")


def _is_fresh(moment: str) -> bool:
    is_number = moment.isascii() and moment.isdigit() and len(moment) < 12
    return is_number and abs(timezone.now().timestamp() - int(moment)) < OLDEST


def _opened(request: HttpRequest) -> dict[str, str]:
    """The message inside. Raises SuspiciousOperation for what is not WeChat's, not ours or no message."""
    if len(request.body) > LARGEST:
        raise SuspiciousOperation("Too large for a message.")
    try:
        sealed = str(xmltodict.parse(request.body)["xml"]["Encrypt"])
        _require_signature(request, "msg_signature", sealed)
        crypto = WeChatCrypto(settings.WECHAT_TOKEN, settings.WECHAT_AES_KEY, settings.WECHAT_APPID)
        given = [request.GET.get(part, "") for part in ("msg_signature", "timestamp", "nonce")]
        content = xmltodict.parse(crypto.decrypt_message({"Encrypt": sealed}, *given))["xml"]
        return {str(name): str(value or "") for name, value in content.items()}
    except (ExpatError, WeChatException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SuspiciousOperation("No message of WeChat.") from error

"""Calls of the service account to WeChat, with words for whatever goes wrong (WX-5, rules 5.3)."""

from collections.abc import Callable
from typing import Any

import requests
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from requests.adapters import HTTPAdapter
from urllib3.util import Timeout
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatException
from wechatpy.oauth import WeChatOAuth

from common.errors import UserError
from wechat import tokens

OFFICIAL = "https://api.weixin.qq.com"
TIMEOUT = 5
"""Seconds; somebody waits in front of the page."""

STALE_TOKEN = frozenset({40001, 40014, 42001})
OVER_QUOTA = frozenset({45009, 45011})
SPENT_CODE = frozenset({40029, 40163, 42003})
UNREACHABLE_PERSON = frozenset({43004, 43101, 45015, 45047})
"""Does not follow, has not agreed, or has not written lately: trying again changes nothing (WX-14)."""
WRONG_SETTINGS = frozenset({40013, 40125, 40164, 41002, 41004, 48001})
UNREACHABLE = 0
"""Our own code for no answer at all."""

_LATER = _(
    "WeChat does not answer at the moment. Please try again in a minute, or sign in with your password."
)
_WORDS: dict[int, str | Promise] = {
    **dict.fromkeys(STALE_TOKEN, _LATER),
    **dict.fromkeys(
        OVER_QUOTA,
        _("WeChat takes no more calls from this school today. Please sign in with your password."),
    ),
    **dict.fromkeys(
        SPENT_CODE, _("This way in has been used or is too old. Open the page from the menu once more.")
    ),
    **dict.fromkeys(
        WRONG_SETTINGS,
        _("The school's WeChat is not set up rightly. Please tell the career center (code %(code)s)."),
    ),
    43004: _("This WeChat does not follow the school's account. Follow it and try again."),
    47003: _("WeChat did not accept the message. Please tell the career center (code %(code)s)."),
}


class ApiError(UserError):
    """WeChat said no, or nothing; *code* is its error code, 0 when there was no answer."""

    def __init__(self, code: int) -> None:
        super().__init__(_WORDS.get(code, _LATER) % {"code": code} if code in _WORDS else _LATER)
        self.code = code


class _Elsewhere(HTTPAdapter):
    """Takes calls meant for WeChat to `WECHAT_API_URL` and lets none of them wait for ever.

    The library writes WeChat's address into the code, in one place even in full.
    """

    def __init__(self, seconds: float = TIMEOUT) -> None:
        super().__init__()
        self._seconds = seconds

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        if settings.WECHAT_API_URL != OFFICIAL:
            request.url = settings.WECHAT_API_URL + request.url.removeprefix(OFFICIAL)
            kwargs["proxies"] = {}
        kwargs["timeout"] = kwargs.get("timeout") or Timeout(total=self._seconds)
        return super().send(request, *args, **kwargs)


class _Client(WeChatClient):
    """The library's client with the token that all processes share."""

    def __init__(self, token: str) -> None:
        super().__init__(settings.WECHAT_APPID, settings.WECHAT_SECRET, access_token=token, auto_retry=False)
        self._http.mount(OFFICIAL, _Elsewhere())


def _asked(ask: Callable[[], Any]) -> Any:
    """What *ask* gives. Raises ApiError for whatever the library or the network raises."""
    try:
        return ask()
    except WeChatException as error:
        raise ApiError(error.errcode or UNREACHABLE) from None
    except (requests.RequestException, ValueError, KeyError):
        # Without the cause: its words hold the address with token or secret (WX-5).
        raise ApiError(UNREACHABLE) from None


def probe(seconds: float) -> None:
    """Ask whether WeChat knows this account and answers within *seconds*. Raises ApiError when not.

    It asks for the token that is held anyway: no quota that matters is spent and no token ends by it.
    """
    _stable_token(force=False, seconds=seconds)


def _stable_token(force: bool, seconds: float = TIMEOUT) -> tuple[str, int]:
    """A token and the seconds it holds. Raises ApiError."""
    http = requests.Session()
    http.mount(OFFICIAL, _Elsewhere(seconds))
    question: Any = {
        "grant_type": "client_credential",
        "appid": settings.WECHAT_APPID,
        "secret": settings.WECHAT_SECRET,
        "force_refresh": force,
    }
    found: dict[str, Any] = _asked(
        lambda: http.post(f"{OFFICIAL}/cgi-bin/stable_token", json=question).json()
    )
    if "access_token" not in found:
        raise ApiError(int(found.get("errcode") or UNREACHABLE))
    return str(found["access_token"]), int(found.get("expires_in") or 0)


def _call(do: Callable[[WeChatClient], Any]) -> Any:
    """*do* with a client; once more with another token when WeChat refuses this one. Raises ApiError."""
    token = _token()
    try:
        return _asked(lambda: do(_Client(token)))
    except ApiError as error:
        if error.code not in STALE_TOKEN:
            raise
    return _asked(lambda: do(_Client(_token(refused=token))))


def _token(refused: str = "") -> str:
    token = tokens.current(_stable_token, refused=refused)
    if not token:
        raise ApiError(UNREACHABLE)
    return token


def scene_code(scene: str, seconds: int) -> str:
    """The text of a QR code that carries *scene* (1-64 characters, WX-4). Raises ApiError."""
    question: Any = {
        "expire_seconds": seconds,
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": scene}},
    }
    return str(_call(lambda client: client.qrcode.create(question))["url"])


def send_text(openid: str, text: str) -> None:
    """A customer message (WX-14). Raises ApiError."""
    _call(lambda client: client.message.send_text(openid, text))


def send_template(openid: str, text: str) -> None:
    """A template message of one value, 20 characters at most (WX-11). Raises ApiError."""
    data = {settings.WECHAT_NOTICE_FIELD: {"value": text[:20]}}
    _call(lambda client: client.message.send_template(openid, settings.WECHAT_NOTICE_TEMPLATE, data))


def authorize_url(back: str, state: str) -> str:
    """Where a browser inside WeChat goes to be told who it is, silently, and comes to *back* (WX-1)."""
    return str(_oauth(back, state).authorize_url)


def openid_behind(code: str) -> str:
    """The openid that a single-use *code* stands for; "" for a snapshot user (WX-2). Raises ApiError."""
    found = _asked(lambda: _oauth().fetch_access_token(code))
    return "" if found.get("is_snapshotuser") else str(found["openid"])


def _oauth(back: str = "", state: str = "") -> WeChatOAuth:
    oauth = WeChatOAuth(settings.WECHAT_APPID, settings.WECHAT_SECRET, back, "snsapi_base", state)
    oauth.OAUTH_BASE_URL = f"{settings.WECHAT_OAUTH_URL}/connect/"
    oauth._http.mount(OFFICIAL, _Elsewhere())
    return oauth

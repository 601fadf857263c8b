"""What a browser's session knows of WeChat: whose phone it is, where it wanted to go, which code it shows."""

import secrets

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from accounts.security.models import Session
from common.crypto import DecryptionError, decrypt, encrypt
from wechat.queries import password_mark

_OPENID, _WAY, _MARK, _SCENE = "wechat_openid", "wechat_way", "wechat_mark", "wechat_scene"
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_INSIDE = "MicroMessenger"


def is_inside(request: HttpRequest) -> bool:
    """Whether the page is opened inside WeChat."""
    return _INSIDE in request.headers.get("User-Agent", "")


def own_page(request: HttpRequest, address: str) -> str:
    """*address* when it is the path of a page of this site, else ""."""
    hosts = {request.get_host()}
    own = url_has_allowed_host_and_scheme(address, hosts, require_https=request.is_secure())
    return address if own and address.startswith("/") and len(address) <= 300 else ""


def set_out(request: HttpRequest, next_page: str) -> str:
    """Remember where the browser wants to go; gives the word that WeChat has to bring back."""
    state = secrets.token_hex(16)
    request.session[_WAY] = [state, next_page]
    return state


def come_back(request: HttpRequest, state: str) -> str | None:
    """Where the browser wanted to go, once; None when it did not set out from here."""
    expected, next_page = request.session.pop(_WAY, ["", ""])
    return next_page if expected and secrets.compare_digest(expected.encode(), state.encode()) else None


def remember(request: HttpRequest, openid: str) -> None:
    """This browser is the phone of *openid*; the session keeps it encrypted."""
    request.session[_OPENID] = encrypt(openid)


def openid_of(request: HttpRequest) -> str:
    """The openid of the phone, "" when it is not known."""
    try:
        return decrypt(request.session[_OPENID])
    except (KeyError, DecryptionError):
        return ""


def sign_in(request: HttpRequest, user: User, openid: str = "") -> None:
    """Make the browser that of *user*; with *openid* when it is the phone's own."""
    login(request, user, backend=_BACKEND)
    if openid:
        remember(request, openid)
        keep_mark(request, user)


def end_inside(user: User, but: str = "") -> None:
    """Sign *user* out wherever WeChat opened the account, except in the session with the hashed key *but*."""
    for row in Session.objects.filter(user=user).exclude(session_key=but):
        if _OPENID in row.get_decoded():
            row.delete()


def keep_mark(request: HttpRequest, user: User) -> None:
    """Note which password the account has now."""
    request.session[_MARK] = password_mark(user)


def password_changed(request: HttpRequest, user: User) -> bool:
    """Whether the password was changed in this session of a phone."""
    return request.session.get(_MARK, "") not in ("", password_mark(user))


def show_scene(request: HttpRequest, scene: str) -> None:
    """This browser, and no other one, is signed in when the code with *scene* is confirmed."""
    request.session[_SCENE] = scene


def scene_of(request: HttpRequest) -> str:
    """The scene of the code that this browser shows, "" for none."""
    return str(request.session.get(_SCENE, ""))


def drop_scene(request: HttpRequest) -> None:
    """The code is done with."""
    request.session.pop(_SCENE, None)

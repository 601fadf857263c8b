"""Reusable reads about bindings, scans and letters."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from common.crypto import blind_index
from wechat.models import Binding, BindingEvent, Scan


def is_on() -> bool:
    """Whether this school has a service account."""
    return bool(settings.WECHAT_APPID)


def openid_key(openid: str) -> str:
    """The keyed hash under which *openid* is found; it differs from account to account of WeChat."""
    return blind_index(f"{settings.WECHAT_APPID}\n{openid}", "openid")


def password_mark(user: User) -> str:
    """Tells passwords of *user* apart without telling anything of them."""
    return blind_index(f"{user.pk.hex}\n{user.password}", "password-mark")


def binding_of(user: User) -> Binding | None:
    """The WeChat that opens the account of *user*, or None."""
    return Binding.objects.filter(user=user).first()


def binding_to(openid: str) -> Binding | None:
    """The account that *openid* opens (joined), or None."""
    return Binding.objects.select_related("user").filter(openid_index=openid_key(openid)).first()


def history_of(user: User) -> QuerySet[BindingEvent]:
    """What became of the bindings of *user*, the newest first."""
    return BindingEvent.objects.filter(user=user).select_related("by").order_by("-at", "-id")


def bindings_of(users: Iterable[User]) -> QuerySet[Binding]:
    """The bindings of these people."""
    return Binding.objects.filter(user__in=users)


def scan_of(scene: str) -> Scan | None:
    """The sign-in by QR code that belongs to *scene*, over or not."""
    return Scan.objects.select_related("user").filter(scene_index=blind_index(scene, "scene")).first()


def scans_for(openid: str) -> QuerySet[Scan]:
    """The sign-ins that the holder of *openid* has scanned and that still wait for a word."""
    return Scan.objects.filter(openid_index=openid_key(openid), expires_at__gt=timezone.now())

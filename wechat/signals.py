"""A password typed inside WeChat makes WeChat enough again."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from wechat import actions, visits


@receiver(user_logged_in, dispatch_uid="wechat-password-mark")
def signed_in(request: HttpRequest, user: User, **_more: Any) -> None:
    """The phone's own account was opened with its present password."""
    openid = visits.openid_of(request)
    if openid and actions.renew_password_mark(user, openid):
        visits.keep_mark(request, user)

"""The notices of this room, and what it writes to people's WeChat in the school's language."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.kinds import NoticeKind, register

ASKED = register(
    NoticeKind(
        "wechat_rebinding_asked",
        icon="brand-wechat",
        title=_("Somebody asks to bind another WeChat to your account"),
        body=_("If it was not you, tell your counselor now: nothing changes before the counselor agrees."),
    )
)
REBOUND = register(
    NoticeKind(
        "wechat_rebound",
        icon="brand-wechat",
        title=_("Another WeChat opens your account now"),
        body=_("If it was not you, change your password and tell your counselor."),
    )
)
UNBOUND = register(
    NoticeKind(
        "wechat_unbound",
        icon="unlink",
        title=_("The school has unbound your WeChat"),
        body=_("“%(reason)s” You can bind it again at any time."),
    )
)


def asked_words() -> str:
    """To the WeChat that opens the account so far."""
    return _in_school_language(
        _("Somebody asks to bind another WeChat to your account. If it was not you, tell your counselor now.")
    )


def replaced_words() -> str:
    """To the WeChat that opened the account until now."""
    return _in_school_language(
        _("Another WeChat was bound; this one opens your account no more. Not you? Tell your counselor.")
    )


def bound_words() -> str:
    """To the WeChat that opens the account from now on."""
    return _linked(_("Your counselor has agreed. This WeChat opens your pages now: %(url)s"), "wechat:enter")


def question_words() -> str:
    """To the WeChat that asks to be bound."""
    return _linked(_("Your counselor has a question about binding this WeChat: %(url)s"), "students:bind")


def refused_words() -> str:
    """To the WeChat that asked to be bound."""
    return _in_school_language(
        _("Your counselor did not agree to bind this WeChat. Please speak to your counselor.")
    )


def unbound_words() -> str:
    """To the WeChat that opened the account until the school unbound it."""
    return _in_school_language(
        _("The school has unbound this WeChat from your account. Your pages say why; you can bind it again.")
    )


def _linked(words: Promise | str, route: str) -> str:
    url = f"{settings.WECHAT_SITE}{reverse(route)}"
    with translation.override(settings.LANGUAGE_CODE):
        return str(words) % {"url": url}


def _in_school_language(words: Promise | str) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(words)

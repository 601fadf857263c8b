"""What a password must be like (rules 6.2): kinds of signs, hard to guess, not stolen, not one of before."""

import hashlib
import logging
import re
import secrets
import unicodedata
import urllib.request
from typing import Any
from urllib.error import URLError

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pypinyin import lazy_pinyin
from zxcvbn import zxcvbn

from accounts.security.models import OldPassword

KINDS = 3
REMEMBERED = 5
"""How many earlier passwords do not come back."""
FEWEST_GUESSES = 8.0
"""Powers of ten; what a thief of the hashes could try in weeks, not hours."""
JUDGED = 72
"""Characters that are judged; no longer password is guessed."""
SERVICE_SECONDS = 2
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without signs that look alike."""
# 59 random bits need no slow hash; at the first sign-in Django hashes the new password the slow way.
_ITERATIONS = 1_000

_KIND_PATTERNS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
#: What people here put into passwords and lists of English ones lack.
_LOCAL_WORDS = (
    *("woaini", "wo", "ai", "ni", "1314", "5201314", "520", "zhongguo", "china", "admin", "mima", "dangdang"),
    *("qicheng", "jiuye", "daxue", "xuexi", "xiaoyuan", "laoshi", "xuesheng", "abc", "qwe", "asd", "zxc"),
)
_log = logging.getLogger(__name__)


class LengthValidator(MinimumLengthValidator):
    """At least so many characters (rules 6.2); Django's Chinese lacks the words for it."""

    def get_error_message(self) -> str:
        """What is said of a shorter one."""
        return _("Too short: write at least %(least)s characters.") % {"least": self.min_length}


class KindsValidator:
    """At least three of: small letters, capitals, digits, other signs (rules 6.2)."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when there are fewer kinds."""
        if sum(bool(re.search(pattern, password)) for pattern in _KIND_PATTERNS) < KINDS:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("Mix at least three of: small letters, capital letters, digits, other signs.")


class StrengthValidator:
    """Not to be guessed from lists of known passwords, words, names, dates and runs on the keyboard."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when a program would guess it soon."""
        own = [word for word in _words_about(user) if len(word) > 1]
        found = zxcvbn(password[:JUDGED], user_inputs=[*own, *_LOCAL_WORDS])
        if float(found["guesses_log10"]) < FEWEST_GUESSES:
            raise ValidationError(
                _(
                    "This password is easily guessed. Avoid names, dates and known words; put three or four "
                    "unrelated words together."
                ),
                code="password_weak",
            )

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("Names, dates and well-known passwords are refused.")


class BreachValidator:
    """Not among the passwords of known thefts; asks a service only when the school names one.

    The service gets five signs of a hash and gives all known ones that begin alike (k-anonymity), so it never
    learns the password. When it does not answer, the password passes.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when the service knows the password."""
        if settings.BREACH_SERVICE and _is_known(password):
            raise ValidationError(
                _(
                    "This password was stolen somewhere before and stands in lists of thieves. Choose "
                    "another one."
                ),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        """Nothing to say before."""
        return ""


class HistoryValidator:
    """None of the last five passwords of the person."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when the person had it before."""
        if user is None or user._state.adding:
            return
        hashes = [user.password, *_earlier(user)]
        if any(check_password(password, each) for each in dict.fromkeys(hashes)):
            words = ngettext(
                "You had this password before. Choose one that is not your last one.",
                "You had this password before. Choose one that is none of your last %(number)s.",
                REMEMBERED,
            )
            raise ValidationError(words % {"number": REMEMBERED}, code="password_before")

    def get_help_text(self) -> str:
        """Nothing to say before."""
        return ""


def _earlier(user: Any) -> list[str]:
    rows = OldPassword.objects.filter(user=user).order_by("-at")
    return list(rows.values_list("hash", flat=True)[: REMEMBERED - 1])


def _words_about(user: Any) -> list[str]:
    """What others know of the person: sign-in name, name, name in pinyin and its initials, the school."""
    if user is None:
        return []
    syllables = lazy_pinyin(user.name or "")
    spelled = [
        "".join(syllables),
        "".join(each[:1] for each in syllables),
        "".join(syllables[1:]),
        *syllables,
    ]
    parts = re.split(r"[@._-]", user.username or "")
    school = "".join(lazy_pinyin(settings.SCHOOL_NAME))
    return [word.lower() for word in (user.username, user.name, school, *parts, *spelled) if word]


def _is_known(password: str) -> bool:
    digest = (
        hashlib.sha1(unicodedata.normalize("NFC", password).encode(), usedforsecurity=False)
        .hexdigest()
        .upper()
    )
    address = f"{settings.BREACH_SERVICE.rstrip('/')}/{digest[:5]}"
    if not address.startswith("https://"):
        return False
    try:
        request = urllib.request.Request(address, headers={"Add-Padding": "true", "User-Agent": "qicheng"})  # noqa: S310 - https only
        with urllib.request.urlopen(request, timeout=SERVICE_SECONDS) as answer:  # noqa: S310
            lines = answer.read(2_000_000).decode("ascii", "replace").splitlines()
    except (URLError, OSError) as error:
        _log.warning("The service of known passwords does not answer: %s", error)
        return False
    known = {tail: number for tail, _colon, number in (line.strip().partition(":") for line in lines)}
    return known.get(digest[5:], "0").strip() != "0"


def groups_of_signs(groups: int, length: int) -> str:
    """Random small letters and digits in groups, easy to copy by hand."""
    return "-".join("".join(secrets.choice(ALPHABET) for _sign in range(length)) for _group in range(groups))


def one_time_password() -> str:
    """Twelve random letters and digits, such as `k7mq-2xhp-9wzt`: 59 bits."""
    return groups_of_signs(3, 4)


def first_password(password: str) -> dict[str, str | bool]:
    """The values of a user who signs in with *password* once and has to change it then."""
    hasher = PBKDF2PasswordHasher()
    hashed = hasher.encode(password, hasher.salt(), iterations=_ITERATIONS)
    return {"password": hashed, "must_change_password": True}

"""First passwords: made by the system, told once, to be changed at the first sign-in."""

import secrets

from django.contrib.auth.hashers import PBKDF2PasswordHasher

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without signs that look alike."""
_GROUPS, _LETTERS = 3, 4
# 59 random bits need no slow hash; at the first sign-in Django hashes the new password the slow way.
_ITERATIONS = 1_000


def new_password() -> str:
    """Twelve random letters and digits in groups, such as `k7mq-2xhp-9wzt`."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))


def first_password(password: str) -> dict[str, str | bool]:
    """The values of a user who signs in with *password* once and has to change it then."""
    hasher = PBKDF2PasswordHasher()
    hashed = hasher.encode(password, hasher.salt(), iterations=_ITERATIONS)
    return {"password": hashed, "must_change_password": True}

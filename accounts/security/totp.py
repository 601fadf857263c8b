"""Codes of an authenticator app: RFC 6238 over SHA-1, six digits, 30 seconds, as every app reads them."""

import base64
import hmac
import io
import secrets
import struct
from urllib.parse import quote, urlencode

import segno

DIGITS = 6
SECONDS = 30
SECRET_BYTES = 20
DRIFT = 1
"""A clock may be so many steps early or late."""


def new_secret() -> str:
    """A new shared secret, in the base 32 that apps are given by hand."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of *secret* in the step of 30 seconds with that number."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    start = mac[-1] & 0x0F
    (number,) = struct.unpack(">I", mac[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}d}"


def step_of(moment: float) -> int:
    """The number of the step in which *moment* (seconds since 1970) lies."""
    return int(moment) // SECONDS


def matching_step(secret: str, code: str, moment: float, *, after: int = 0) -> int | None:
    """The step later than *after* whose code *code* is at *moment*, give or take one step; None for none."""
    now = step_of(moment)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > after and secrets.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None


def address_of(secret: str, issuer: str, account: str) -> str:
    """The `otpauth://` address that an app reads from the picture."""
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?" + urlencode({"secret": secret, "issuer": issuer})


def picture_of(address: str) -> str:
    """A QR picture of *address* as a data URI, dark on white in light and dark mode alike."""
    content = io.BytesIO()
    segno.make(address, error="m").save(content, kind="png", scale=5, border=4)
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()

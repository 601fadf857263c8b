"""Signatures that whoever can write to the database cannot make.

An Ed25519 key is derived from `AUDIT_KEY`, which the database does not hold; the public key goes out with
every export.
"""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from common.keyring import derive_key


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive_key("audit-seal", settings.AUDIT_KEY))


def public_key() -> str:
    """The raw Ed25519 public key, base64."""
    raw = _private_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def sign(text: bytes) -> str:
    """Our signature of *text*, base64."""
    return base64.b64encode(_private_key().sign(text)).decode()


def is_ours(text: bytes, signature: str) -> bool:
    """Whether *signature* is ours for *text*."""
    try:
        _private_key().public_key().verify(base64.b64decode(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True

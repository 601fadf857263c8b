"""Field encryption (AES-256-GCM) and keyed look-up hashes.

One data key from the environment (`DATA_KEY`); each purpose derives its own key from it by HKDF, so
that the look-up hash of a number says nothing about its ciphertext.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_VERSION = "1"
_NONCE_BYTES = 12
_UNREADABLE = "The stored value cannot be decrypted with DATA_KEY."


class DecryptionError(Exception):
    """The stored text was changed or belongs to another key."""


class SealBroken(DecryptionError):
    """It is well-formed, but the key at hand did not make it as it is."""


@lru_cache
def derive_key(purpose: str, secret: str | None = None) -> bytes:
    """32 bytes for *purpose*, derived from *secret* (default: the data key)."""
    material = (settings.DATA_KEY if secret is None else secret).encode()
    return HKDF(hashes.SHA256(), 32, salt=b"qicheng", info=purpose.encode()).derive(material)


@lru_cache
def _cipher() -> AESGCM:
    return AESGCM(derive_key("field"))


def encrypt(text: str) -> str:
    """`1:` and the base64 of nonce and ciphertext; two calls never give the same text."""
    return encrypt_all([text])[0]


def encrypt_all(texts: Sequence[str]) -> list[str]:
    """`encrypt` of each of *texts*, each under a random nonce of its own; the nonces are drawn together."""
    nonces = os.urandom(_NONCE_BYTES * len(texts))
    seal, encode, sealed = _cipher().encrypt, binascii.b2a_base64, []
    for number, text in enumerate(texts):
        nonce = nonces[number * _NONCE_BYTES : (number + 1) * _NONCE_BYTES]
        payload = encode(nonce + seal(nonce, text.encode(), None), newline=False)
        sealed.append(f"{_VERSION}:{payload.decode()}")
    return sealed


def decrypt(token: str) -> str:
    """The text behind *token*. Raises DecryptionError when it was tampered with."""
    version, _, payload = token.partition(":")
    try:
        raw = base64.b64decode(payload, validate=True)
        if version != _VERSION:
            raise ValueError(version)
    except ValueError as error:
        raise DecryptionError(_UNREADABLE) from error
    return decrypt_bytes(raw).decode()


def encrypt_bytes(content: bytes) -> bytes:
    """Nonce and ciphertext of a whole file."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, content, None)


def decrypt_bytes(sealed: bytes) -> bytes:
    """What `encrypt_bytes` was given. Raises DecryptionError when it was tampered with."""
    try:
        return _cipher().decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except InvalidTag as error:
        raise SealBroken(_UNREADABLE) from error
    except ValueError as error:
        raise DecryptionError(_UNREADABLE) from error


def blind_index(text: str, purpose: str) -> str:
    """A keyed hash (hex, 64 characters) to look up an encrypted value by equality."""
    return hmac.digest(derive_key(f"index:{purpose}"), text.encode(), "sha256").hex()

"""Field encryption (AES-256-GCM, or SM4-GCM by setting) and keyed look-up hashes.

What a text is encrypted under is a data key with a number (`common.keyring`). Each further purpose derives
its own key from `DATA_KEY` by HKDF, so that the look-up hash of a number says nothing about its ciphertext.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag

from common import keyring
from common.keyring import NONCE_BYTES, derive_key

_FILE_MARK = b"QCK2"
_FILE_HEAD = len(_FILE_MARK) + 4
_UNREADABLE = "The stored value cannot be decrypted with DATA_KEY."
_ELSEWHERE = f"{_UNREADABLE[:-1]}, or was written for another place than {{place}}."


class DecryptionError(Exception):
    """The stored text was changed or belongs to another key."""


class SealBroken(DecryptionError):
    """It is well-formed, but the key at hand did not make it as it is."""


def encrypt(text: str, place: str = "") -> str:
    """`3:`, the number of the key, and the base64 of nonce and ciphertext; never the same text twice.

    *place* is the column it is written for, and opens nowhere else; what belongs to no column has `2:`.
    """
    return encrypt_all([text], place)[0]


def encrypt_all(texts: Sequence[str], place: str = "") -> list[str]:
    """`encrypt` of each of *texts*, each under a random nonce of its own; the nonces are drawn together."""
    if not texts:
        return []
    nonces = os.urandom(NONCE_BYTES * len(texts))
    key = keyring.current()
    prefix, bound = (key.bound_prefix, place.encode()) if place else (key.prefix, None)
    seal, encode, sealed = key.cipher.encrypt, binascii.b2a_base64, []
    for number, text in enumerate(texts):
        nonce = nonces[number * NONCE_BYTES : (number + 1) * NONCE_BYTES]
        payload = encode(nonce + seal(nonce, text.encode(), bound), newline=False)
        sealed.append(prefix + payload.decode())
    return sealed


def decrypt(token: str, place: str = "") -> str:
    """The text behind *token*, under whichever key, also of a format that knew no *place*.

    Raises DecryptionError when it was tampered with, or written for another column.
    """
    version, _, rest = token.partition(":")
    number, _, payload = ("0", "", rest) if version == "1" else rest.partition(":")
    try:
        if version not in ("1", "2", "3") or not number.isdecimal():
            raise ValueError(version)
        raw = base64.b64decode(payload, validate=True)
    except ValueError as error:
        raise DecryptionError(_UNREADABLE) from error
    return _opened(int(number), raw, place if version == "3" else None).decode()


def encrypt_bytes(content: bytes) -> bytes:
    """A mark with the number of the key, nonce and ciphertext of a whole file."""
    nonce, key = os.urandom(NONCE_BYTES), keyring.current()
    head = b"" if key.number == keyring.DERIVED else _FILE_MARK + key.number.to_bytes(4)
    return head + nonce + key.cipher.encrypt(nonce, content, None)


def decrypt_bytes(sealed: bytes) -> bytes:
    """What `encrypt_bytes` was given. Raises DecryptionError when it was tampered with.

    A file of the first format has no mark; should its nonce look like one, the mark leads nowhere.
    """
    if sealed.startswith(_FILE_MARK):
        number = int.from_bytes(sealed[len(_FILE_MARK) : _FILE_HEAD])
        if number != keyring.DERIVED and keyring.by_number(number):
            return _opened(number, sealed[_FILE_HEAD:])
    return _opened(keyring.DERIVED, sealed)


def _opened(number: int, raw: bytes, place: str | None = None) -> bytes:
    key = keyring.by_number(number)
    if key is None:
        raise DecryptionError(_UNREADABLE)
    try:
        bound = None if place is None else place.encode()
        return key.cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound)
    except InvalidTag as error:
        words = _UNREADABLE if place is None else _ELSEWHERE.format(place=place or "here")
        raise SealBroken(words) from error
    except ValueError as error:
        raise DecryptionError(_UNREADABLE) from error


def blind_index(text: str, purpose: str) -> str:
    """A keyed hash (hex, 64 characters) to look up an encrypted value by equality."""
    return blind_indexes([text], purpose)[0]


def blind_indexes(texts: Iterable[str], purpose: str) -> list[str]:
    """`blind_index` of each of *texts*."""
    key = derive_key(f"index:{purpose}")
    return [hmac.digest(key, text.encode(), "sha256").hex() for text in texts]

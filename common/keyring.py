"""The keys that personal data is encrypted under: made at random, wrapped by `DATA_KEY`, known by a number.

The newest one encrypts, all of them decrypt; each encrypted value says which it was. Without a row (before
the first `migrate`) the key is derived from `DATA_KEY` itself, as values of the first format still say.
"""

import base64
import os
import time
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction

NONCE_BYTES = 12
TAG_BYTES = 16
AES, SM4 = "aes-256-gcm", "sm4-gcm"
KEY_BYTES = {AES: 32, SM4: 16}
DERIVED = 0
"""The number of the key that is derived from `DATA_KEY` itself."""

RECHECK_SECONDS = 60.0
"""How long a process goes on with the newest key it knows, after another one made a newer one."""


@lru_cache
def derive_key(purpose: str, secret: str | None = None) -> bytes:
    """32 bytes for *purpose*, derived from *secret* (default: the data key)."""
    material = (settings.DATA_KEY if secret is None else secret).encode()
    return HKDF(hashes.SHA256(), 32, salt=b"qicheng", info=purpose.encode()).derive(material)


class Sm4Gcm:
    """SM4 in Galois/counter mode (GB/T 32907, GB/T 36624), with the calls of AESGCM."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes | None) -> bytes:
        """Ciphertext and tag."""
        sealing = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(associated or b"")
        return sealing.update(data) + sealing.finalize() + sealing.tag

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes | None) -> bytes:
        """What was encrypted. Raises InvalidTag when it was tampered with, ValueError when too short."""
        text, tag = data[:-TAG_BYTES], data[-TAG_BYTES:]
        opening = Cipher(self._algorithm, modes.GCM(nonce, tag)).decryptor()
        opening.authenticate_additional_data(associated or b"")
        return opening.update(text) + opening.finalize()


class Unopened:
    """A key that `DATA_KEY` does not open: nothing can be read, and nothing must be written, under it."""

    def encrypt(self, _nonce: bytes, _data: bytes, _associated: bytes | None) -> bytes:
        """Never: what is written under the wrong key is lost."""
        raise ImproperlyConfigured("DATA_KEY does not open the data keys of this database.")

    def decrypt(self, _nonce: bytes, _data: bytes, _associated: bytes | None) -> bytes:
        """Never."""
        raise InvalidTag


@dataclass(frozen=True)
class DataCipher:
    """One key at work: its number, what encrypted texts of no column begin with, and the cipher."""

    number: int
    prefix: str
    algorithm: str
    cipher: AESGCM | Sm4Gcm | Unopened

    @property
    def bound_prefix(self) -> str:
        """What the encrypted texts of a column begin with."""
        return f"3:{self.number}:"


class _Known:
    """What this process has read so far."""

    ciphers: dict[int, DataCipher] = {}
    current: DataCipher | None = None
    read_at = 0.0


def current() -> DataCipher:
    """The key that encrypts now."""
    if _Known.current is None or time.monotonic() - _Known.read_at > RECHECK_SECONDS:
        _read()
    return _Known.current or _derived()


def by_number(number: int) -> DataCipher | None:
    """The key with this number; None when there is none."""
    if number == DERIVED:
        return _derived()
    if number not in _Known.ciphers:
        _read()
    return _Known.ciphers.get(number)


def forget() -> None:
    """Read and derive the keys anew at the next need."""
    _Known.ciphers, _Known.current = {}, None
    derive_key.cache_clear()
    _derived.cache_clear()


def make_key() -> int:
    """A new key by the cipher of the settings (`FIELD_CIPHER`), which encrypts from now on; its number."""
    from common.models import DataKey  # models stand on fields, which stand on this

    algorithm = settings.FIELD_CIPHER
    with transaction.atomic():
        newest = DataKey.objects.select_for_update().order_by("-number").first()
        number = newest.number + 1 if newest else 1
        wrapped = _wrap(number, algorithm, os.urandom(KEY_BYTES[algorithm]))
        DataKey.objects.create(number=number, algorithm=algorithm, wrapped=wrapped)
        transaction.on_commit(forget)
    return number


def ensure_key() -> None:
    """Make the first key where there is none."""
    from common.models import DataKey

    if not DataKey.objects.exists():
        make_key()
    forget()
    current()


def _read() -> None:
    """All keys, in one statement. Before the table is there, there are none; other errors are told."""
    from common.models import DataKey

    try:
        rows = list(DataKey.objects.order_by("number").values_list("number", "algorithm", "wrapped"))
    except DatabaseError:
        if DataKey._meta.db_table in connection.introspection.table_names():
            raise
        rows = []
    _Known.ciphers = {row[0]: _Known.ciphers.get(row[0]) or _unwrapped(*row) for row in rows}
    _Known.current = _Known.ciphers[rows[-1][0]] if rows else _derived()
    _Known.read_at = time.monotonic()


@lru_cache(maxsize=1)
def _derived() -> DataCipher:
    return DataCipher(DERIVED, "1:", AES, AESGCM(derive_key("field")))


def _wrap(number: int, algorithm: str, key: bytes) -> str:
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(derive_key("wrap")).encrypt(nonce, key, _bound(number, algorithm))
    return base64.b64encode(nonce + sealed).decode()


def _unwrapped(number: int, algorithm: str, wrapped: str) -> DataCipher:
    raw, prefix = base64.b64decode(wrapped), f"2:{number}:"
    wrapping = AESGCM(derive_key("wrap"))
    try:
        key = wrapping.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(number, algorithm))
    except InvalidTag:
        return DataCipher(number, prefix, algorithm, Unopened())
    return DataCipher(number, prefix, algorithm, Sm4Gcm(key) if algorithm == SM4 else AESGCM(key))


def _bound(number: int, algorithm: str) -> bytes:
    """What a wrapped key belongs to: it opens nowhere else."""
    return f"{number}:{algorithm}".encode()

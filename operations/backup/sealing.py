"""Files sealed piece by piece (AES-256-GCM), so that a backup of any size needs little memory.

A sealed file is the mark, then pieces: four bytes of length, the nonce, the ciphertext. Each piece is bound
to its place and to whether it is the last one; a piece that is missing, moved or changed does not open.
"""

import io
import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.keyring import derive_key

_MARK = b"QCB1"
_PIECE = 1024 * 1024
_NONCE = 12
_LENGTH = struct.Struct(">I")
_PLACE = struct.Struct(">Q?")


class BrokenSeal(Exception):
    """The file was changed or cut off, or it belongs to another key."""


class SealedWriter(io.RawIOBase):
    """A file-like object that seals what is written to it into *target*; `close` writes the last piece."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._cipher = _cipher()
        self._waiting = bytearray()
        self._number = 0
        target.write(_MARK)

    def writable(self) -> bool:
        return True

    def write(self, content: bytes, /) -> int:  # type: ignore[override]
        """Take *content*; whole pieces are sealed at once."""
        self._waiting += content
        while len(self._waiting) > _PIECE:
            self._seal(bytes(self._waiting[:_PIECE]), is_last=False)
            del self._waiting[:_PIECE]
        return len(content)

    def close(self) -> None:
        """Seal what is left as the last piece; the target stays open."""
        if not self.closed:
            self._seal(bytes(self._waiting), is_last=True)
        super().close()

    def _seal(self, content: bytes, *, is_last: bool) -> None:
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, content, _PLACE.pack(self._number, is_last))
        self._target.write(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


class SealedReader(io.RawIOBase):
    """A file-like object that opens what a `SealedWriter` wrote. Raises BrokenSeal while reading."""

    def __init__(self, source: BinaryIO) -> None:
        self._pieces = _opened(source)
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray, /) -> int:  # type: ignore[override]
        """Fill *buffer* with the next opened bytes; 0 at the end."""
        if not self._ready:
            self._ready = next(self._pieces, b"")
        taken = self._ready[: len(buffer)]
        buffer[: len(taken)] = taken
        self._ready = self._ready[len(taken) :]
        return len(taken)


def _opened(source: BinaryIO) -> Iterator[bytes]:
    if source.read(len(_MARK)) != _MARK:
        raise BrokenSeal("This is not a sealed backup file.")
    cipher, number, length = _cipher(), 0, _length_of(source)
    while length is not None:
        sealed = source.read(length)
        following = _length_of(source)
        place = _PLACE.pack(number, following is None)
        try:
            content = cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
        except (InvalidTag, ValueError) as error:
            raise BrokenSeal(f"Piece {number + 1} was changed or cut off, or DATA_KEY is another.") from error
        if content:
            yield content
        number, length = number + 1, following
    if not number:
        raise BrokenSeal("The file ends before its first piece.")


def _length_of(source: BinaryIO) -> int | None:
    head = source.read(_LENGTH.size)
    return _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else None


def _cipher() -> AESGCM:
    return AESGCM(derive_key("backup"))

"""Passwords of an earlier system: their weak hash inside a strong one, until the person signs in."""

import hashlib
import re
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

LONGEST_OLD_SALT = 10
_OLD = re.compile(r"[0-9a-f]{32}")


class OldMD5InArgon2Hasher(Argon2PasswordHasher):
    """Argon2id over the MD5 that the earlier system kept, so that no bare MD5 lies in the database.

    Django replaces it by plain Argon2id at the first sign-in, because it is not the preferred hasher.
    """

    algorithm = "argon2_md5"

    def encode(self, password: str, salt: str) -> str:
        """The same for a password whose MD5 was taken without a salt."""
        return super().encode(old_hash(password), salt) + "#"

    def verify(self, password: str, encoded: str) -> bool:
        """Whether *password* is the one whose MD5 was taken over."""
        kept, _mark, old_salt = encoded.rpartition("#")
        return bool(super().verify(old_hash(password, old_salt), kept))

    def wrap(self, md5: str, old_salt: str = "") -> str:
        """What is kept for an old hash (32 hex digits); *old_salt* stood before the password in it.

        Raises ValueError for anything that is no such hash, and for a salt longer than ten characters.
        """
        if not _OLD.fullmatch(md5.lower()) or len(old_salt) > LONGEST_OLD_SALT:
            raise ValueError("An MD5 has 32 hex digits, and its salt ten characters at most.")
        return super().encode(md5.lower(), self.salt()) + f"#{old_salt}"

    def decode(self, encoded: str) -> dict[str, Any]:
        """The parts, the salt of the earlier system left out."""
        return dict(super().decode(encoded.rpartition("#")[0]))


def old_hash(password: str, salt: str = "") -> str:
    """MD5 as the earlier system made it: of salt and password together."""
    return hashlib.md5(f"{salt}{password}".encode(), usedforsecurity=False).hexdigest()

"""A digest that commits to handed-in values without telling them.

HMAC-SHA256 under a random salt of the submission's own: nobody can guess values from the digest, and
whoever has values and salt can show that they are what was handed in. When values and salt are erased,
the digest in the audit trail means nothing any more and its chain still verifies.
"""

import hashlib
import hmac
import json
import secrets
from typing import Any

from forms.models import Submission

_SALT_BYTES = 32


def new_salt() -> str:
    """A random salt, 64 hex digits."""
    return secrets.token_hex(_SALT_BYTES)


def commitment(salt: str, value: Any) -> str:
    """The digest (64 hex digits) of a JSON value under *salt*."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(bytes.fromhex(salt), text.encode(), hashlib.sha256).hexdigest()


def digest_of(submission: Submission) -> str:
    """What a submission's digest has to be: it covers case, number, form version and values."""
    committed = {
        "case": submission.case_id.hex,
        "number": submission.number,
        "form": submission.form_version_id.hex,
        "values": submission.values,
    }
    return commitment(submission.salt, committed)


def verify(submission: Submission) -> bool:
    """Whether the stored values of a submission are still what its digest commits to."""
    return hmac.compare_digest(digest_of(submission), submission.digest)

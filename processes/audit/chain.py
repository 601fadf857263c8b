"""What exactly is hashed of a line of the trail, and how heads become a root.

The order of these fields is part of the contract with every verifier (`common.chain`). Each line's hash
covers all its columns and the hash of the line before it in the same case.
"""

import hashlib
from collections.abc import Iterable

from common.chain import canonical_json as canonical_json
from common.chain import line_hash as line_hash
from common.chain import text_of as text_of

FIELDS = (
    "id",
    "case_id",
    "seq",
    "at",
    "kind",
    "task_id",
    "node_id",
    "actor_id",
    "acting_for_id",
    "channel",
    "ip",
    "data",
    "prev_hash",
)


def root_hash(prev_root: str, heads: Iterable[tuple[str, int, str]]) -> str:
    """SHA-256 (hex) over the root before and all (case hex, seq, hash), sorted by case."""
    return hashlib.sha256(canonical_json([prev_root, sorted(heads)]).encode()).hexdigest()

"""Taking the trail away: one JSON line per event, head and seal, for a verifier without the application.

`scripts/verify_export.py` reads such a file with nothing but Python's standard library (and, to check
the seals' signatures, the `cryptography` package).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common.chain import text_of
from common.signing import public_key
from processes.audit.chain import FIELDS
from processes.audit.rows import stored_lines
from processes.audit.verify import case_heads
from processes.models import Seal, SealedHead

FORMAT = "qicheng-audit-trail/1"


def write_export(path: Path) -> int:
    """Write the whole trail to *path*; returns the number of events."""
    events = 0
    with path.open("w", encoding="utf-8") as file:
        for line in _lines():
            events += line["type"] == "event"
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return events


def _lines() -> Iterator[dict[str, Any]]:
    """The trail as it stands when the heads are read; what people add meanwhile is left out.

    Seals come first, because a seal never covers more than the heads read after it.
    """
    yield {"type": "header", "format": FORMAT, "fields": list(FIELDS), "public_key": public_key()}
    for seal in Seal.objects.order_by("number"):
        yield _seal_line(seal)
    for heads in case_heads():
        for head in heads.values():
            yield {
                "type": "head",
                "case_id": head["pk"].hex,
                "number": head["number"],
                "event_count": head["event_count"],
                "hash": head["head_hash"],
            }
        for line in stored_lines(list(heads)):
            if line.values["seq"] <= heads[line.values["case_id"]]["event_count"]:
                yield {"type": "event", **{name: text_of(line.values[name]) for name in (*FIELDS, "hash")}}


def _seal_line(seal: Seal) -> dict[str, Any]:
    heads = SealedHead.objects.filter(seal=seal).values_list("case_id", "seq", "hash")
    return {
        "type": "seal",
        "number": seal.number,
        "at": text_of(seal.at),
        "root": seal.root,
        "prev_root": seal.prev_root,
        "signature": seal.signature,
        "heads": sorted([pk.hex, seq, head] for pk, seq, head in heads),
    }

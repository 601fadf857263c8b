"""Lines leave the table after twelve months for an encrypted file, and that is thrown away three years later.

Rules 4.1: security logs at least six months by law (RL-50); twelve months hot, three years cold.
"""

import datetime
import gzip
import hashlib
import json
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.access.models import FIELDS, AccessArchive, AccessLog, AccessSeal
from common.chain import text_of
from common.crypto import encrypt_bytes
from common.ids import uuid7

HOT = datetime.timedelta(days=365)
COLD = datetime.timedelta(days=3 * 365)
_LINES_A_FILE = 100_000


def archive_old(*, now: datetime.datetime | None = None) -> int:
    """Move all lines whose seal is older than twelve months; returns how many."""
    now, lines = now or timezone.now(), 0
    while archive := _archive_some(now):
        lines += archive.lines
    return lines


@transaction.atomic
def _archive_some(now: datetime.datetime) -> AccessArchive | None:
    waiting = AccessSeal.objects.select_for_update().filter(archive=None, at__lt=now - HOT).order_by("number")
    seals = _first_of(list(waiting[:1000]))
    if not seals:
        return None
    first, last = seals[0].first, seals[-1].last
    rows = AccessLog.objects.filter(number__gte=first, number__lte=last).order_by("number")
    content = encrypt_bytes(gzip.compress(_lines(rows)))
    digest = hashlib.sha256(content).hexdigest()
    archive = AccessArchive(sha256=digest, lines=last - first + 1, created_at=now)
    archive.file.save(f"{uuid7().hex}.jsonl.gz", ContentFile(content), save=True)
    AccessSeal.objects.filter(pk__in=[seal.pk for seal in seals]).update(archive=archive)
    # The one way out of the table; the seals prove that nothing else left it.
    rows.order_by()._raw_delete(rows.db)
    return archive


def _first_of(seals: list[AccessSeal]) -> list[AccessSeal]:
    """As many as fit into one file, at least one."""
    return [seal for seal in seals if seal is seals[0] or seal.last - seals[0].first < _LINES_A_FILE]


def _lines(rows: Any) -> bytes:
    names = ("number", "hash", "mac", *FIELDS)
    texts = []
    for row in rows.values_list(*names):
        record = {name: text_of(value) for name, value in zip(names, row, strict=True)}
        texts.append(json.dumps(record, ensure_ascii=False) + "\n")
    return "".join(texts).encode()


def discard_cold(*, now: datetime.datetime | None = None) -> int:
    """Throw away the files that have been cold for three years; returns how many. What was sealed stays."""
    now = now or timezone.now()
    old = AccessArchive.objects.filter(discarded_at=None, created_at__lt=now - COLD)
    for archive in old:
        archive.file.delete(save=False)
        archive.file, archive.discarded_at = "", now
        archive.save(update_fields=["file", "discarded_at"])
    return len(old)

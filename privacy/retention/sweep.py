"""The sweep: what has served its time ends, in batches, and each batch leaves a line in the access log."""

import datetime
import logging
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.access.actions import log_access
from accounts.access.models import Verb
from privacy.retention import queries
from privacy.retention.models import LastSweep
from privacy.retention.rows import Row
from privacy.retention.table import ENDING

AT_ONCE = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swept:
    """What became of one class: how many ended, how many stayed and why, and what went wrong."""

    row: Row
    erased: int
    stayed: list[tuple[str, int]]
    fault: str = ""

    @property
    def held(self) -> int:
        """How many stayed, counted by reason."""
        return sum(number for _words, number in self.stayed)


def sweep(now: datetime.datetime | None = None) -> list[Swept]:
    """End all that is due at *now*. A class that fails is noted and stops none of the others."""
    moment = now or timezone.now()
    return [sweep_row(row, moment) for row in ENDING]


def rehearse(now: datetime.datetime | None = None) -> list[Swept]:
    """What `sweep` would do; nothing changes."""
    moment = now or timezone.now()
    return [
        Swept(row, queries.due(row, moment).count(), queries.reasons_to_stay(row, moment)) for row in ENDING
    ]


def sweep_row(row: Row, now: datetime.datetime) -> Swept:
    """End what is due of one class, and note how that went."""
    erased, fault = 0, ""
    try:
        while number := _some(row, now):
            erased += number
    except Exception as error:
        fault = type(error).__name__
        _log.exception("retention", extra={"row": row.key})
    done = Swept(row, erased, queries.reasons_to_stay(row, now), fault)
    values = {"at": now, "erased": erased, "held": done.held, "fault": fault}
    LastSweep.objects.update_or_create(row=row.key, defaults=values)
    return done


def _some(row: Row, now: datetime.datetime) -> int:
    """End one batch and say so in the access log; 0 when nothing was left."""
    with transaction.atomic():
        number = row.at_once(now) if row.at_once else _batch(row, now)
        if number:
            target = (queries.due(row, now).model._meta.label_lower, "")
            detail = f"{row.key}: {number}"
            log_access(None, Verb.ERASE, target, detail=detail, words=str(row.source))
    return number


def _batch(row: Row, now: datetime.datetime) -> int:
    """Two sweeps at once take turns: rows are locked, and read again by who comes second.

    Raises RuntimeError, undoing the batch, when what was ended is due all the same: it would never end.
    """
    rows = list(queries.due(row, now).order_by("pk").select_for_update()[:AT_ONCE])
    if rows:
        row.erase(rows, now)
        if queries.due(row, now).filter(pk__in=[each.pk for each in rows]).exists():
            raise RuntimeError(f"{row.key}: still due after it was ended")
    return len(rows)

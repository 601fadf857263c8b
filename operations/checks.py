"""What this room adds to the yearly check list of personal data (RL-35)."""

import datetime

from django.utils.translation import gettext_lazy as _

from operations.health import PROOF_WITHIN
from operations.models import BackupRun, RunKind
from privacy.checks.items import Finding, Item, declare


def _proved(now: datetime.datetime) -> Finding:
    runs = BackupRun.objects.filter(kind=RunKind.RESTORE_TEST, good=True, finished_at__gt=now - PROOF_WITHIN)
    return Finding(runs.exists())


declare(
    Item(
        "backups",
        _("A backup was restored on trial lately"),
        _("Run “make restore-test”."),
        _proved,
    )
)

"""Handing new jobs to the workers once they are committed, so that nobody waits for the next sweep."""

import logging
import time
from collections.abc import Iterable
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction

#: The task by name: the engine stands below the tasks that call it.
RUN_JOB = "processes.tasks.run_job"

logger = logging.getLogger(__name__)

#: After a broker did not answer it is not asked again for so many seconds; the sweep does the work.
SILENCE = 60.0
_silent_until = 0.0


def hand_out(rows: Iterable[Any]) -> None:
    """After commit, ask a worker to run those of *rows* (jobs) that are due at once."""
    now = [
        row.pk.hex for row in rows if row.kind == "service" and row.state == "waiting" and not row.attempts
    ]
    if now:
        transaction.on_commit(partial(_ask, now))


def _ask(keys: list[str]) -> None:
    global _silent_until  # noqa: PLW0603  # one broker, one memory of its silence
    if time.monotonic() < _silent_until:
        return
    try:
        for key in keys:
            current_app.signature(RUN_JOB, args=(key,)).apply_async(retry=False)
    except Exception as error:  # every broker has its own errors; the sweep does without one
        _silent_until = time.monotonic() + SILENCE
        logger.warning("No broker, jobs wait for the next sweep: %s", error)

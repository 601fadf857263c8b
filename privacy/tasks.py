"""Jobs of this room: fetch, then call."""

from celery import shared_task

from privacy.assessments.reminding import remind
from privacy.retention.sweep import sweep


@shared_task
def sweep_retention() -> None:
    """End what has served its time."""
    sweep()


@shared_task
def remind_of_assessments() -> None:
    """Tell the officers which impact assessments have to be reviewed."""
    remind()

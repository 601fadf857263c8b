"""Jobs of this room: fetch, then call."""

from celery import shared_task

from privacy.retention.sweep import sweep


@shared_task
def sweep_retention() -> None:
    """End what has served its time."""
    sweep()

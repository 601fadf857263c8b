"""Jobs of the desk: fetch, then call an action."""

from celery import shared_task

from approvals import actions
from approvals.models import BatchRun


@shared_task
def run_batch(run_id: str) -> None:
    """Do what a batch asks for, or what is left of it."""
    run = BatchRun.objects.select_related("owner").filter(pk=run_id).first()
    if run is not None:
        actions.work_off(run)

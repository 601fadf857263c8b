"""Jobs of the desk: fetch, then call an action."""

from celery import shared_task

from approvals import actions
from approvals.actions import handing_over
from approvals.models import BatchRun


@shared_task
def hand_over_posts() -> None:
    """Follow the posts that ended or began: tasks that were taken, and the people."""
    handing_over.hand_over()


@shared_task
def run_batch(run_id: str) -> None:
    """Do what a batch asks for, or what is left of it."""
    run = BatchRun.objects.select_related("owner").filter(pk=run_id).first()
    if run is not None:
        actions.work_off(run)

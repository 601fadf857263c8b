"""Jobs of the engine: fetch, then call."""

from uuid import UUID

from celery import shared_task

from processes.audit.seals import make_seal
from processes.engine import jobs


@shared_task
def seal_audit_trail() -> None:
    """Sign what was added to the trail since the last seal."""
    make_seal()


@shared_task
def sweep() -> None:
    """Do what is due: timers, reminders, automatic tasks that failed or were lost."""
    jobs.sweep()


@shared_task
def run_job(job_id: str) -> None:
    """Do one job that was just put down."""
    jobs.run(UUID(job_id))

"""Jobs of the engine: fetch, then call."""

from uuid import UUID

from celery import shared_task

from processes.audit.seals import make_seal
from processes.engine import jobs
from processes.evolve import migration, publication, rollback, trials
from processes.evolve.records import Migration, MigrationState
from processes.evolve.trial_records import Trial


@shared_task
def seal_audit_trail() -> None:
    """Sign what was added to the trail since the last seal."""
    make_seal()


@shared_task
def sweep() -> None:
    """Do what is due: scheduled versions, timers, reminders, automatic tasks that failed or were lost."""
    publication.publish_due()
    jobs.sweep()


@shared_task
def run_job(job_id: str) -> None:
    """Do one job that was just put down."""
    jobs.run(UUID(job_id))


@shared_task
def migrate_cases(migration_id: str) -> None:
    """Move the cases of a migration, there or back, or what is left of them."""
    row = Migration.objects.select_related("owner", "taken_back_by").filter(pk=migration_id).first()
    if row is None:
        return
    if row.state == MigrationState.BACK_WAITING:
        rollback.work_back(row)
    else:
        migration.work_off(row)


@shared_task
def try_out(trial_id: str) -> None:
    """Send real cases through a text that does not hold yet."""
    row = Trial.objects.filter(pk=trial_id).first()
    if row is not None:
        trials.work_off(row)
